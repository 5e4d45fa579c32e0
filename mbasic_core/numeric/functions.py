"""SIN, COS, TAN, ATN, LOG, EXP, SQR and ^, from MBASIC's own series (docs/numerics.md section 5).

All take and give singles and are built from the pack's rounded addition, multiplication and division, so that every bit
agrees; math.sin and its like differ in the last ones. `fault` is told of an Overflow or Division by zero at most once
a call.
"""

from __future__ import annotations

from math import floor, frexp, ldexp

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.numeric.mbf import SINGLE_MAX, single_value
from mbasic_core.numeric.single import GUARD_NUDGE, MUL_HIGH, MUL_LOW, TRUST, C, K, add, add_slow, div, mul, mul_slow

__all__ = ["atn", "cos", "exp", "log", "power", "sin", "sqr", "tan"]


def _constants(text: str) -> tuple[float, ...]:
    return tuple(single_value(bytes.fromhex(word)) for word in text.split())


_LN2, _LOG2E, _INV_2PI, _HALF_PI = _constants("18723180 3baa3881 83f9227e db0f4981")
_LOG_P = _constants("9af71983 24634383 75cd8d84 a97f8382")
_LOG_Q = _constants("00000081 e2b04d83 0a721183 f404357f")
_EXP = _constants("7c885974 e0972677 c41d1e7a 5e50637c 1afe757e 18723180 00000081")
_SIN = _constants("fbd71e86 65269987 58342387 e15da586 db0f4983")
_ATN = _constants("4ad73b78 026e847b fec12f7c 74319a7d 843d5a7d c87f917e e4bb4c7e 6caaaa7f 00000081")
_SMALL_ANGLE = 2.0**-10
_SMALL_POWER = 2.0**-25
_WHOLE = 2.0**24


def sin(x: float) -> float:
    """The sine of x radians."""
    if -_SMALL_ANGLE < x < _SMALL_ANGLE:
        return x
    if x < 0:
        return 0.0 - sin(-x)
    turns = mul(_INV_2PI, x, _never)
    f = turns - floor(turns)
    if f >= 0.25:
        f -= 0.75
        if f >= 0:
            f = -f
        f = -(f + 0.25)
    if f < 0:
        return 0.0 - _odd(-f, _SIN)
    return _odd(f, _SIN)


def cos(x: float) -> float:
    """The cosine of x radians."""
    return sin(add(_HALF_PI, x, _never))


def tan(x: float, fault: Fault) -> float:
    """The tangent of x radians; `fault` is told of a Division by zero where the cosine comes out as 0."""
    return div(sin(x), cos(x), fault)


def atn(x: float) -> float:
    """The angle in radians, between -pi/2 and pi/2, whose tangent is x."""
    if x < 0:
        return 0.0 - atn(-x)
    if x < 1:
        return _odd(x, _ATN)
    return add(_HALF_PI, -_odd(div(1.0, x, _never), _ATN), _never)


def log(x: float) -> float:
    """The natural logarithm. Raises Illegal function call unless x is above 0."""
    if x <= 0:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    m, n = frexp(x)
    ratio = div(_poly(m, _LOG_P), _poly(m, _LOG_Q), _never)
    return mul(_LN2, add(ratio, float(n), _never), _never)


def exp(x: float, fault: Fault) -> float:
    """e to the power x; `fault` is told of an Overflow, which comes from x = 87.3366 on."""
    t = x * _LOG2E
    if MUL_LOW < t * t < MUL_HIGH:
        t *= K
        u = t * C
        t = u - (u - t)
    else:
        told: list[ErrorCode] = []
        t = mul_slow(_LOG2E, x, told.append)
        if told:
            fault(ErrorCode.OVERFLOW)
            return 0.0 if t < 0 else t
    if not -128.0 < t < 128.0:
        if t < 0:
            return 0.0
        fault(ErrorCode.OVERFLOW)
        return SINGLE_MAX
    if -_SMALL_POWER < t < _SMALL_POWER:
        return 1.0
    i = floor(t)
    if i == 127:
        fault(ErrorCode.OVERFLOW)
        return SINGLE_MAX
    return mul(ldexp(1.0, i), _poly(add(t, float(-i), _never), _EXP), fault)


def sqr(x: float) -> float:
    """The square root, as x^.5. Raises Illegal function call for x below 0."""
    return power(x, 0.5, _never)


def power(x: float, y: float, fault: Fault) -> float:
    """x^y, as EXP(LOG(x) * y), never by repeated multiplication.

    `fault` is told of an Overflow, and of a Division by zero for 0 to a negative power. Raises Illegal function call
    for a negative x unless y is a whole number.
    """
    if not y:
        return 1.0
    if not x:
        if y > 0:
            return 0.0
        fault(ErrorCode.DIVISION_BY_ZERO)
        return SINGLE_MAX
    odd = False
    if x < 0:
        if -_WHOLE < y < _WHOLE:
            if y != floor(y):
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
            odd = floor(y) & 1 == 1
        x = -x
    told: list[ErrorCode] = []
    t = mul(log(x), y, told.append)
    if told:
        fault(ErrorCode.OVERFLOW)
        result = 0.0 if t < 0 else t
    else:
        result = exp(t, fault)
    return 0.0 - result if odd else result


def _poly(x: float, coefficients: tuple[float, ...]) -> float:
    """Horner's rule, each step rounded; the body is `add(c, mul(x, a))` written out, for speed."""
    a = 0.0
    for c in coefficients:
        p = x * a
        if MUL_LOW < p * p < MUL_HIGH:
            p *= K
            t = p * C
            p = t - (t - p)
        elif p:
            p = mul_slow(x, a, _never)
        s = c + p
        u = s * K
        t = u * C
        a = t - (t - u)
        if a != s:
            t = c * p
            if t <= 0:
                if t < -TRUST * c * c:
                    u = s * GUARD_NUDGE
                    t = u * C
                    if a == t - (t - u):
                        continue
                a = add_slow(c, p, _never)
    return a


def _odd(x: float, coefficients: tuple[float, ...]) -> float:
    """x times a polynomial in x*x."""
    return mul(x, _poly(mul(x, x, _never), coefficients), _never)


def _never(code: ErrorCode) -> None:
    raise AssertionError(f"no operand reaches the end of the range here: {code!r}")
