"""A machine at its terminal."""

from __future__ import annotations

import pytest

from mbasic_core.machine import Machine
from mbasic_core.session.body import Phase
from mbasic_core.session.console import Console
from mbasic_core.session.transcript import Transcript


def console(program: str = "", phase: Phase = "ready") -> Console:
    machine = Machine()
    machine.load_program(program)
    return Console(machine, Transcript(), phase, fresh=Machine)


def settle(terminal: Console) -> None:
    for _ in range(10_000):
        if terminal.phase != "running":
            return
        terminal.advance(100)
    raise AssertionError("it never rests")


@pytest.mark.parametrize(
    ("program", "typed", "phase", "prompt"),
    [
        ("", 'PRINT "X"', "ready", "direct"),
        ("", "GOTO", "ready", "direct"),
        ("10 INPUT A\n", "RUN", "line", "line"),
        ("10 A$=INPUT$(3)\n", "RUN", "keys", "keys"),
        ("10 STOP\n", "RUN", "stopped", "direct"),
        ("10 ERROR 5\n", "RUN", "stopped", "direct"),
        ("10 END\n", "RUN", "ready", "direct"),
        ("", "SYSTEM", "ready", "direct"),
    ],
)
def test_where_a_line_leads(program: str, typed: str, phase: Phase, prompt: str) -> None:
    terminal = console(program)
    assert terminal.prompt == "direct"
    terminal.line(typed)
    assert (terminal.phase, terminal.prompt) == ("running", "keys")
    settle(terminal)
    assert (terminal.phase, terminal.prompt) == (phase, prompt)


def test_a_line_answers_input_and_lines_typed_ahead_wait_for_it() -> None:
    terminal = console("10 INPUT A: PRINT A: GOTO 10\n")
    terminal.line("RUN")
    terminal.line("1")
    terminal.line("2")
    settle(terminal)
    assert terminal.phase == "line"
    assert terminal.transcript.text == "RUN\r\n? 1\r\n 1 \r\n? 2\r\n 2 \r\n? "


def test_a_line_given_to_input_dollar_is_keys() -> None:
    terminal = console("10 A$=INPUT$(2): PRINT ASC(MID$(A$,2))\n")
    terminal.line("RUN")
    settle(terminal)
    terminal.line("X")
    settle(terminal)
    assert terminal.transcript.text == "RUN\r\n 13 \r\nOk\r\n"


def test_keys_go_to_inkey() -> None:
    terminal = console('10 A$=INKEY$: IF A$="" THEN 10\n20 PRINT A$\n')
    terminal.line("RUN")
    terminal.advance(1000)
    terminal.keys("Q")
    settle(terminal)
    assert terminal.transcript.text == "RUN\r\nQ\r\nOk\r\n"


@pytest.mark.parametrize("program", ["10 GOTO 10\n", '10 PRINT "X": GOTO 10\n', "10 INPUT A\n"])
def test_stop_breaks_at_once_what_runs_or_waits(program: str) -> None:
    terminal = console(program)
    terminal.line("RUN")
    terminal.advance(1000)
    terminal.line("typed ahead") if terminal.phase == "running" else None
    terminal.stop()
    assert terminal.phase == "stopped"
    assert terminal.transcript.text.endswith("Break in 10\r\nOk\r\n")
    assert terminal.machine.state.typed == []


def test_stop_ends_a_wait_for_keys_without_a_word() -> None:
    terminal = console("10 A$=INPUT$(1)\n")
    terminal.line("RUN")
    settle(terminal)
    terminal.stop()
    assert (terminal.phase, terminal.transcript.text) == ("stopped", "RUN\r\nOk\r\n")


def test_stop_ends_auto_and_edit() -> None:
    terminal = console("10 PRINT 1\n")
    terminal.line("AUTO 20")
    settle(terminal)
    terminal.stop()
    assert (terminal.phase, terminal.transcript.text) == ("ready", "AUTO 20\r\n20 ^C\r\nOk\r\n")
    terminal.line("EDIT 10")
    settle(terminal)
    assert (terminal.phase, terminal.prompt) == ("keys", "keys")
    terminal.stop()
    assert (terminal.phase, terminal.prompt) == ("ready", "direct")


def test_keys_and_lines_go_to_edit() -> None:
    terminal = console("10 PRINT 1\n")
    terminal.line("EDIT 10")
    settle(terminal)
    terminal.keys("2 ")
    settle(terminal)
    assert (terminal.phase, terminal.transcript.text) == ("keys", "EDIT 10\r\n10 PR")
    terminal.line("D")
    settle(terminal)
    assert terminal.phase == "ready"
    assert terminal.transcript.text == "EDIT 10\r\n10 PR\\I\\NT 1\r\n"
    assert list(terminal.machine.program_lines()) == ["10 PRNT 1\n"]


def test_stop_in_direct_mode_does_nothing() -> None:
    terminal = console()
    terminal.stop()
    assert (terminal.phase, terminal.transcript.text) == ("ready", "")


def test_what_is_typed_is_one_line_of_bytes() -> None:
    terminal = console()
    terminal.line('PRINT "€\n":REM')
    settle(terminal)
    assert terminal.transcript.text == 'PRINT "? ":REM\r\n? \r\nOk\r\n'


def test_work_ends_at_the_time_given_and_at_the_room_given() -> None:
    terminal = console('10 PRINT "X": GOTO 10\n')
    terminal.line("RUN")
    times = iter(range(1000))
    terminal.work(lambda: next(times), 10, chunk=0.5, room=10**9)
    assert next(times) == 11
    end = terminal.transcript.end
    terminal.work(lambda: 0.0, 10, chunk=0.5, room=100)
    assert end + 100 <= terminal.transcript.end < end + 100 + 40_000


def test_an_exception_of_ours_leaves_a_machine_as_new(caplog: pytest.LogCaptureFixture) -> None:
    terminal = console("10 GOTO 10\n")
    terminal.line("RUN")
    terminal.advance(1000)
    terminal.machine.state.pc = "nonsense"  # type: ignore[assignment]  # what a bug may leave
    terminal.advance(10)
    assert (terminal.phase, terminal.failure) == ("stopped", "TypeError")
    assert "Internal error: TypeError" in terminal.transcript.text
    assert "Traceback" in caplog.text
    terminal.line("PRINT 1")
    settle(terminal)
    assert terminal.transcript.text.endswith("PRINT 1\r\n 1 \r\nOk\r\n")


def test_the_phase_of_a_restored_machine_is_in_its_state() -> None:
    for program, phase in (("10 INPUT A\n", "line"), ("10 A$=INPUT$(1)\n", "keys"), ("10 GOTO 10\n", "running")):
        terminal = console(program)
        terminal.line("RUN")
        terminal.advance(1000)
        assert Console(terminal.machine, Transcript(), "stopped", fresh=Machine).phase == phase
    assert Console(Machine(), Transcript(), "stopped", fresh=Machine).phase == "stopped"
    assert Console(Machine(), Transcript(), "running", fresh=Machine).phase == "ready"
