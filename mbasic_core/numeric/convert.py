"""Conversions between BASIC's number types and the functions that cut numbers (docs/numerics.md section 3)."""

from __future__ import annotations

from math import floor, frexp, ldexp, trunc

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.numeric.double import dadd, double_of_int
from mbasic_core.numeric.mbf import DOUBLE_ZEROS, SINGLE_MAX, ZERO_BYTES, ZEROS, Double, Value
from mbasic_core.numeric.single import add

__all__ = ["abs_", "address", "cdbl", "cint", "csng", "fix", "int_", "neg", "sgn"]

_HALF: Double = (1 << 55, 128)
_MINUS_64K: Double = (-1 << 55, 145)


def csng(value: Value, fault: Fault) -> float:
    """The value as a single: a double is rounded to its top 24 bits, and `fault` is told when that overflows."""
    if isinstance(value, float):
        return value
    if isinstance(value, int):
        return float(value)
    rounded = _single(value)
    if rounded is None:
        fault(ErrorCode.OVERFLOW)
        return -SINGLE_MAX if value[0] < 0 else SINGLE_MAX
    return rounded


def cdbl(value: Value) -> Double:
    """The value as a double, exactly."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, int):
        return double_of_int(value)
    if not value:
        return DOUBLE_ZEROS[ZERO_BYTES.get(id(value), 0)]
    fraction, exponent = frexp(value)
    return int(fraction * 0x1000000) << 32, exponent + 128


def cint(value: Value) -> int:
    """The value as an integer, halves away from zero; raises Overflow outside -32768..32767.

    This is also how % variables, subscripts and the operands of \\, MOD, AND, OR... take their values.
    """
    if isinstance(value, int):
        return value
    y = add(value, 0.5, _silent) if isinstance(value, float) else _single(dadd(value, _HALF, _silent))
    if y is None or not -32768.0 < y < 32768.0:
        raise BasicError(ErrorCode.OVERFLOW)
    return floor(y) if y > 0 else -1 - floor(-y)


def address(value: Value) -> int:
    """The value as an address, 0-65535, as HEX$, OCT$, PEEK and POKE take it: negative values count from 65536 down.

    Raises Overflow outside -32768.49..65535.99, and between 32767.5 and 32768.
    """
    if isinstance(value, float):
        if 32768.0 <= value < 65536.0:
            value -= 65536.0
    elif isinstance(value, tuple) and value[0] > 0 and value[1] == 0x90:
        value = dadd(value, _MINUS_64K, _silent)
    return cint(value) & 0xFFFF


def int_(value: Value) -> Value:
    """INT: the floor; a single becomes an integer where it fits one."""
    if isinstance(value, float):
        if -32768.0 <= value < 32768.0:
            return floor(value)
        return float(floor(value))
    if isinstance(value, int):
        return value
    return _cut(value, down=value[0] < 0)


def fix(value: Value) -> Value:
    """FIX: the value without its fraction; a single becomes an integer where it fits one, but -32768 stays single."""
    if isinstance(value, float):
        if -32768.0 < value < 32768.0:
            return trunc(value)
        return float(trunc(value))
    if isinstance(value, int):
        return value
    return _cut(value, down=False)


def sgn(value: Value) -> int:
    """SGN: -1, 0 or 1."""
    number = value[0] if isinstance(value, tuple) else value
    return (number > 0) - (number < 0)


def abs_(value: Value) -> Value:
    """ABS, in the value's own type; ABS(-32768) is the single 32768."""
    if isinstance(value, tuple):
        return abs(value[0]), value[1]
    if value == -32768:
        return 32768.0
    return abs(value)


def neg(value: Value) -> Value:
    """Unary minus, in the value's own type; -(-32768) is the single 32768."""
    if isinstance(value, tuple):
        return -value[0], value[1]
    if isinstance(value, int):
        return -value if value != -32768 else 32768.0
    return 0.0 - value


def _single(value: Double) -> float | None:
    """A double rounded to 24 bits, None when that is too big."""
    mantissa, exponent = value
    if not exponent:
        return ZEROS[ZERO_BYTES.get(id(value), 0)]
    rounded = abs(mantissa) + 0x80000000 >> 32
    if exponent == 255 and rounded >> 24:
        return None
    return ldexp(-rounded if mantissa < 0 else rounded, exponent - 152)


def _cut(value: Double, *, down: bool) -> Double:
    """A double without its fraction; `down` takes the next whole number away from zero."""
    mantissa, exponent = value
    places = 184 - exponent
    if places <= 0 or not exponent:
        return value
    whole = abs(mantissa) >> places
    if down and whole << places != abs(mantissa):
        whole += 1
    return double_of_int(-whole if mantissa < 0 else whole)


def _silent(_code: ErrorCode) -> None:
    """Adding a half cannot overflow, so nothing needs telling."""
