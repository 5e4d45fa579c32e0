"""The machine from outside: events, resting states, direct mode, TRON, programs from outside."""

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
