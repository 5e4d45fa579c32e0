"""FOR, NEXT, WHILE, WEND as programs see them."""

from __future__ import annotations

import pytest

from tests.machine.talk import Talk, run


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 FOR I=1 TO 3:PRINT I;:NEXT:PRINT I", "1  2  3  4"),
        ("10 FOR I=3 TO 1:PRINT I;:NEXT:PRINT I", "3"),
        ("10 FOR I=3 TO 1 STEP -1:PRINT I;:NEXT:PRINT I", "3  2  1  0"),
        ("10 FOR I=1 TO 2 STEP .5:PRINT I;:NEXT", "1  1.5  2"),
        ("10 FOR I%=1 TO 3:PRINT I%;:NEXT I%", "1  2  3"),
        ("10 FOR I%=32766 TO 32767:PRINT I%;:NEXT", "32766  32767\nOverflow in 10"),
        ("10 FOR I=1 TO 2:FOR J=1 TO 2:PRINT I*10+J;:NEXT J,I", "11  12  21  22"),
        ("10 FOR I=1 TO 9:IF I<3 THEN NEXT\n20 PRINT I", "3"),
        ("10 FOR I=1 TO 3\n20 IF I=2 THEN 40\n30 NEXT:END\n40 NEXT", "NEXT without FOR in 40"),
        ("10 FOR I=1 TO 3:IF I=2 THEN NEXT\n20 PRINT I:NEXT", "1\nNEXT without FOR in 20"),
        ("10 FOR I=1 TO 2:FOR I=5 TO 6:PRINT I;:NEXT:NEXT:PRINT I", "5  6  8"),
        ("10 FOR I=1 TO 9:IF I=3 THEN 30\n20 NEXT\n30 FOR I=1 TO 2:NEXT:NEXT", "NEXT without FOR in 30"),
        ("10 FOR I=1 TO 2:NEXT:FOR I=5 TO 6:NEXT:PRINT I", "7"),
        ("10 FOR I=1 TO 3:I=I+1:PRINT I;:NEXT", "2  4"),
        ("10 N=2:FOR I=1 TO N:N=9:PRINT I;:NEXT", "1  2"),
        ("10 FOR I=I+5 TO I+7:PRINT I;:NEXT", "5  6  7"),
        ("10 FOR I=1 TO 2:GOSUB 30:NEXT:END\n30 PRINT I;:RETURN", "1  2"),
        ("10 GOSUB 30:NEXT I\n30 FOR I=1 TO 2:RETURN:NEXT", "NEXT without FOR in 10"),
        ("10 FOR A$=1 TO 2:NEXT", "Type mismatch in 10"),
        ("10 FOR A#=1 TO 2:NEXT", "Type mismatch in 10"),
        ("10 FOR A(1)=1 TO 2:NEXT", "Syntax error in 10"),
        ("10 FOR I=1 TO 2:NEXT J", "NEXT without FOR in 10"),
        ('10 FOR I="a" TO 2:NEXT', "Type mismatch in 10"),
        ("10 WHILE I<3:I=I+1:PRINT I;:WEND:PRINT 9", "1  2  3  9"),
        ("10 WHILE 0:PRINT 1:WEND:PRINT 9", "9"),
        ("10 WHILE I<2:I=I+1:J=0:WHILE J<2:J=J+1:PRINT I;J;:WEND:WEND", "1  1  1  2  2  1  2  2"),
        ('10 WHILE A$<>"xx":A$=A$+"x":WEND:PRINT A$', "xx"),
    ],
)
def test_loops(program: str, shown: str) -> None:
    assert run(program) == shown


def test_28_loops_inside_one_another_fill_the_stack() -> None:
    opening = "".join(f"{n} FOR I{n}=1 TO 1\n" for n in range(1, 40))
    closing = "".join(f"{100 - n} NEXT I{n}\n" for n in range(1, 40))
    assert run(opening + closing) == "Out of memory in 29"


def test_a_loop_that_is_left_leaves_its_frame_until_it_is_entered_again() -> None:
    talk = Talk("10 FOR I=1 TO 9\n20 IF I=2 THEN 40\n30 NEXT\n40 N=N+1:IF N<5 THEN 10\n50 STOP")
    talk.type("RUN")
    assert len(talk.machine.state.stack) == 1
