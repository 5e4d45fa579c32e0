"""The state is plain data."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from mbasic_core.runtime.state import State
from mbasic_core.runtime.variables import Variables

PLAIN = (int, float, str, bytes, list, dict, tuple, type(None))


def parts(value: object) -> list[object]:
    """A dataclass taken apart, as deep as there are dataclasses."""
    if is_dataclass(value):
        return [part for field in fields(value) for part in parts(getattr(value, field.name))]
    return [value]


def test_every_field_is_plain_data() -> None:
    assert all(type(part) in (*PLAIN, bool) for part in parts(State()))


def test_two_fresh_states_are_equal_and_share_nothing() -> None:
    one, other = State(), State()
    assert one == other
    one.variables.define("A!")
    one.stack.append((0, 1))
    one.waiting.kind = "line"
    assert other == State()
    assert other.variables == Variables()
