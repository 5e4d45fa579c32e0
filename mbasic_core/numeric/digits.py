"""The decimal digits of a number, found by MBASIC's own scaling (docs/numerics.md section 6)."""

from __future__ import annotations

from mbasic_core.errors import ErrorCode
from mbasic_core.numeric.double import dadd, dmul, over_ten, times_ten
from mbasic_core.numeric.mbf import Double
from mbasic_core.numeric.single import C, K

__all__ = ["DOUBLE_PLACES", "SINGLE_PLACES", "scale_double", "scale_single", "tenth_double", "tenth_single", "whole"]

SINGLE_PLACES = 6
"""Digits shown of a single."""

DOUBLE_PLACES = 16
"""Digits shown of a double."""

_SINGLE_HIGH = 999999.5
_SINGLE_LOW = 99999.9453125
_DOUBLE_HIGH = 0x8E1BC9BF03FFFE
_DOUBLE_LOW = 63999999999999969
_HIGH_EXPONENT = 182
_LOW_EXPONENT = 178
_TEN_TO_TENTH: Double = (10**10 << 22, 162)
_HALF: Double = (1 << 55, 128)


def scale_single(x: float) -> tuple[float, int]:
    """(w, a) for a positive single: about 10**5 <= w < 10**6 and x = w * 10**a, but for the rounding of each step."""
    a = 0
    while x >= _SINGLE_HIGH:
        s = x / 10.0
        t = s * C
        x = t - (t - s)
        a += 1
    while x < _SINGLE_LOW:
        s = x * 10.0 * K
        t = s * C
        x = t - (t - s)
        a -= 1
    return x, a


def scale_double(x: Double) -> tuple[Double, int]:
    """(w, a) for a positive double: about 10**15 <= w < 10**16 and x = w * 10**a but for the rounding of each step."""
    a = 0
    while x[1] < 0x91:
        x = dmul(x, _TEN_TO_TENTH, _never)
        a -= 10
    while x[1] > _HIGH_EXPONENT or (x[1] == _HIGH_EXPONENT and x[0] >= _DOUBLE_HIGH):
        x = over_ten(x, _never)
        a += 1
    while x[1] < _LOW_EXPONENT or (x[1] == _LOW_EXPONENT and x[0] < _DOUBLE_LOW):
        x = times_ten(x, _never)
        a -= 1
    return x, a


def tenth_single(x: float, times: int) -> float:
    """A scaled single divided by ten again and again, each time rounded."""
    for _ in range(times):
        s = x / 10.0
        t = s * C
        x = t - (t - s)
    return x


def tenth_double(x: Double, times: int) -> Double:
    """A scaled double divided by ten again and again, each time rounded."""
    for _ in range(times):
        x = over_ten(x, _never)
    return x


def whole(w: float | Double) -> int:
    """A positive scaled number (below 10**16) rounded to a whole one, halves up."""
    if isinstance(w, float):
        return int(w + 0.5)
    mantissa, exponent = dadd(w, _HALF, _never)
    return mantissa >> 184 - exponent


def _never(code: ErrorCode) -> None:
    raise AssertionError(f"scaling to digits cannot fail: {code!r}")
