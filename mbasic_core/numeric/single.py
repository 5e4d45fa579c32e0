"""Single arithmetic with the rounding of MBASIC's own pack (docs/numerics.md section 2).

Each operation is one float operation and one rounding step to 24 bits where that is exact, and a careful path
otherwise. The cheap step is `u = s * K; t = u * C; r = t - (t - u)`: K nudges a tie away from zero, C (Veltkamp's
splitter) rounds to 24 bits. Generated code may inline it under the same range tests and call the `_slow` functions when
they fail.
"""

from __future__ import annotations

from math import frexp, ldexp

from mbasic_core.errors import ErrorCode, Fault
from mbasic_core.numeric.mbf import SINGLE_LIMIT, SINGLE_MAX, SINGLE_MIN

__all__ = [
    "ADD_HIGH",
    "ADD_LOW",
    "GUARD_NUDGE",
    "MUL_HIGH",
    "MUL_LOW",
    "TRUST",
    "C",
    "K",
    "add",
    "add_slow",
    "div",
    "div_slow",
    "mul",
    "mul_slow",
    "sub",
    "times_ten",
]

C = 2.0**29 + 1
"""Splitter: t = u * C, then t - (t - u) is u rounded to 24 bits."""

K = 1 + 2.0**-52
"""Nudge: moves an exact tie just above it, so that the rounding goes away from zero."""

ADD_LOW = 2.0**-256
"""A sum r is good when ADD_LOW <= r*r < ADD_HIGH and it was exact or the operands had one sign."""

ADD_HIGH = 2.0**254

TRUST = 2.0**-24
"""When -y/x is above this, the exponents of x and y differ by at most 24 and y takes part in x + y."""

GUARD_NUDGE = 1 + 2.0**-29
"""Like K, but moves a difference by more than the truncation of its smaller operand can."""

MUL_LOW = 2.0**-250
"""A product or quotient s can be rounded the cheap way when MUL_LOW < s*s < MUL_HIGH."""

MUL_HIGH = 2.0**252


def add(x: float, y: float, fault: Fault) -> float:
    """x + y; `fault` is told of an Overflow before the infinity is returned."""
    s = x + y
    u = s * K
    t = u * C
    r = t - (t - u)
    if ADD_LOW <= r * r < ADD_HIGH and (r == s or x * y > 0):
        return r
    return add_slow(x, y, fault)


def sub(x: float, y: float, fault: Fault) -> float:
    """x - y, which is x + (-y); `fault` is told of an Overflow before the infinity is returned."""
    s = x - y
    u = s * K
    t = u * C
    r = t - (t - u)
    if ADD_LOW <= r * r < ADD_HIGH and (r == s or x * y < 0):
        return r
    return add_slow(x, -y, fault)


def mul(x: float, y: float, fault: Fault) -> float:
    """x * y; `fault` is told of an Overflow before the infinity is returned."""
    s = x * y
    if MUL_LOW < s * s < MUL_HIGH:
        s *= K
        t = s * C
        return t - (t - s)
    return mul_slow(x, y, fault)


def div(x: float, y: float, fault: Fault) -> float:
    """x / y; `fault` is told of an Overflow or Division by zero before the infinity is returned."""
    if y:
        s = x / y
        if MUL_LOW < s * s < MUL_HIGH:
            t = s * C
            return t - (t - s)
    return div_slow(x, y, fault)


def add_slow(x: float, y: float, fault: Fault) -> float:
    """x + y for any operands: the smaller one loses its bits below the guard byte before the addition."""
    s = x + y
    if not s:
        return 0.0
    if x * x < y * y:
        x, y = y, x
    if x * y < -TRUST * x * x and s * s >= ADD_LOW:
        # Truncation moves the sum by less than its last guard bit; mostly the rounding comes out the same at both ends.
        u = s * K
        t = u * C
        r = t - (t - u)
        u = s * GUARD_NUDGE
        t = u * C
        if r == t - (t - u):
            return r
    if not y:
        return x
    guard = ldexp(1.0, frexp(x)[1] - 32)
    places = int(y / guard)
    if -128 < places < 128:
        return x
    s = x + places * guard
    if -SINGLE_MIN < s < SINGLE_MIN:
        return 0.0
    u = s * K
    t = u * C
    r = t - (t - u)
    if -SINGLE_LIMIT < r < SINGLE_LIMIT:
        return r
    return _overflow(r < 0, fault)


def mul_slow(x: float, y: float, fault: Fault) -> float:
    """x * y for any operands, by integers: the range is tested before the product is normalised."""
    if not x or not y:
        return 0.0
    fx, ex = frexp(x)
    fy, ey = frexp(y)
    exponent = ex + ey + 128
    if exponent <= 0:
        return 0.0
    negative = (x < 0) != (y < 0)
    if exponent > 255:
        return _overflow(negative, fault)
    product = int(abs(fx) * 0x1000000) * int(abs(fy) * 0x1000000) >> 16
    if not product >> 31:
        product <<= 1
        exponent -= 1
        if not exponent:
            return 0.0
    product = product + 128 >> 8
    r = ldexp(-product if negative else product, exponent - 152)
    if -SINGLE_LIMIT < r < SINGLE_LIMIT:
        return r
    return _overflow(negative, fault)


def div_slow(x: float, y: float, fault: Fault) -> float:
    """x / y for any operands; near the ends of the range the exponents alone decide."""
    if not y:
        fault(ErrorCode.DIVISION_BY_ZERO)
        return -SINGLE_MAX if x < 0 else SINGLE_MAX
    if not x:
        return 0.0
    exponent = frexp(x)[1] - frexp(y)[1] + 127
    if exponent <= 0:
        return 0.0
    if exponent > 253:
        # 254 and 255 are found too late, when the pack has already lost the sign.
        return _overflow(exponent > 255 and (x < 0) != (y < 0), fault)
    s = x / y
    t = s * C
    return t - (t - s)


def times_ten(x: float, fault: Fault) -> float:
    """Ten times a positive x, rounded once, as number input and output scale."""
    u = x * 10.0 * K
    t = u * C
    r = t - (t - u)
    return r if r < SINGLE_LIMIT else _overflow(False, fault)


def _overflow(negative: bool, fault: Fault) -> float:
    fault(ErrorCode.OVERFLOW)
    return -SINGLE_MAX if negative else SINGLE_MAX
