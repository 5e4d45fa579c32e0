"""RENUM in the middle of things: what was begun goes on, under other numbers."""

from __future__ import annotations

from tests.machine.talk import Talk

PROGRAM = """10 DEF FNA(X)=X*2
20 READ A:FOR I=1 TO 2
30 GOSUB 60
40 NEXT
50 PRINT FNA(I);A:END
60 WHILE B<I:B=B+1:STOP
70 WEND:READ A:RETURN
80 DATA 5,6,7
"""


def test_variables_loops_subroutines_functions_and_data_go_on() -> None:
    talk = Talk(PROGRAM)
    assert talk.type("RUN") == "Break in 60\nOk\n"
    assert talk.type("RENUM 1000,30,5") == "Ok\n"
    talk.restart()
    assert talk.type("PRINT I;B") == " 1  1 \nOk\n"
    assert talk.type("CONT") == "Break in 1015\nOk\n"
    talk.type("RENUM")
    assert talk.type("CONT") == " 6  7 \nOk\n"


def test_the_trap_moves_too() -> None:
    talk = Talk("10 ON ERROR GOTO 30\n20 STOP:ERROR 5:END\n30 PRINT ERL:RESUME NEXT")
    talk.type("RUN")
    talk.type("RENUM 100")
    assert talk.type("CONT") == " 110 \nOk\n"


def test_unknown_lines_are_told_with_the_numbers_from_before() -> None:
    talk = Talk("5 GOTO 7\n6 GOSUB 5:ON A GOTO 9,6")
    assert talk.type("RENUM 100") == "Undefined line 7 in 5\nUndefined line 9 in 6\nOk\n"
    assert talk.type("LIST") == "100 GOTO 7\n110 GOSUB 100:ON A GOTO 9,110\nOk\n"


def test_a_number_that_is_taken_is_refused_though_nothing_moves() -> None:
    assert Talk("10 REM\n20 REM").type("RENUM 15,100") == "Illegal function call\nOk\n"
