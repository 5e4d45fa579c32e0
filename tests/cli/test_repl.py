"""`mbasic` alone: direct mode on a script of typed lines."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from mbasic_core.cli.failure import BROKEN_OFF, Failure
from mbasic_core.cli.repl import run_session

Start = Callable[..., Any]
MBASIC = [sys.executable, "-m", "mbasic_core"]


def session(*typed: str) -> str:
    stdout = io.BytesIO()
    assert run_session(io.BytesIO("".join(f"{line}\n" for line in typed).encode("latin-1")), stdout) == 0
    return stdout.getvalue().decode("latin-1")


def test_it_begins_with_ok_and_ends_with_its_input() -> None:
    assert session() == "Ok\n"


def test_direct_statements() -> None:
    assert session("PRINT 1+1") == "Ok\n\n 2 \nOk\n"


def test_lines_are_entered_listed_and_run() -> None:
    assert session('10 PRINT "A"', "LIST", "RUN") == 'Ok\n\n\n10 PRINT "A"\nOk\n\nA\nOk\n'


def test_an_error_leaves_direct_mode_working() -> None:
    assert session("NEXT", "PRINT 1") == "Ok\n\nNEXT without FOR\nOk\n\n 1 \nOk\n"


def test_input_takes_the_next_line() -> None:
    assert session('INPUT "Q";A$', "HELLO", "PRINT A$") == "Ok\n\nQ? \nOk\n\nHELLO\nOk\n"


def test_system_ends_it() -> None:
    assert "9" not in session("SYSTEM", "PRINT 9")


def test_a_program_that_waits_at_the_end_of_the_script_is_told() -> None:
    with pytest.raises(Failure, match="input ended") as caught:
        session("10 INPUT A", "RUN")
    assert caught.value.status == BROKEN_OFF


def test_a_script_gets_no_banner() -> None:
    done = subprocess.run(MBASIC, input=b"PRINT 1\nSYSTEM\n", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"Ok\n\n 1 \nOk\n\n", b"")


def test_a_terminal_gets_a_banner_and_ctrl_c_does_not_end_it(start: Start) -> None:
    command = start(terminal=True)
    assert "MBASIC 5.21" in command.see("Ok\r\n")
    command.type('10 PRINT "GO"\r20 GOTO 20\rRUN\r')
    command.see("\nGO\r\n")
    command.process.send_signal(signal.SIGINT)
    assert command.see("Ok\r\n") == "^C\r\nBreak in 20\r\nOk\r\n"
    command.type("\x03")
    assert command.see("^C\r\n").endswith("^C\r\n")
    command.type("PRINT 7\r")
    assert command.see("Ok\r\n").endswith(" 7 \r\nOk\r\n")
    command.type("SYSTEM\r")
    assert command.wait() == 0


def test_ctrl_c_in_a_script_is_shown_and_ends_auto_only() -> None:
    assert session("\x03") == "Ok\n^C\n\n"
    assert session("AUTO 100,5", 'PRINT "A"', "", "\x03", "LIST").endswith('110 ^C\nOk\n\n\n100 PRINT "A"\nOk\n')


def test_a_script_gives_edit_its_keys_one_by_one() -> None:
    assert session('10 PRINT "ABC"', "EDIT 10", "2DX;1", "LIST") == (
        'Ok\n\n\n10 \\PR\\INT "ABC";1\n\n10 INT "ABC";1\nOk\n'
    )


def test_a_script_may_leave_edit_in_the_middle_of_a_line() -> None:
    assert session("10 PRINT )", "RUN", "QPRINT 5").endswith("Syntax error in 10\nOk\n10 \nOk\n\n 5 \nOk\n")
