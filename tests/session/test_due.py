"""When a session is saved."""

from __future__ import annotations

import pytest

from mbasic_core.session.due import Due


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def due(clock: Clock) -> Due:
    return Due(checkpoint=0.5, clock=clock)


def test_nothing_is_due_before_a_change(due: Due) -> None:
    assert due.at is None


def test_an_edit_is_due_after_a_pause_and_typing_on_puts_it_off_for_a_second(due: Due, clock: Clock) -> None:
    due.changed("edit")
    assert due.at == pytest.approx(100.3)
    clock.time = 100.2
    due.changed("edit")
    assert due.at == pytest.approx(100.5)
    clock.time = 100.9
    due.changed("edit")
    assert due.at == pytest.approx(101.0)


def test_rest_is_due_at_once_and_an_input_almost(due: Due) -> None:
    due.changed("input")
    assert due.at == pytest.approx(100.02)
    due.changed("rest")
    assert due.at == pytest.approx(100.0)


def test_a_running_program_is_due_half_a_second_after_the_last_save(due: Due, clock: Clock) -> None:
    due.changed("run")
    due.start()
    assert due.at is None
    clock.time = 100.1
    due.changed("run")
    assert due.at == pytest.approx(100.5)
    clock.time = 200.0
    due.start()
    due.changed("rest")
    assert due.at == pytest.approx(200.05), "two saves keep a distance"


def test_a_retry_waits_whatever_changes(due: Due) -> None:
    due.retry(5)
    due.changed("rest")
    assert due.at == pytest.approx(105.0)
