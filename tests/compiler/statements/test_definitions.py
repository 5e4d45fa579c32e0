"""DIM, ERASE, OPTION BASE, DEF FN, DEFtype, READ and RESTORE."""

from __future__ import annotations

import pytest

from tests.machine.talk import Talk, run


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 DIM A(2),B$(3):A(2)=5:PRINT A(2);B$(3)", "5"),
        ("10 DIM A(2):DIM A(2)", "Duplicate Definition in 10"),
        ("10 A(1)=1:DIM A(2)", "Duplicate Definition in 10"),
        ("10 DIM A(2):A(3)=1", "Subscript out of range in 10"),
        ("10 DIM A(2,2):A(1)=1", "Subscript out of range in 10"),
        ("10 DIM A(-1)", "Illegal function call in 10"),
        ("10 DIM A(2):ERASE A:DIM A(3,3):A(3,3)=7:PRINT A(3,3)", "7"),
        ("10 OPTION BASE 1:DIM A(2):A(0)=1", "Subscript out of range in 10"),
        ("10 DIM A(2):OPTION BASE 1", "Duplicate Definition in 10"),
        ("10 DEF FNA(X)=X*X\n20 X=3:PRINT FNA(4);X", "16  3"),
        ('10 DEF FNA$(X$)=X$+"!"\n20 PRINT FNA$("hey")', "hey!"),
        ("10 DEF FNA=Y\n20 Y=5:PRINT FNA", "5"),
        ('10 DEF FNA$="a"\n20 PRINT FNA$("b")FNA$(1);FNA$', "aba 1 a"),
        ("10 DEF FNA=5\n20 PRINT FNA(1,2)", "Syntax error in 20"),
        ("10 DEF FNA=5\n20 PRINT FNA(2*3)", "5  6"),
        ("10 DEF FNA(X)=X+\n20 PRINT FNA(1)", "Missing operand in 20"),
        ("10 DEF FNA(A#,B#,C#,D#,E#,F#,G#,H#)=H#\n20 PRINT FNA(1,2,3,4,5,6,7,8)", "8"),
        ("10 DEF FNA(A#,B#,C#,D#,E#,F#,G#,H#,I$)=H#\n20 PRINT FNA(1,2,3,4,5,6,7,8,I$)", "Illegal function call in 20"),
        ("10 PRINT FNA(1)", "Undefined user function in 10"),
        ("10 DEFINT A-C:A=1.7:D=1.7:PRINT A;D", "2  1.7"),
        ('10 DEFSTR S:S="x":PRINT S', "x"),
        ("10 READ A,B$:PRINT A;B$\n20 DATA 5,six", "5 six"),
        ("10 READ A:RESTORE:READ B:PRINT A;B\n20 DATA 5", "5  5"),
        ("10 RESTORE 30:READ A:PRINT A\n20 DATA 1\n30 DATA 2", "2"),
    ],
)
def test_definitions(program: str, shown: str) -> None:
    assert run(program) == shown


def test_def_fn_is_for_programs() -> None:
    assert Talk().type("DEF FNA(X)=X") == "Illegal direct\nOk\n"
