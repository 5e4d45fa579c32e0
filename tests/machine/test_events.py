"""Events are values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from mbasic_core.machine import events


def test_equal_when_they_say_the_same() -> None:
    assert events.Output("a") == events.Output("a") != events.Output("b")
    different: list[events.Event] = [events.Output("a"), events.Echo("a"), events.Prompt("a")]
    assert [event == different[0] for event in different] == [True, False, False]
    assert {events.Ready(), events.Ready()} == {events.Ready()}


def test_nobody_changes_what_was_told() -> None:
    event = events.Output("a")
    with pytest.raises(FrozenInstanceError):
        event.text = "b"  # type: ignore[misc]  # that it cannot be assigned is the subject


def test_all_are_events() -> None:
    assert all(issubclass(getattr(events, name), events.Event) for name in events.__all__)
