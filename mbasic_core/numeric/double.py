"""Double arithmetic on integer mantissas, quirks of the original included (docs/numerics.md section 3)."""

from __future__ import annotations

from mbasic_core.errors import ErrorCode, Fault
from mbasic_core.numeric.mbf import DOUBLE_MAX, DOUBLE_ZERO, Double

__all__ = ["dadd", "ddiv", "dmul", "dneg", "double_of_int", "dsub", "over_ten", "times_ten"]

_TOP = 1 << 55
_OVER = 1 << 56
_GUARDED_TOP = 1 << 63
_FOUR_FIFTHS = -(-(1 << 58) // 5)
_TENTH: Double = (0xCCCCCCCCCCCCCD, 0x7D)


def dneg(a: Double) -> Double:
    """-a."""
    return -a[0], a[1]


def double_of_int(n: int) -> Double:
    """The double equal to n, for |n| < 2**56."""
    if not n:
        return DOUBLE_ZERO
    length = n.bit_length()
    return n << 56 - length, length + 128


def dadd(a: Double, b: Double, fault: Fault) -> Double:
    """a + b; `fault` is told of an Overflow before the infinity is returned. Only sums of one sign are rounded."""
    ma, ea = a
    mb, eb = b
    if not ea:
        return b
    if not eb:
        return a
    d = ea - eb
    if d < 0:
        ma, ea, mb, d = mb, eb, ma, -d
    if d >= 57:
        return ma, ea
    negative = ma < 0
    if negative:
        ma = -ma
        mb = -mb
    if mb > 0:
        s = ma + ((mb >> d - 1) + 1 >> 1) if d else _OVER
        if s >= _OVER:
            s = ((ma << 8) + (mb << 8 >> d) >> 1) + 128 >> 8
            ea += 1
            if s >= _OVER:
                s >>= 1
                ea += 1
            if ea > 255:
                return _overflow(negative, fault)
        return (-s if negative else s), ea
    s = ma - (-mb >> d)
    if s < _TOP:
        if s <= 0:
            if not s:
                return DOUBLE_ZERO
            s = -s
            negative = not negative
        shift = 56 - s.bit_length()
        s <<= shift
        ea -= shift
        if ea <= 0:
            return DOUBLE_ZERO
    return (-s if negative else s), ea


def dsub(a: Double, b: Double, fault: Fault) -> Double:
    """a - b, which is a + (-b)."""
    return dadd(a, (-b[0], b[1]), fault)


def dmul(a: Double, b: Double, fault: Fault) -> Double:
    """a * b; the range is tested before the product is normalised, as for singles."""
    ma, ea = a
    mb, eb = b
    if not ea or not eb:
        return DOUBLE_ZERO
    e = ea + eb - 128
    if e <= 0:
        return DOUBLE_ZERO
    p = ma * mb
    negative = p < 0
    if e > 255:
        return _overflow(negative, fault)
    p = (-p if negative else p) >> 48
    if p < _GUARDED_TOP:
        p <<= 1
        e -= 1
        if not e:
            return DOUBLE_ZERO
    p = p + 128 >> 8
    if p >= _OVER:
        p >>= 1
        e += 1
        if e > 255:
            return _overflow(negative, fault)
    return (-p if negative else p), e


def ddiv(a: Double, b: Double, fault: Fault) -> Double:
    """a / b; `fault` is told of an Overflow or Division by zero, whose infinity is positive for every a.

    A divisor of 2**126 or more gives 0, and quotients around 2**127 wrap to the smallest numbers, as in the original.
    """
    ma, ea = a
    mb, eb = b
    if not eb:
        fault(ErrorCode.DIVISION_BY_ZERO)
        return DOUBLE_MAX
    if not ea or eb == 255:
        return DOUBLE_ZERO
    e = ea - eb + 127
    if e <= 0:
        return DOUBLE_ZERO
    negative = (ma < 0) != (mb < 0)
    if e > 255:
        return _overflow(negative, fault)
    if e == 254:
        return _overflow(False, fault)
    ma = abs(ma)
    mb = abs(mb)
    if ma >= mb:
        q = (ma << 56) // mb
        e += 2
    else:
        q = (ma << 57) // mb
        e += 1
    q = q + 1 >> 1
    if e > 255:
        e -= 256
        if not e:
            return DOUBLE_ZERO
    return (-q if negative else q), e


def times_ten(a: Double, fault: Fault) -> Double:
    """Ten times a positive a, as 2 * (4a + a) with one rounding, the way number input and output scale."""
    m, e = a
    if not e:
        return a
    e += 3
    # 5m of 56 bits and a guard byte, shifted down by what it is too long; the bits lost are zeros.
    if m >= _FOUR_FIFTHS:
        s = m * 5 + 4 >> 3
        e += 1
    else:
        s = m * 5 + 2 >> 2
    if s >= _OVER:
        s >>= 1
        e += 1
    if e > 255:
        return _overflow(False, fault)
    return s, e


def over_ten(a: Double, fault: Fault) -> Double:
    """A tenth of a positive a, as number input and output scale: a sum of shifted terms, each rounded."""
    m, e = a
    if not e:
        return a
    if e < 0x41:
        return dmul(a, _TENTH, fault)
    # |a|/2 + |a|/4, then fifteen terms, each a sixteenth of the one before; the last falls below the guard byte.
    s = m * 3 + 1 >> 1
    e -= 1
    if s >= _OVER:
        s = m * 3 + 2 >> 2
        e += 1
    first = m = s
    shift = 4
    while shift < 57:
        s = m + ((first >> shift - 1) + 1 >> 1)
        if s >= _OVER:
            s = ((m << 8) + (first << 8 >> shift) >> 1) + 128 >> 8
            e += 1
            shift += 1
        m = s
        shift += 4
    return m, e - 3


def _overflow(negative: bool, fault: Fault) -> Double:
    fault(ErrorCode.OVERFLOW)
    return (-DOUBLE_MAX[0], 255) if negative else DOUBLE_MAX
