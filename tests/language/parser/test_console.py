from __future__ import annotations

import pytest

from mbasic_core.language.ast import (
    Bad,
    Index,
    Input,
    LineInput,
    Null,
    Num,
    Print,
    Separator,
    Spc,
    Statement,
    Str,
    Tab,
    Tron,
    Var,
    Width,
    Write,
)
from mbasic_core.language.parser import parse_line
from tests.language.programs import tokens

A, B, S = Var("A", ""), Var("B", ""), Var("A", "$")
SEMI, COMMA = Separator(";"), Separator(",")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PRINT", [Print((), newline=True)]),
        ("PRINT A;B,", [Print((A, SEMI, B, COMMA), newline=False)]),
        ('PRINT "A"B"C"', [Print((Str("A"), B, Str("C")), newline=True)]),
        ("PRINT TAB(5)A;SPC(2)", [Print((Tab(Num(5)), A, SEMI, Spc(Num(2))), newline=False)]),
        ("PRINT 1;)", [Print((Num(1), SEMI), newline=False), Bad(2)]),
        ("PRINT A;1+", [Print((A, SEMI), newline=False), Bad(22)]),
        ("PRINT 5*", [Bad(22)]),
        ("PRINT #1,A", [Print((A,), newline=True, file=Num(1))]),
        ("PRINT#1", [Bad(2)]),
        ('PRINT USING "#";A;B', [Print((A, B), newline=True, using=Str("#"))]),
        ('PRINT USING "#";A,', [Print((A,), newline=False, using=Str("#"))]),
        ('PRINT USING "#";A,,B', [Print((A,), newline=False, using=Str("#"), broken=True), Bad(2)]),
        ('PRINT USING "#";A B', [Print((A,), newline=False, using=Str("#")), Bad(2)]),
        ('PRINT USING "#",A', [Bad(2)]),
        ('PRINT USING "#";', [Print((), newline=False, using=Str("#"), broken=True), Bad(22)]),
        ("PRINT USING", [Bad(22)]),
        ('PRINT A;USING "#";B', [Print((A, SEMI), newline=False), Print((B,), newline=True, using=Str("#"))]),
        ('LPRINT USING "#";A', [Print((A,), newline=True, using=Str("#"), printer=True)]),
        ("LPRINT A", [Print((A,), newline=True, printer=True)]),
        ("WRITE", [Write(())]),
        ("WRITE A;B,1", [Write((A, B, Num(1)))]),
        ("WRITE#1,A", [Write((A,), file=Num(1))]),
        ("WRITE A,", [Write((A,), newline=False), Print((Str(","),), newline=False), Bad(22)]),
        ("WRITE A B", [Write((A,), newline=False), Bad(2)]),
    ],
)
def test_output(text: str, expected: list[Statement]) -> None:
    assert list(parse_line(tokens(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INPUT A,B(1)", [Input((A, Index("B", "", (Num(1),))))]),
        ('INPUT "x";A', [Input((A,), "x")]),
        ('INPUT "x",A', [Input((A,), "x", question=False)]),
        ('INPUT;"x";A', [Input((A,), "x", newline=False)]),
        ("INPUT#1,A,B", [Input((A, B), file=Num(1))]),
        ("INPUT#1,A;B", [Input((A,), file=Num(1)), Bad(2)]),
        ("INPUT A$;B", [Input(()), Bad(2)]),
        ('INPUT "x" A', [Bad(2)]),
        ("LINE INPUT A$", [LineInput(S)]),
        ('LINE INPUT;"x";A$', [LineInput(S, "x", newline=False)]),
        ("LINE INPUT #1,A$", [LineInput(S, file=Num(1))]),
        ("LINE A$", [Bad(2)]),
        ("WIDTH 80:WIDTH LPRINT 40", [Width(Num(80)), Width(Num(40), printer=True)]),
        ("NULL 3", [Null(Num(3))]),
        ("TRON:TROFF", [Tron(on=True), Tron(on=False)]),
    ],
)
def test_input_and_screen(text: str, expected: list[Statement]) -> None:
    assert list(parse_line(tokens(text))) == expected
