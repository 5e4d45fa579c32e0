from __future__ import annotations

import pytest

from mbasic_core.language.ast import Bad, Close, Field, Files, GetPut, Kill, LSet, Name, Num, Open, Statement, Str, Var
from mbasic_core.language.parser import parse_line
from tests.language.programs import tokens

A, B = Var("A", "$"), Var("B", "$")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('OPEN "O",#1,"X"', [Open(Str("O"), Num(1), Str("X"), None)]),
        ('OPEN "R",1,A$,128', [Open(Str("R"), Num(1), A, Num(128))]),
        ('OPEN "O",1', [Bad(2)]),
        ("CLOSE", [Close()]),
        ("CLOSE #1,2", [Close((Num(1), Num(2)))]),
        ("CLOSE 1,", [Close((Num(1),)), Bad(22)]),
        ("RESET", [Close()]),
        ("FIELD #1,10 AS A$,5 AS B$", [Field(Num(1), ((Num(10), A), (Num(5), B)))]),
        ("FIELD 1,10 ASA$", [Field(Num(1), ((Num(10), A),))]),
        ("FIELD 1,10 AS A$,5", [Field(Num(1), ((Num(10), A),)), Bad(2)]),
        ("GET #1:PUT 1,5", [GetPut(False, Num(1), None), GetPut(True, Num(1), Num(5))]),
        ("LSET A$=B$:RSET A$=B$", [LSet(A, B, right=False), LSet(A, B, right=True)]),
        ('KILL "X"', [Kill(Str("X"))]),
        ('NAME "X" AS "Y"', [Name(Str("X"), Str("Y"))]),
        ('NAME "X"AS"Y"', [Name(Str("X"), Str("Y"))]),
        ('NAME "X","Y"', [Bad(2)]),
        ('FILES:FILES "*.*"', [Files(None), Files(Str("*.*"))]),
    ],
)
def test_statements(text: str, expected: list[Statement]) -> None:
    assert list(parse_line(tokens(text))) == expected
