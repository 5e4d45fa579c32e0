"""The operators on any mix of numbers, with BASIC's result types (docs/numerics.md section 3).

Singles and doubles have functions of their own (add, dadd, ...), gathered here; `plus`, `minus`, `times` and `over`
choose between them.
"""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.numeric.convert import cdbl, cint, neg
from mbasic_core.numeric.double import dadd, ddiv, dmul, dsub
from mbasic_core.numeric.mbf import Value
from mbasic_core.numeric.single import (
    ADD_HIGH,
    ADD_LOW,
    MUL_HIGH,
    MUL_LOW,
    C,
    K,
    add,
    add_slow,
    div,
    div_slow,
    mul,
    mul_slow,
    sub,
)

__all__ = [
    "ADD_HIGH",
    "ADD_LOW",
    "MUL_HIGH",
    "MUL_LOW",
    "C",
    "K",
    "add",
    "add_slow",
    "compare",
    "dadd",
    "ddiv",
    "div",
    "div_slow",
    "dmul",
    "dsub",
    "idiv",
    "minus",
    "mod",
    "mul",
    "mul_slow",
    "neg",
    "over",
    "plus",
    "sub",
    "times",
]


def plus(a: Value, b: Value, fault: Fault) -> Value:
    """a + b: double if either is, integer if both are and the sum fits, otherwise single."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        return dadd(cdbl(a), cdbl(b), fault)
    s = a + b
    if isinstance(s, int):
        return s if -32768 <= s <= 32767 else float(s)
    u = s * K
    t = u * C
    r = t - (t - u)
    if ADD_LOW <= r * r < ADD_HIGH and (r == s or a * b > 0):
        return r
    return add_slow(float(a), float(b), fault)


def minus(a: Value, b: Value, fault: Fault) -> Value:
    """a - b, with the result types of `plus`."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        return dsub(cdbl(a), cdbl(b), fault)
    s = a - b
    if isinstance(s, int):
        return s if -32768 <= s <= 32767 else float(s)
    u = s * K
    t = u * C
    r = t - (t - u)
    if ADD_LOW <= r * r < ADD_HIGH and (r == s or a * b < 0):
        return r
    return add_slow(float(a), -float(b), fault)


def times(a: Value, b: Value, fault: Fault) -> Value:
    """a * b, with the result types of `plus`; an integer product too big is done again in single."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        return dmul(cdbl(a), cdbl(b), fault)
    s = a * b
    if isinstance(s, int):
        return s if -32768 <= s <= 32767 else mul(float(a), float(b), fault)
    if MUL_LOW < s * s < MUL_HIGH:
        s *= K
        t = s * C
        return t - (t - s)
    return mul_slow(float(a), float(b), fault)


def over(a: Value, b: Value, fault: Fault) -> Value:
    """a / b: double if either is, otherwise single, for two integers too."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        return ddiv(cdbl(a), cdbl(b), fault)
    return div(float(a), float(b), fault)


def idiv(a: Value, b: Value) -> int | float:
    r"""a \ b: both as integers, truncated towards zero. Raises Division by zero, or Overflow for an operand.

    -32768 \ -1 is the single 32768.
    """
    x = cint(a)
    y = cint(b)
    if not y:
        raise BasicError(ErrorCode.DIVISION_BY_ZERO)
    q = abs(x) // abs(y)
    if (x < 0) != (y < 0):
        return -q
    return q if q != 32768 else 32768.0


def mod(a: Value, b: Value) -> int:
    """a MOD b: both as integers, with the sign of a. Raises Division by zero, or Overflow for an operand."""
    x = cint(a)
    y = cint(b)
    if not y:
        raise BasicError(ErrorCode.DIVISION_BY_ZERO)
    r = abs(x) % abs(y)
    return -r if x < 0 else r


def compare(a: Value, b: Value) -> int:
    """-1, 0 or 1 as a is below, equal to or above b, exactly, in whatever types they are."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        ma, ea = cdbl(a)
        mb, eb = cdbl(b)
        if ea == eb or (ma < 0) != (mb < 0) or not ma or not mb:
            return (ma > mb) - (ma < mb)
        return 1 if (ea > eb) == (ma > 0) else -1
    return (a > b) - (a < b)
