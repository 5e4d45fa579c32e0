"""PRINT, PRINT USING, WRITE, LPRINT."""

from __future__ import annotations

import pytest

from tests.machine.talk import run


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ('10 PRINT "a";"b";1;-2', "ab 1 -2"),
        ('10 PRINT "a","b"', "a             b"),
        ("10 PRINT", ""),
        ('10 PRINT "a";\n20 PRINT "b"', "ab"),
        ('10 PRINT TAB(5);"a";SPC(2);"b"', "a  b"),
        ('10 PRINT "abc";TAB(2);"d"', "abc\nd"),
        ('10 PRINT USING "##.#";1.25;10', "1.310.0"),
        ('10 PRINT USING "!";1', "Type mismatch in 10"),
        ('10 WRITE 1,"a",-2.5', '1,"a",-2.5'),
        ("10 WRITE 1,", "1,\nMissing operand in 10"),
        ("10 WRITE 1 2)", "12\nSyntax error in 10"),
        ('10 PRINT USING "AB";', "AB\nIllegal function call in 10"),
        ('10 PRINT USING "A#B";', "A\nMissing operand in 10"),
        ('10 PRINT USING "A#B";1,', "A1B"),
        ('10 PRINT USING "A#B";1,)', "A1BA\nSyntax error in 10"),
        ('10 PRINT "x";TAB(-32768);"y"', "x" + " " * 46 + "y"),
        ("10 WRITE", ""),
        ('10 LPRINT "quiet":PRINT LPOS(0)', "1"),
        ('10 LPRINT "quiet";:PRINT LPOS(0)', "6"),
        ('10 PRINT #1,"x"', "Bad file mode in 10"),
        ("10 WIDTH 5:PRINT 12345678", "1234\n5678"),
    ],
)
def test_printing(program: str, shown: str) -> None:
    assert run(program) == shown
