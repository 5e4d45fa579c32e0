"""Where program and variables are in the real machine's memory."""

from __future__ import annotations

import pytest

from mbasic_core.runtime.layout import TEXT, Layout, Place
from mbasic_core.runtime.state import State


def state_of(*scalars: str, program: dict[int, bytes] | None = None) -> State:
    state = State(program=program or {})
    for key in scalars:
        state.variables.define(key)
    return state


def test_the_program_is_linked_lines_and_two_zeros() -> None:
    layout = Layout(state_of(program={20: b"\x81", 10: b"AB"}))
    data = bytes(layout.program_byte(address) for address in range(TEXT, layout.scalars()))
    second, end = TEXT + 7, TEXT + 13
    assert data == (
        second.to_bytes(2, "little") + b"\x0a\x00AB\x00" + end.to_bytes(2, "little") + b"\x14\x00\x81\x00" + b"\x00\x00"
    )


def test_a_changed_program_is_forgotten() -> None:
    state = state_of()
    layout = Layout(state)
    before = layout.scalars()
    state.program[10] = b"ABC"
    layout.forget()
    assert layout.scalars() == before + 8


def test_scalars_follow_one_another_behind_their_names() -> None:
    layout = Layout(state_of("A%", "LONG.NAME!", "D#", "S$"))
    assert layout.address("A%", ()) == layout.scalars() + 4
    assert layout.address("LONG.NAME!", ()) == layout.address("A%", ()) + 2 + 4 + 7
    assert layout.address("S$", ()) == layout.address("D#", ()) + 8 + 4
    assert layout.arrays() == layout.end() == layout.address("S$", ()) + 3
    names = bytes(layout.head(address) or 0 for address in range(layout.scalars() + 6, layout.scalars() + 17))
    assert names == b"\x04LO\x07NG.NAME"


@pytest.mark.parametrize("base", [0, 1])
def test_every_byte_of_an_array_belongs_to_its_element(base: int) -> None:
    state = state_of("A!")
    variables = state.variables
    variables.base = base
    variables.dim(variables.array_slot("B%"), (2, 3))
    variables.dim(variables.array_slot("C$"), (4,))
    layout = Layout(state)
    for key, subscripts in (("B%", (1, 2)), ("B%", (2, 3)), ("C$", (4,)), ("C$", (base,))):
        start = layout.address(key, subscripts)
        for address in range(start, start + (2 if key == "B%" else 3)):
            assert layout.find(address) == Place(key, subscripts, start)
    assert layout.find(layout.end()) is None
    assert layout.head(layout.end()) is None
    assert layout.end() == layout.address("C$", (4,)) + 3
