"""RND and RANDOMIZE (docs/numerics.md section 4).

A state is a tuple of seven ints, so it can be kept as it stands. Nothing here changes one; each call gives the next.
"""

from __future__ import annotations

from math import frexp, ldexp
from typing import TypeAlias

from mbasic_core.errors import ErrorCode
from mbasic_core.numeric.mbf import single_value
from mbasic_core.numeric.single import C, K, add, mul

__all__ = ["RESET", "State", "randomize", "rnd"]

State: TypeAlias = tuple[int, ...]
"""Seven bytes: the counters to 171, 3 and 8, and the last number as MKS$ would give it."""

RESET: State = (0, 0, 0, 0x52, 0xC7, 0x4F, 0x80)
"""The state at start-up and after RUN, NEW, CLEAR, LOAD and any change of the program."""


def _constants(text: str) -> tuple[float, ...]:
    return tuple(single_value(bytes.fromhex(word)) for word in text.split())


_FACTORS = _constants("354aca99 391c7698 2295b398 0add4798 53d19999 0a1a9f98 65bccd98 d6773e98")
_ADDENDS = (0.0, *_constants("68b14668 99e99269 10d17568"))


def rnd(state: State, x: float = 1.0) -> tuple[State, float]:
    """The next state and RND(x): x > 0 the next number, 0 the last one again, x < 0 one that depends on x alone."""
    c171, c3, c8, low, mid, high, exponent = state
    if x >= 0:
        last = 0.0
        if exponent:
            mantissa = low | mid << 8 | (high | 0x80) << 16
            last = ldexp(-mantissa if high & 0x80 else mantissa, exponent - 152)
        if not x:
            return state, last
        c8 = c8 + 1 & 7
        c3 = c3 + 1 & 3 or 1
        x = add(_ADDENDS[c3], mul(_FACTORS[c8], last, _never), _never)
    else:
        c171 = c3 = c8 = 255
    fraction, exponent = frexp(x)
    mantissa = int(abs(fraction) * 0x1000000)
    first = mantissa & 0xFF ^ 0x4F
    second = mantissa >> 8 & 0xFF
    third = mantissa >> 16 & 0x7F | (0x80 if x < 0 else 0)
    c171 = c171 + 1 & 0xFF
    if c171 == 171:
        c171 = 0
        first = first + 1 & 0xFF
        second = second - 1 & 0xFF
        third = third + 1 & 0xFF
    value = (first << 24 | second << 16 | third << 8 | exponent + 128) * 2.0**-32
    u = value * K
    t = u * C
    value = t - (t - u)
    fraction, exponent = frexp(value)
    mantissa = int(fraction * 0x1000000)
    return (c171, c3, c8, mantissa & 0xFF, mantissa >> 8 & 0xFF, mantissa >> 16 & 0x7F, exponent + 128), value


def randomize(state: State, n: int) -> State:
    """The state after RANDOMIZE n, for an integer n: two bytes of the last number change, then one number is drawn."""
    c171, c3, c8, low, _, _, exponent = state
    return rnd((c171, c3, c8, low, n & 0xFF, n >> 8 & 0xFF, exponent))[0]


def _never(code: ErrorCode) -> None:
    raise AssertionError(f"the random numbers stay in range: {code!r}")
