"""PEEK, POKE, FRE and VARPTR."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.memory import Memory
from mbasic_core.runtime.state import State


def test_what_was_poked_is_peeked() -> None:
    memory = Memory(State())
    memory.poke(-1, 300)
    assert memory.peek(65535.0) == 300 & 0xFF
    assert memory.peek(1000) == 0


def test_cp_m_begins_with_a_jump() -> None:
    assert Memory(State()).peek(0) == 0xC3


def test_nobody_drives_a_port() -> None:
    assert Memory(State()).inp(7) == 255


def test_program_and_variables_take_room() -> None:
    state = State()
    memory = Memory(state)
    free = memory.fre()
    state.program[10] = b"x" * 100
    state.variables.define("A$")
    state.variables.dim(state.variables.array_slot("B!"), (9,))
    assert memory.fre() == free - 105 - (3 + 1 + 3) - 40


def test_no_program_leaves_less_than_nothing() -> None:
    state = State(program={10: b"x" * 100_000})
    assert Memory(state).fre() == 0.0


def test_each_variable_has_an_address_of_its_own() -> None:
    state = State()
    state.variables.define("A!")
    state.variables.define("B!")
    memory = Memory(state)
    assert memory.varptr("A!", False) != memory.varptr("B!", False)


def test_a_variable_that_nothing_was_assigned_to_has_no_address() -> None:
    with pytest.raises(BasicError) as error:
        Memory(State()).varptr("A!", False)
    assert error.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL
