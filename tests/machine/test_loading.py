"""A program entered in pieces is the program entered at once, at every moment of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.machine import Machine, Output, Ready, SliceSpent, snapshot
from tests.machine.talk import Talk

LINES = [
    "10 PRINT 1", "65529 END", "PRINT", "", "  ", "  30 A=1", "1 0 B=2", "0 REM", "007 REM",
    "40", "50 ", "60 " + "x" * 240, "60 " + "y" * 252, "60 " + "z" * 253, "10\tA=2", "12345A", "6552 9 A=1",
    "\x0b10 A", "\xa010 B", "\x1a", "10\r20 C\r\n", "1000 2", "\0", "80 " + "?" * 250,
]  # fmt: skip


def entered(text: str) -> dict[int, bytes] | ErrorCode:
    machine = Machine()
    try:
        machine.begin_program(text)
    except BasicError as error:
        return error.code
    while machine.state.loading:
        machine.advance(1)
    return machine.state.program


@given(st.lists(st.sampled_from(LINES), max_size=5).map("\n".join))
def test_the_pieces_make_what_the_whole_makes(text: str) -> None:
    machine = Machine()
    expected: dict[int, bytes] | ErrorCode
    try:
        machine.load_program(text)
        expected = machine.state.program
    except BasicError as error:
        expected = error.code
    assert entered(text) == expected


@pytest.mark.parametrize("line", ["65530 END", "70000 X", "6553 0 A", "99999"])
def test_a_number_that_is_too_large_is_refused_and_makes_no_other_line(line: str) -> None:
    with pytest.raises(BasicError) as caught:
        Machine().begin_program(f"10 REM\n{line}")
    assert caught.value.code == ErrorCode.SYNTAX


def test_a_file_is_read_as_if_it_were_typed() -> None:
    talk = Talk('65530 PRINT "X"')
    assert talk.type("LIST") == '6553 0 PRINT "X"\nOk\n'


def test_typed_lines_wait_for_the_program() -> None:
    machine = Machine()
    machine.begin_program("10 PRINT 1\n20 PRINT 2\n30 PRINT 3\n")
    machine.feed_line("RUN")
    assert machine.advance(100) == [SliceSpent()]
    machine = Machine(snapshot.load(snapshot.dump(machine.state)))
    told = []
    for _ in range(20):
        told += machine.advance(100)
    assert "".join(event.text for event in told if isinstance(event, Output)) == " 1 \r\n 2 \r\n 3 \r\n"
    assert told[-1] == Ready()
    assert (machine.state.loading, machine.state.edits) == ("", 0)


def test_what_is_no_program_changes_nothing() -> None:
    talk = Talk("10 PRINT 7")
    with pytest.raises(BasicError) as caught:
        talk.machine.begin_program("20 REM\nPRINT")
    assert caught.value.code == ErrorCode.DIRECT_STATEMENT_IN_FILE
    assert talk.type("RUN") == " 7 \nOk\n"


def test_ctrl_c_drops_what_was_typed_and_not_the_program() -> None:
    machine = Machine()
    machine.begin_program("10 PRINT 1\n20 PRINT 2\n")
    machine.feed_line("RUN")
    machine.interrupt()
    assert machine.advance(1000) == [Ready()]
    assert sorted(machine.state.program) == [10, 20]


def test_too_much_text_is_out_of_memory_and_blank_lines_are_nothing() -> None:
    assert entered("10 REM\n" * 50_000) == ErrorCode.OUT_OF_MEMORY
    assert list(entered("\n" * 1_000_000 + "10 REM")) == [10]  # type: ignore[call-overload]  # no error


def test_the_machines_own_changes_are_counted() -> None:
    talk = Talk("10 REM")
    assert talk.machine.state.edits == 0
    talk.type("20 REM")
    talk.type("NEW")
    assert talk.machine.state.edits == 2


def test_a_slice_enters_a_few_lines_whatever_its_budget() -> None:
    machine = Machine()
    machine.begin_program("".join(f"{n} REM\n" for n in range(1, 101)))
    assert machine.advance(1_000_000) == [SliceSpent()]
    assert len(machine.state.program) == 20


def test_what_was_changed_and_what_waits_survive_a_snapshot() -> None:
    talk = Talk("10 REM")
    talk.type("20 REM")
    talk.restart()
    assert talk.machine.state.edits == 1
    state = talk.machine.state
    state.loading = "10 PRINT \xe9\n"
    assert snapshot.load(snapshot.dump(state)) == state
