"""Scaling to whole numbers of 6 or 16 digits."""

from __future__ import annotations

import pytest

from mbasic_core.numeric import digits
from mbasic_core.numeric.convert import cdbl
from mbasic_core.numeric.double import double_of_int
from mbasic_core.numeric.mbf import DOUBLE_MAX, SINGLE_MAX, SINGLE_MIN


@pytest.mark.parametrize(("x", "w", "power"), [(1.0, 100000.0, -5), (999999.0, 999999.0, 0), (1e10, 100000.0, 5)])
def test_a_single_is_brought_to_six_digits(x: float, w: float, power: int) -> None:
    assert digits.scale_single(x) == (w, power)


@pytest.mark.parametrize("x", [SINGLE_MIN, SINGLE_MAX, 0.1])
def test_every_single_ends_in_the_bracket(x: float) -> None:
    w, power = digits.scale_single(x)
    assert 99999.9 < w < 999999.5
    assert w * 10.0**power == pytest.approx(x, rel=1e-5)


@pytest.mark.parametrize("x", [1.0, 0.1, SINGLE_MIN, 1e30])
def test_every_double_ends_in_the_bracket(x: float) -> None:
    w, power = digits.scale_double(cdbl(x))
    assert 10**15 <= digits.whole(w) < 10**16
    assert digits.whole(w) * 10.0**power == pytest.approx(x)


def test_the_largest_double_has_its_known_digits() -> None:
    w, power = digits.scale_double(DOUBLE_MAX)
    assert (digits.whole(w), power) == (1701411834604693, 23)


def test_tenths_round_at_every_step() -> None:
    assert digits.tenth_single(100000.0, 2) == 1000.0
    assert digits.whole(digits.tenth_double(double_of_int(10**15), 3)) == 10**12
    assert digits.tenth_single(5.0, 0) == 5.0


def test_whole_rounds_halves_up() -> None:
    assert digits.whole(2.5) == 3
    assert digits.whole(cdbl(2.5)) == 3
    assert digits.whole((0, 0)) == 0
