"""Ctrl-C, CONT, errors and traps: how a program is stopped, and how it goes on."""

from __future__ import annotations

import pytest

from mbasic_core.machine import NeedKeys, Ready, SliceSpent, Stopped
from tests.machine.talk import Talk, run

LOOP = "10 GOTO 10"


def test_an_interrupt_breaks_a_loop_and_cont_goes_on() -> None:
    talk = Talk("10 A=A+1:GOTO 10")
    talk.start(budget=1_000)
    assert talk.stop() == "^C\nBreak in 10\nOk\n"
    assert isinstance(talk.rest, Stopped)
    before = float(talk.machine.variables()[0][2])
    talk.start("CONT", budget=1_000)
    talk.stop()
    assert float(talk.machine.variables()[0][2]) > before


def test_an_interrupt_breaks_input_and_cont_asks_again() -> None:
    talk = Talk('10 INPUT "N";A\n20 PRINT A*2')
    assert talk.type("RUN") == "N? "
    assert talk.stop() == "^C\nBreak in 10\nOk\n"
    assert talk.type("CONT") == "N? "
    assert talk.type("4") == " 8 \nOk\n"


def test_an_interrupt_breaks_input_of_keys_without_a_word() -> None:
    talk = Talk("10 A$=INPUT$(3)\n20 PRINT A$")
    talk.type("RUN")
    talk.machine.feed_keys("ab")
    talk.go()
    assert talk.stop() == "Ok\n"
    assert talk.rest == Stopped(10)
    talk.type("CONT")
    assert talk.rest == NeedKeys(3)


def test_an_interrupt_in_direct_mode_breaks_nothing_but_drops_what_is_typed_ahead() -> None:
    talk = Talk()
    assert talk.stop() == "^C\n"
    talk.machine.feed_line("PRINT 1")
    assert talk.stop() == "^C\n"
    assert talk.rest == Ready()


def test_an_interrupt_breaks_a_direct_line() -> None:
    talk = Talk("10 STOP")
    talk.type("RUN")
    talk.start("WHILE 1:WEND")
    assert talk.stop() == "^C\nBreak\nOk\n"
    assert talk.type("CONT") == "Ok\n"


def test_an_interrupt_ends_auto() -> None:
    talk = Talk()
    assert talk.type("AUTO") == "10 "
    assert talk.stop() == "^C\nOk\n"
    assert talk.type("PRINT 1") == " 1 \nOk\n"


def test_an_interrupt_before_the_first_statement_is_not_lost() -> None:
    talk = Talk(LOOP)
    talk.start(budget=0)
    talk.stop()
    assert talk.rest == Stopped(65535)


# --- CONT


def test_cont_goes_on_behind_stop() -> None:
    talk = Talk("10 PRINT 1\n20 STOP\n30 PRINT 2")
    assert talk.type("RUN") == " 1 \nBreak in 20\nOk\n"
    assert talk.type("PRINT 9") == " 9 \nOk\n"
    assert talk.type("CONT") == " 2 \nOk\n"


def test_cont_in_a_loop_and_in_a_subroutine() -> None:
    talk = Talk("10 FOR I=1 TO 2\n20 GOSUB 100\n30 NEXT\n40 END\n100 STOP\n110 PRINT I\n120 RETURN")
    talk.type("RUN")
    assert talk.type("CONT") == " 1 \nBreak in 100\nOk\n"
    assert talk.type("CONT") == " 2 \nOk\n"


def test_cont_repeats_the_statement_that_failed() -> None:
    talk = Talk("10 A(N)=1\n20 PRINT N")
    assert talk.type("N=11:GOTO 10") == "Subscript out of range in 10\nOk\n"
    talk.type("N=1")
    assert talk.type("CONT") == " 1 \nOk\n"


@pytest.mark.parametrize("edit", ["10 PRINT", "40 END", "20", "NEW", "DELETE 20"])
def test_after_editing_the_program_cannot_continue(edit: str) -> None:
    talk = Talk("10 PRINT 1\n20 STOP\n30 PRINT 2")
    talk.type("RUN")
    talk.type(edit)
    assert talk.type("CONT") == "Can't continue\nOk\n"


def test_cont_without_a_program_that_stopped() -> None:
    assert Talk(LOOP).type("CONT") == "Can't continue\nOk\n"
    assert run("10 CONT") == "Can't continue in 10"


# --- errors and traps


def test_a_trap_catches_and_resume_next_goes_on() -> None:
    program = "10 ON ERROR GOTO 100\n20 ERROR 77\n30 PRINT 3:END\n100 PRINT ERR;ERL\n110 RESUME NEXT"
    assert run(program) == "77  20\n3"


@pytest.mark.parametrize(
    ("line", "next_", "again"),
    [
        ("IF A=0 THEN ERROR 5:PRINT 1", "1", ""),
        ("IF 1/A THEN PRINT 1:PRINT 2 ELSE PRINT 3:PRINT 4", "2", "1\n2"),
        ("IF A THEN PRINT 1 ELSE ERROR 5:PRINT 2", "", "1"),
        ("IF A THEN PRINT 1 ELSE IF 1/A THEN PRINT 2 ELSE PRINT 3:PRINT 4", "", "1"),
        ("IF A=0 THEN IF 1/A THEN PRINT 1 ELSE PRINT 2 ELSE PRINT 3", "", "3"),
        ("IF A=0 THEN:X=1/A:PRINT 1", "1", "1"),
        ("IF A=0 THEN X=X+1:Y=1/A:PRINT X ELSE PRINT 9", "1", "1"),
        ("NEXT I,J:PRINT 1", "1", "NEXT without FOR in 20"),
        ("ERASE X,Y:PRINT 1", "1", "Illegal function call in 20"),
    ],
)
def test_resume_knows_statements_by_their_colons(line: str, next_: str, again: str) -> None:
    """What follows THEN and ELSE is part of the IF; RESUME tries that again, RESUME NEXT goes to the next colon."""
    program = f"10 ON ERROR GOTO 40\n20 {line}\n30 END\n"
    assert run(program + "40 RESUME NEXT") == next_
    assert run(program + "40 A=1:N=N+1:IF N>1 THEN ON ERROR GOTO 0\n50 RESUME") == again


@pytest.mark.parametrize(
    ("data", "shown"),
    [("1,X", "2  30\n1  0  1"), ("1", "4  20\n1  0  1"), ("1,1E9,3", "6  20\n1  0  1"), ("1,2,3", "1  2  3")],
)
def test_what_read_could_not_read_whole_is_read_again(data: str, shown: str) -> None:
    program = (
        f"10 ON ERROR GOTO 50\n20 READ A,B%\n30 DATA {data}\n40 READ C:PRINT A;B%;C:END\n50 PRINT ERR;ERL:RESUME NEXT"
    )
    assert run(program) == shown


def test_cont_after_an_error_tries_the_whole_statement() -> None:
    talk = Talk("10 IF A=0 THEN PRINT SQR(-1)\n20 PRINT A")
    assert talk.type("RUN") == "Illegal function call in 10\nOk\n"
    talk.type("A=1")
    talk.restart()
    assert talk.type("CONT") == " 1 \nOk\n"


def test_run_clears_the_trap_before_it_looks_for_the_line() -> None:
    talk = Talk("10 ON ERROR GOTO 30:A=5\n20 RUN 99\n30 PRINT ERR")
    assert talk.type("RUN") == "Undefined line number in 20\nOk\n"
    assert talk.type("PRINT A") == " 0 \nOk\n"


def test_an_error_inside_the_trap_is_final() -> None:
    assert run("10 ON ERROR GOTO 20\n20 ERROR 5") == "Illegal function call in 20"


def test_a_trap_without_resume_says_so() -> None:
    assert run("10 ON ERROR GOTO 30\n20 ERROR 5\n30 PRINT 1") == "1\nNo RESUME in 30"


def test_resume_without_an_error() -> None:
    assert run("10 RESUME") == "RESUME without error in 10"
    assert run("10 ON ERROR GOTO 20:RESUME\n20 PRINT 1") == "RESUME without error in 10"


def test_a_trap_that_resumes_for_ever_can_be_stopped() -> None:
    talk = Talk("10 ON ERROR GOTO 30\n20 ERROR 5\n30 RESUME")
    talk.start(budget=1_000)
    assert talk.rest == SliceSpent()
    talk.stop()
    assert isinstance(talk.rest, Stopped)


TRAPPING = "10 ON ERROR GOTO 30\n20 END\n30 PRINT ERR;ERL\n40 RESUME NEXT"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("PRINT 1:ERROR 5:PRINT 2", " 1 \n 5  65535 \n 2 \n"),
        ("READ A", " 4  65535 \n"),
        ("PRINT )", " 2  65535 \n"),
        ("GOTO 99", " 8  65535 \n"),
        ("PRINT 1/0:PRINT 3", " 11  65535 \n 3 \n"),
        ("99", " 8  65535 \n"),
        ("FOR I=1 TO 2:ERROR I:NEXT", " 1  65535 \n 2  65535 \n"),
    ],
)
def test_an_error_in_direct_mode_is_trapped_as_well(typed: str, shown: str) -> None:
    """As the manual says under ON ERROR GOTO."""
    talk = Talk(TRAPPING)
    talk.type("RUN")
    for _ in range(2):
        assert talk.type(typed) == shown + "Ok\n"
        talk.restart()


def test_an_error_while_one_of_direct_mode_is_being_handled_is_not_trapped() -> None:
    talk = Talk("10 ON ERROR GOTO 30:END\n30 STOP:RESUME")
    talk.type("RUN")
    assert talk.type("ERROR 5:PRINT 7") == "Break in 30\nOk\n"
    talk.restart()
    assert talk.type("PRINT ERR;ERL") == " 5  65535 \nOk\n"
    assert talk.type("ERROR 6") == "Overflow\nOk\n"
    assert talk.type("CONT") == "RESUME without error in 30\nOk\n"


def test_resume_does_not_find_the_direct_line_that_failed_when_another_was_typed() -> None:
    talk = Talk("10 ON ERROR GOTO 30:END\n30 END")
    talk.type("RUN")
    talk.type("A=5:B=6:ERROR 5:PRINT 7")
    talk.restart()
    assert talk.type("PRINT A") == " 5 \nOk\n"
    talk.restart()
    assert talk.type("RESUME").endswith(" without error\nOk\n")


@pytest.mark.parametrize("typed", ["ON ERROR GOTO 0", "RUN 20", "CLEAR", "15 REM", "NEW"])
def test_what_ends_the_trap_ends_it_for_direct_mode(typed: str) -> None:
    talk = Talk(TRAPPING)
    talk.type("RUN")
    talk.type(typed)
    assert talk.type("ERROR 5") == "Illegal function call\nOk\n"


def test_overflow_prints_and_goes_on_unless_it_is_trapped() -> None:
    assert run("10 A=1E38*10\n20 PRINT 1") == "Overflow\n1"
    assert run("10 ON ERROR GOTO 30\n20 A=1E38*10\n30 PRINT ERR:END") == "6"
