"""Ctrl-S, Ctrl-O and the other keys that are for the terminal and not for a program."""

from __future__ import annotations

import pytest

from mbasic_core.machine import NeedKeys, SliceSpent, Stopped
from tests.machine.talk import Talk

LOOP = "10 A=A+1:PRINT A;:IF A<3 THEN 10\n20 B$=INPUT$(1)\n30 PRINT B$"


def test_ctrl_s_stops_a_program_until_a_key_comes_which_is_typed_ahead() -> None:
    talk = Talk("10 A=A+1:IF A<500 THEN 10\n20 PRINT INKEY$")
    talk.start(budget=20)
    assert talk.keys("\x13") == ""
    assert talk.rest == NeedKeys(1)
    talk.restart()
    assert talk.go() == ""
    assert talk.keys("q") == "q\nOk\n"


def test_ctrl_c_ends_the_pause() -> None:
    talk = Talk("10 GOTO 10")
    talk.start(budget=20)
    talk.keys("\x13")
    assert talk.stop() == "^C\nBreak in 10\nOk\n"
    assert talk.rest == Stopped(10)


def test_ctrl_s_is_a_key_like_others_when_keys_are_asked_for() -> None:
    talk = Talk("10 PRINT ASC(INPUT$(1))")
    talk.type("RUN")
    assert talk.keys("\x13") == " 19 \nOk\n"


def test_ctrl_o_hides_what_is_printed_until_it_is_pressed_again() -> None:
    talk = Talk("10 FOR I=1 TO 100:PRINT I;:NEXT")
    talk.start(budget=7)
    talk.machine.feed_keys("\x0f")
    assert talk.go(1, 100) == "^O\n"
    assert talk.rest == SliceSpent()
    talk.restart()
    assert talk.go(1, 20) == ""
    assert talk.keys("\x0f").startswith("^O\n")


def test_what_is_hidden_does_not_move_the_cursor() -> None:
    talk = Talk('10 A=A+1:IF A<50 THEN 10\n20 PRINT "ABC";:INPUT B\n30 PRINT B')
    talk.start(budget=20)
    talk.machine.feed_keys("\x0f")
    assert talk.go() == "^O\n? "
    assert talk.type("5") == " 5 \nOk\n"


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 A=A+1:IF A<50 THEN 10\n20 PRINT 1", "^O\nOk\n"),
        ("10 A=A+1:IF A<50 THEN 10\n20 PRINT 1:ERROR 5", "^O\nIllegal function call in 20\nOk\n"),
        ("10 A=A+1:IF A<50 THEN 10\n20 PRINT 1:STOP", "^O\nBreak in 20\nOk\n"),
        ('10 A=A+1:IF A<50 THEN 10\n20 LINE INPUT "N";A$', "^O\nN"),
    ],
)
def test_the_end_of_a_program_and_input_show_themselves(program: str, shown: str) -> None:
    talk = Talk(program)
    talk.start(budget=20)
    talk.machine.feed_keys("\x0f")
    assert talk.go() == shown
    assert not talk.machine.state.muted


def test_ctrl_o_in_a_typed_line_hides_what_it_prints() -> None:
    talk = Talk()
    talk.machine.feed_line("PRINT 1\x0f")
    assert talk.go() == "PRINT 1^O\nOk\n"
    assert talk.type("PRINT 1") == " 1 \nOk\n"
