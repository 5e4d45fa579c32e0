from __future__ import annotations

import pytest

from mbasic_core.language.ast import (
    Bad,
    Else,
    End,
    Error,
    For,
    Gosub,
    Goto,
    If,
    Let,
    Next,
    Num,
    OnError,
    OnGoto,
    Print,
    Rem,
    Resume,
    Return,
    Statement,
    Stop,
    Var,
    Wend,
    While,
)
from mbasic_core.language.parser import parse_line
from tests.language.programs import tokens

A, B = Var("A", ""), Var("B", "")
LOOP, INNER = Var("I", ""), Var("J", "")


def parsed(text: str) -> list[Statement]:
    return list(parse_line(tokens(text)))


def prints(number: int) -> Print:
    return Print((Num(number),), newline=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IF A THEN 10", [If(A, None), Goto(10)]),
        ("IF A GOTO 10", [If(A, None), Goto(10)]),
        ("IF A,THEN 10", [If(A, None), Goto(10)]),
        ("IF A THEN", [If(A, None)]),
        ("IF A THEN 10 ELSE 20", [If(A, 3), Goto(10), Else(), Goto(20)]),
        ("IF A GOTO 10 ELSE PRINT 1", [If(A, 3), Goto(10), Else(), prints(1)]),
        ("IF A THEN PRINT 1:PRINT 2:ELSE PRINT 3", [If(A, 4), prints(1), prints(2), Else(), prints(3)]),
        ("IF A THEN PRINT 1 ELSE", [If(A, None), prints(1), Else()]),
        (
            "IF A THEN IF B THEN PRINT 1 ELSE PRINT 2 ELSE PRINT 3",
            [If(A, 6), If(B, 4), prints(1), Else(), prints(2), Else(), prints(3)],
        ),
        (
            "IF A THEN IF B THEN PRINT 1 ELSE PRINT 2",
            [If(A, None), If(B, 4), prints(1), Else(), prints(2)],
        ),
        (
            "IF A THEN PRINT 1 ELSE IF B THEN PRINT 2 ELSE PRINT 3",
            [If(A, 3), prints(1), Else(), If(B, 6), prints(2), Else(), prints(3)],
        ),
        ("IF A THEN B C ELSE 10", [If(A, 3), Bad(2), Else(), Goto(10)]),
        ("IF A THEN PRINT 1 'ELSE 5", [If(A, None), prints(1), Rem()]),
        ("PRINT 1:ELSE PRINT 2", [prints(1), Else(), prints(2)]),
        ("IF A=1 PRINT 1", [Bad(2)]),
        ("IF THEN 10", [Bad(2)]),
        ("IF A THEN IF B ELSE PRINT 1 ELSE PRINT 2", [If(A, 5), Bad(2), Else(), prints(1), Else(), prints(2)]),
    ],
)
def test_branches(text: str, expected: list[Statement]) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FOR I=1 TO 5", [For(LOOP, Num(1), Num(5), None)]),
        ("FOR I%=1 TO 5 STEP -1", [For(Var("I", "%"), Num(1), Num(5), Num(-1))]),
        ("FOR A(1)=1 TO 3", [Bad(2)]),
        ("FOR I=1 3", [Bad(2)]),
        ("FOR I=1 TO 3 X", [Bad(2)]),
        ("FOR I=1 TO", [Bad(22)]),
        ("NEXT", [Next(None)]),
        ("NEXT J,I", [Next(INNER), Next(LOOP)]),
        ("NEXT J,", [Next(INNER), Bad(2)]),
        ("WHILE A:WEND", [While(A), Wend()]),
        ("WHILE", [Bad(22)]),
        ("WEND X", [Bad(2)]),
    ],
)
def test_loops(text: str, expected: list[Statement]) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GOTO 10 nonsense", [Goto(10)]),
        ("GOTO", [Bad(2)]),
        ("GOTO A", [Bad(2)]),
        ("GOSUB 10:RETURN", [Gosub(10), Return()]),
        ("RETURN 30", [Bad(2)]),
        ("ON A GOTO 10,20,30", [OnGoto(A, (10, 20, 30), gosub=False)]),
        ("ON A GOSUB 10", [OnGoto(A, (10,), gosub=True)]),
        ("ON A GOTO 10,X", [OnGoto(A, (10, None), gosub=False), Bad(2)]),
        ("ON A GOTO ,10", [OnGoto(A, (None, 10), gosub=False)]),
        ("ON A PRINT", [Bad(2)]),
        ("ON ERROR GOTO 0", [OnError(0)]),
        ("ON ERROR GOTO 100", [OnError(100)]),
        ("RESUME", [Resume()]),
        ("RESUME 0", [Resume()]),
        ("RESUME NEXT", [Resume(next=True)]),
        ("RESUME 100", [Resume(100)]),
        ("ERROR 5", [Error(Num(5))]),
        ("STOP:END", [Stop(), End()]),
        ("END X", [Bad(2)]),
        ("REM x:PRINT", [Rem()]),
        ("A=1'x", [Let(A, Num(1)), Rem()]),
        ("::A=1:", [Let(A, Num(1))]),
    ],
)
def test_jumps_and_ends(text: str, expected: list[Statement]) -> None:
    assert parsed(text) == expected


def test_many_branches_in_one_line() -> None:
    statements = parse_line(b"\x8bA\xcf" * 20000)
    assert statements == (If(A, None),) * 20000
