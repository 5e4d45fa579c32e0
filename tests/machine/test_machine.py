"""The machine from outside: events, resting states, interrupts, CONT, errors and traps."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.machine import (
    Echo,
    Failed,
    Machine,
    NeedKeys,
    NeedLine,
    Output,
    Prompt,
    Quit,
    Ready,
    SliceSpent,
    Stopped,
)
from tests.machine.talk import Talk, run

LOOP = "10 GOTO 10"


def test_a_direct_line_is_echoed_answered_and_followed_by_ok() -> None:
    machine = Machine()
    machine.feed_line("PRINT 2+2")
    assert machine.advance(100) == [Echo("PRINT 2+2\r\n"), Output(" 4 \r\n"), Prompt("Ok\r\n"), Ready()]


def test_nothing_to_do_is_ready() -> None:
    assert Machine().advance(10) == [Ready()]


def test_a_program_that_runs_on_spends_its_slice() -> None:
    talk = Talk(LOOP)
    talk.start()
    assert talk.rest == SliceSpent()
    assert talk.machine.state.running


def test_a_slice_of_nothing_runs_nothing() -> None:
    talk = Talk("10 A=A+1:GOTO 10")
    talk.start(budget=0)
    assert talk.rest == SliceSpent()
    assert talk.machine.variables() == []


@pytest.mark.parametrize(
    ("program", "rest"),
    [
        ("10 INPUT A", NeedLine()),
        ("10 LINE INPUT A$", NeedLine()),
        ("10 RANDOMIZE", NeedLine()),
        ("10 A$=INPUT$(3)", NeedKeys(3)),
        ("10 STOP", Stopped(10)),
        ("10 END", Ready()),
        ("10 SYSTEM", Quit()),
        ("10 ERROR 5", Failed(5, 10, "Illegal function call")),
        ("10 ERROR 200", Failed(200, 10, "Unprintable error")),
    ],
)
def test_each_end_has_its_event(program: str, rest: object) -> None:
    talk = Talk(program)
    talk.type("RUN")
    assert talk.rest == rest


def test_an_error_in_direct_mode_has_no_line() -> None:
    talk = Talk()
    assert talk.type("PRINT 1/A$") == "Type mismatch\nOk\n"
    assert talk.rest == Failed(13, 65535, "Type mismatch")


def test_lines_typed_ahead_answer_input() -> None:
    talk = Talk("10 INPUT A,B\n20 PRINT A+B")
    talk.machine.feed_line("RUN")
    talk.machine.feed_line("3,4")
    assert talk.go() == "RUN\n? 3,4\n 7 \nOk\n"


def test_input_that_does_not_fit_is_asked_for_again() -> None:
    assert run("10 INPUT A\n20 PRINT A", "x", "1,2", "5") == "? ?Redo from start\n? ?Redo from start\n?  5"


def test_input_with_a_semicolon_keeps_the_cursor_in_its_line() -> None:
    machine = Machine()
    machine.load_program('10 INPUT;"N";A\n20 PRINT "!"')
    machine.feed_line("RUN")
    machine.feed_line("7")
    assert Echo("7") in machine.advance(500)


def test_keys_are_taken_when_all_have_come() -> None:
    talk = Talk("10 A$=INPUT$(2)+INPUT$(1)\n20 PRINT A$")
    talk.type("RUN")
    for key, left in (("a", 2), ("b", 1)):
        talk.machine.feed_keys(key)
        talk.go()
        assert talk.rest == NeedKeys(left)
    talk.machine.feed_keys("cd")
    assert talk.go() == "abc\nOk\n"
    assert talk.machine.state.keys == "d"


def test_inkey_takes_one_key() -> None:
    talk = Talk("10 PRINT INKEY$;INKEY$;INKEY$")
    talk.machine.feed_keys("xy")
    assert talk.type("RUN") == "xy\nOk\n"


def test_of_keys_typed_ahead_the_first_255_are_kept() -> None:
    machine = Machine()
    machine.feed_keys("a" * 250)
    machine.feed_keys("b" * 250)
    assert machine.state.keys == "a" * 250 + "b" * 5


def test_characters_beyond_a_byte_become_question_marks() -> None:
    talk = Talk("10 INPUT A$\n20 PRINT A$;INPUT$(1)")
    talk.type("RUN")
    talk.machine.feed_keys("\u20ac")
    assert talk.type("\u00e9\u2192").endswith("\n\u00e9??\nOk\n")


# --- Ctrl-C


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


# --- direct mode


def test_loops_in_a_direct_line() -> None:
    talk = Talk()
    assert talk.type("FOR I=1 TO 3:PRINT I;:NEXT") == " 1  2  3 \nOk\n"
    assert talk.type("WHILE I>0:I=I-2:PRINT I;:WEND") == " 2  0 \nOk\n"


@pytest.mark.parametrize("line", ["FOR I=1 TO 3:STOP:NEXT", "WHILE 1:STOP:WEND", "FOR I=1 TO 9:SYSTEM:NEXT"])
def test_loops_of_a_direct_line_end_with_it(line: str) -> None:
    talk = Talk()
    talk.type(line)
    assert talk.machine.state.stack == []
    talk.type("REM")
    talk.restart()


def test_gosub_from_a_direct_line_comes_back_to_it() -> None:
    talk = Talk("100 PRINT 1\n110 RETURN")
    assert talk.type("GOSUB 100:PRINT 2") == " 1 \n 2 \nOk\n"


def test_a_numbered_line_is_kept_and_shows_nothing() -> None:
    talk = Talk()
    assert talk.type("10 print 1") == ""
    assert talk.machine.program_text() == "10 PRINT 1\n"


def test_a_numbered_line_makes_the_program_forget_its_variables() -> None:
    talk = Talk("10 END")
    talk.type("A=5")
    talk.type("20 END")
    assert talk.machine.variables() == []


def test_auto_collects_lines_and_an_empty_one_leaves_its_line_as_it_is() -> None:
    talk = Talk("20 END")
    assert talk.type("AUTO 10,10") == "10 "
    assert talk.type("PRINT 1") == "20*"
    assert talk.type("") == "30 "
    assert talk.type("") == "40 "
    assert talk.type("PRINT 4") == "50 "
    assert talk.stop() == "^C\nOk\n"
    assert talk.machine.program_text() == "10 PRINT 1\n20 END\n40 PRINT 4\n"


def test_auto_with_a_comma_alone_has_the_step_of_the_one_before() -> None:
    talk = Talk()
    for command, second in (("AUTO 100,5", "105 "), ("AUTO 200,", "205 "), ("AUTO 300", "310 "), ("AUTO ,7", "7 ")):
        talk.type(command)
        assert talk.type("REM") == second
        talk.stop()


def test_auto_begins_at_the_current_line() -> None:
    talk = Talk()
    talk.type("70 REM")
    assert talk.type("AUTO .,3") == "70*"


def test_auto_ends_at_the_last_line_number_without_a_word() -> None:
    talk = Talk()
    talk.type("AUTO 65519,5")
    assert talk.type("REM a") == "65524 "
    assert talk.type("REM b") == ""
    assert talk.machine.state.mode == ""
    assert talk.type("PRINT 1") == " 1 \nOk\n"


def test_an_error_in_auto_is_told_and_it_goes_on() -> None:
    talk = Talk()
    talk.type("AUTO")
    assert talk.type("   ") == "Undefined line number\nOk\n20 "
    assert talk.type("PRINT 2") == "30 "
    assert talk.machine.program_text() == "20 PRINT 2\n"


def test_behind_255_characters_there_is_only_a_bell() -> None:
    talk = Talk()
    talk.machine.feed_line("10 '" + "x" * 253)
    assert talk.go() == "10 '" + "x" * 251 + "\a\a\n"
    assert talk.machine.program_text() == "10 '" + "x" * 251 + "\n"


# --- TRON


def test_tron_shows_the_lines_as_they_begin() -> None:
    talk = Talk("10 A=1:B=2\n20 PRINT A\n30 GOTO 50\n50 END")
    talk.type("TRON")
    assert talk.type("RUN") == "[10][20] 1 \n[30][50]\nOk\n"
    talk.type("TROFF")
    assert talk.type("RUN") == " 1 \nOk\n"


@pytest.mark.parametrize("budget", [1, 2, 3, 200])
def test_tron_shows_no_line_again_that_a_loop_goes_back_to(budget: int) -> None:
    talk = Talk("10 FOR I=1 TO 2\n20 NEXT\n30 WHILE A<3:A=A+1\n40 WEND\n50 IF I=3 THEN I=9:A=2:GOTO 30")
    talk.type("TRON")
    talk.machine.feed_line("RUN")
    assert talk.go(budget=budget) == "RUN\n[10][20][20][30][40][40][40][50][30][40][50]\nOk\n"


@pytest.mark.parametrize("budget", [1, 2, 3, 200])
def test_tron_shows_a_line_once_though_it_waits_or_the_slice_ends_in_it(budget: int) -> None:
    talk = Talk("10 INPUT A\n20 A$=INPUT$(2)\n30 LIST 10")
    talk.type("TRON")
    talk.machine.feed_line("RUN")
    shown = talk.go(budget=budget)
    talk.machine.feed_line("1")
    shown += talk.go(budget=budget)
    for key in "xy":
        talk.machine.feed_keys(key)
        shown += talk.go(budget=budget)
    assert shown == "RUN\n[10]? 1\n[20][30]10 INPUT A\nOk\n"


@pytest.mark.parametrize("budget", [1, 200])
def test_tron_shows_the_line_of_an_input_that_begins_again(budget: int) -> None:
    talk = Talk("10 INPUT A\n20 B=1:INPUT A")
    talk.type("TRON")
    talk.machine.feed_line("RUN")
    shown = talk.go(budget=budget)
    for line in ("x", "1", "y", "2"):
        talk.machine.feed_line(line)
        shown += talk.go(budget=budget)
        talk.restart()
    redo = "?Redo from start\n"
    assert shown == f"RUN\n[10]? x\n{redo}[10]? 1\n[20]? y\n{redo}? 2\nOk\n"


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
        ("70000 REM", " 2  65535 \n"),
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


# --- programs from outside


def test_load_file_takes_what_save_writes() -> None:
    talk = Talk('10 PRINT "X"')
    for mode in ("", ",A", ",P"):
        talk.type(f'SAVE "F{mode[-1:]}"{mode}')
    for name in ("F", "FA", "FP"):
        other = Talk("5 PRINT 5")
        other.machine.load_file(talk.machine.disk.read(f"{name}.BAS") or b"")
        assert other.type("RUN") == "X\nOk\n"
        assert other.type("LIST") == ("Illegal function call\nOk\n" if name == "FP" else '10 PRINT "X"\nOk\n')


def test_load_program_replaces_program_and_variables() -> None:
    talk = Talk("10 A=1")
    talk.type("RUN")
    assert talk.machine.load_program("20 PRINT 2\r\n5 REM\n\n") == [20, 5]
    assert talk.machine.program_text() == "5 REM\n20 PRINT 2\n"
    assert talk.machine.variables() == []


@pytest.mark.parametrize("state", ["10 GOTO 10", "10 INPUT A", "10 A$=INPUT$(1)", "10 GOSUB 20\n20 STOP", "10 AUTO"])
def test_load_program_ends_whatever_was_under_way(state: str) -> None:
    talk = Talk(state)
    talk.start()
    talk.machine.load_program("100 PRINT 5")
    talk.go()
    assert talk.rest == Ready()
    assert talk.type("RUN") == " 5 \nOk\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10 PRINT\nPRINT 1", ErrorCode.DIRECT_STATEMENT_IN_FILE),
        ("70000 PRINT", ErrorCode.SYNTAX),
        ("10 PRINT\n20 REM " + "x" * 300, ErrorCode.LINE_BUFFER_OVERFLOW),
        ("".join(f"{n} REM {'x' * 240}\n" for n in range(1, 4000)), ErrorCode.OUT_OF_MEMORY),
    ],
)
def test_load_program_refuses(text: str, code: ErrorCode) -> None:
    talk = Talk()
    with pytest.raises(BasicError) as caught:
        talk.machine.load_program(text)
    assert caught.value.code == code
    talk.type("RUN")
    talk.restart()


def test_control_z_ends_a_program_text() -> None:
    talk = Talk("10 PRINT\n\x1arubbish")
    assert talk.machine.program_text() == "10 PRINT\n"


def test_variables_are_shown_in_the_order_of_their_birth() -> None:
    talk = Talk()
    talk.type('B%=3:A$="x":C#=1/4:D=-2')
    assert talk.machine.variables() == [("B%", "I", "3"), ("A$", "$", '"x"'), ("C#", "D", ".25"), ("D!", "S", "-2")]


@pytest.mark.parametrize("typed", ["CLEAR", "30 REM", "20", "NEW", "DELETE 20"])
def test_what_takes_variables_and_loops_away_takes_the_place_to_go_on(typed: str) -> None:
    talk = Talk("10 FOR I=1 TO 2:STOP\n20 PRINT 2:NEXT")
    talk.type("RUN")
    talk.type(typed)
    talk.restart()
    assert talk.type("CONT") == "Can't continue\nOk\n"


@pytest.mark.parametrize("typed", ["ERROR 5", "PRINT )", "99", "STOP", "FOR J=1 TO 2:NEXT", "LIST", 'MERGE "NONE"'])
def test_what_happens_in_direct_mode_does_not_keep_a_program_from_going_on(typed: str) -> None:
    talk = Talk("10 FOR I=1 TO 2:GOSUB 30:NEXT\n20 END\n30 STOP:PRINT I:RETURN")
    talk.type("RUN")
    talk.type(typed)
    talk.restart()
    assert talk.type("CONT") == " 1 \nBreak in 30\nOk\n"
    assert talk.type("CONT") == " 2 \nOk\n"


def test_a_direct_error_that_was_trapped_does_not_either() -> None:
    talk = Talk("10 ON ERROR GOTO 40\n20 STOP\n30 PRINT 3:END\n40 PRINT ERR:RESUME NEXT")
    talk.type("RUN")
    assert talk.type("ERROR 5") == " 5 \nOk\n"
    assert talk.type("CONT") == " 3 \nOk\n"
