"""The random numbers."""

from __future__ import annotations

from itertools import groupby

import pytest

from mbasic_core.numeric import rnd
from mbasic_core.numeric.mbf import single_bytes
from tests.numeric import recorded


def test_every_recorded_sequence_comes_out() -> None:
    wrong = []
    for sequence, steps in groupby(recorded.rows("rnd"), key=lambda row: str(row[0])):
        state = rnd.RESET
        if sequence.startswith("RANDOMIZE"):
            state = rnd.randomize(state, int(sequence.split()[1]))
        for _, n, call, value, after in steps:
            state, number = rnd.rnd(state, 1.0 if call == "RND" else float(call[4:-1]))
            if (single_bytes(number).hex(), bytes(state).hex()) != (value, after):
                wrong.append((sequence, n, call, value, number))
    assert wrong == []


def test_the_first_number_after_a_reset_is_always_the_same() -> None:
    _, number = rnd.rnd(rnd.RESET)
    assert number == pytest.approx(0.245121, abs=5e-7)


def test_rnd_of_zero_gives_the_last_number_and_changes_nothing() -> None:
    state, number = rnd.rnd(rnd.RESET)
    assert rnd.rnd(state, 0.0) == (state, number)


@pytest.mark.parametrize("x", [-1.0, -2.0, -0.5])
def test_a_negative_argument_begins_a_sequence_of_its_own(x: float) -> None:
    _, number = rnd.rnd(rnd.RESET, x)
    assert number == pytest.approx(0.308601, abs=5e-7)
    assert rnd.rnd(rnd.rnd(rnd.RESET)[0], x) == rnd.rnd(rnd.RESET, x)


def test_randomize_twice_does_not_begin_again() -> None:
    once = rnd.randomize(rnd.RESET, 1)
    assert rnd.randomize(once, 1) != once


def test_a_last_number_of_zero_is_no_trouble() -> None:
    state, number = rnd.rnd((0,) * 7)
    assert len(state) == 7
    assert 0 < number < 1
