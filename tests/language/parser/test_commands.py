from __future__ import annotations

import pytest

from mbasic_core.language.ast import (
    Auto,
    Bad,
    Chain,
    Common,
    Cont,
    Delete,
    Edit,
    LineRange,
    List,
    Load,
    Merge,
    New,
    Num,
    Renum,
    Run,
    Save,
    Statement,
    Str,
    System,
)
from mbasic_core.language.parser import parse_line
from tests.language.programs import tokens

X = Str("X")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN", [Run()]),
        ("RUN 100", [Run(100)]),
        ('RUN "X"', [Run(name=X)]),
        ('RUN "X",R', [Run(name=X, keep_files=True)]),
        ('LOAD "X":LOAD "X",R', [Load(X, run=False), Load(X, run=True)]),
        ('LOAD "X",Q', [Bad(2)]),
        ('SAVE "X":SAVE "X",A:SAVE "X",p', [Save(X, ""), Save(X, "A"), Save(X, "P")]),
        ('SAVE "X",B', [Bad(2)]),
        ('MERGE "X"', [Merge(X)]),
        ("LIST", [List(None)]),
        ("LIST 10", [List(LineRange(10, 10))]),
        ("LIST 10-20", [List(LineRange(10, 20))]),
        ("LIST 10-", [List(LineRange(10, None))]),
        ("LIST -20", [List(LineRange(None, 20))]),
        ("LIST .", [List(LineRange(-1, -1))]),
        ("LIST -.", [List(LineRange(None, -1))]),
        ("LIST A", [Bad(2)]),
        ("LIST 10,20", [Bad(2)]),
        ("LLIST 10", [List(LineRange(10, 10), printer=True)]),
        ("DELETE", [Delete(LineRange(None, None))]),
        ("DELETE 10-20", [Delete(LineRange(10, 20))]),
        ("NEW:CONT:SYSTEM", [New(), Cont(), System()]),
        ("NEW X", [Bad(2)]),
        ("AUTO", [Auto(None, None)]),
        ("AUTO 100,5", [Auto(100, 5)]),
        ("AUTO .", [Auto(-1, None)]),
        ("RENUM", [Renum(None, None, None)]),
        ("RENUM 100,,5", [Renum(100, None, 5)]),
        ("RENUM ,50", [Renum(None, 50, None)]),
        ("RENUM 1,2,3,4", [Bad(2)]),
        ("EDIT 10", [Edit(10)]),
        ("EDIT .", [Edit(-1)]),
        ('CHAIN "X"', [Chain(X, False, None, False, None)]),
        ('CHAIN MERGE "X",1000', [Chain(X, True, Num(1000), False, None)]),
        ('CHAIN "X",,ALL', [Chain(X, False, None, True, None)]),
        ('CHAIN MERGE "X",1,ALL,DELETE 4-5', [Chain(X, True, Num(1), True, LineRange(4, 5))]),
        ('CHAIN MERGE "X",1,DELETE 4-5', [Chain(X, True, Num(1), False, LineRange(4, 5))]),
        ('CHAIN "X",1,SOME', [Bad(2)]),
        ("COMMON A,B$,C(),D(2)", [Common((("A", "", False), ("B", "$", False), ("C", "", True), ("D", "", True)))]),
        ("COMMON A B:CONT", [Common((("A", "", False),)), Cont()]),
    ],
)
def test_statements(text: str, expected: list[Statement]) -> None:
    assert list(parse_line(tokens(text))) == expected
