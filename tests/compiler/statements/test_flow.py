"""IF, GOTO, GOSUB, RETURN, ON."""

from __future__ import annotations

import pytest

from tests.machine.talk import run


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 IF 1 THEN PRINT 1 ELSE PRINT 2", "1"),
        ("10 IF 0 THEN PRINT 1 ELSE PRINT 2", "2"),
        ("10 IF 0 THEN PRINT 1\n20 PRINT 3", "3"),
        ("10 IF 1 THEN IF 0 THEN PRINT 1 ELSE PRINT 2\n20 PRINT 3", "2\n3"),
        ("10 IF 0 THEN IF 0 THEN PRINT 1 ELSE PRINT 2\n20 PRINT 3", "3"),
        ("10 IF 1 THEN 30\n20 PRINT 2\n30 PRINT 3", "3"),
        ("10 IF 0 THEN 30 ELSE 20\n20 PRINT 2:END\n30 PRINT 3", "2"),
        ("10 IF 1 GOTO 30\n20 PRINT 2\n30 PRINT 3", "3"),
        ('10 IF "a" THEN PRINT 1', "Type mismatch in 10"),
        ("10 IF 1 THEN 99", "Undefined line number in 10"),
        ("10 IF 0 THEN 99\n20 PRINT 2", "2"),
        ("10 GOSUB 30:PRINT 1\n20 END\n30 PRINT 3:RETURN", "3\n1"),
        ("10 ON 2 GOTO 20,30\n20 PRINT 2:END\n30 PRINT 3", "3"),
        ("10 ON 0 GOTO 30:PRINT 1\n20 END\n30 PRINT 3", "1"),
        ("10 ON 3 GOTO 30,30:PRINT 1\n20 END\n30 PRINT 3", "1"),
        ("10 ON 2 GOTO ,30:PRINT 1\n20 END\n30 PRINT 3", "3"),
        ("10 ON 1 GOTO ,30", "Syntax error in 10"),
        ("10 ON 2 GOTO", ""),
        ("10 ON 1 GOSUB", "Syntax error in 10"),
        ("10 ON 9 GOTO 10 X", "Syntax error in 10"),
        ("10 ON -1 GOTO 10", "Illegal function call in 10"),
        ("10 ON 256 GOTO 10", "Illegal function call in 10"),
        ("10 ON 1.6 GOSUB 20,30:PRINT 1:END\n20 PRINT 2:RETURN\n30 PRINT 3:RETURN", "3\n1"),
        ("10 PRINT 1:REM :PRINT 2\n20 PRINT 3' PRINT 4", "1\n3"),
        ("10 PRINT 1;)", "1 Syntax error in 10".replace(" S", "\nS")),
    ],
)
def test_where_it_goes(program: str, shown: str) -> None:
    assert run(program) == shown
