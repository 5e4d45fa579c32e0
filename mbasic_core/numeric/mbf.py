"""The Microsoft Binary Format: BASIC's single and double numbers as bytes (docs/numerics.md section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from math import frexp, ldexp
from types import MappingProxyType
from typing import TypeAlias

__all__ = [
    "DOUBLE_MAX",
    "DOUBLE_ZERO",
    "DOUBLE_ZEROS",
    "SINGLE_LIMIT",
    "SINGLE_MAX",
    "SINGLE_MIN",
    "UNDERFLOW",
    "ZEROS",
    "ZERO_BYTES",
    "Double",
    "Value",
    "double_bytes",
    "double_value",
    "single_bytes",
    "single_value",
]

Double: TypeAlias = tuple[int, int]
"""A `#` number: signed mantissa of exactly 56 bits and exponent byte; the value is m * 2**(e - 184), zero is (0, 0)."""

Value: TypeAlias = int | float | Double
"""Any number: int is `%`, a float of at most 24 significant bits is `!`, a Double is `#`."""

SINGLE_MAX = ldexp(0xFFFFFF, 103)
"""The largest single, which also stands for infinity."""

SINGLE_LIMIT = 2.0**127
"""The first magnitude too big for a single."""

SINGLE_MIN = 2.0**-128
"""The smallest single above zero."""

DOUBLE_MAX: Double = ((1 << 56) - 1, 255)
"""The largest double, which also stands for infinity."""

DOUBLE_ZERO: Double = (0, 0)

ZEROS: tuple[float, ...] = tuple(float("0") for _ in range(256))
"""A zero for each highest mantissa byte that the original may leave in one, by that byte (docs/numerics.md section 1).

All are 0.0, and nothing but these bytes tells them apart: which of the objects a value *is* says what MKS$ shows of it.
What arithmetic makes is none of them, and has no byte left.
"""

DOUBLE_ZEROS: tuple[Double, ...] = tuple((int("0"), 0) for _ in range(256))
"""The same for doubles."""

ZERO_BYTES: Mapping[int, int] = MappingProxyType(
    {id(zero): byte for zeros in (ZEROS, DOUBLE_ZEROS) for byte, zero in enumerate(zeros)}
)
"""The byte left in a zero, by the identity of its object: they live as long as this module, so no other has it."""

UNDERFLOW = ZEROS[0x20]
"""What is left where a single was divided by ten until it vanished: the mantissa of the ten."""


def single_value(data: bytes) -> float:
    """The single held in 4 bytes, low mantissa byte first, exponent byte last, as CVS reads them."""
    low, mid, high, exponent = data
    if not exponent:
        return 0.0 if low or mid else ZEROS[high]
    mantissa = low | mid << 8 | (high | 0x80) << 16
    return ldexp(-mantissa if high & 0x80 else mantissa, exponent - 152)


def single_bytes(value: float) -> bytes:
    """The 4 bytes of a single, as MKS$ makes them; of a zero one byte may be left (`ZEROS`), the others are zero."""
    if not value:
        return bytes((0, 0, ZERO_BYTES.get(id(value), 0), 0))
    fraction, exponent = frexp(value)
    mantissa = int(abs(fraction) * 0x1000000)
    if value > 0:
        mantissa &= 0x7FFFFF
    return mantissa.to_bytes(3, "little") + bytes((exponent + 128,))


def double_value(data: bytes) -> Double:
    """The double held in 8 bytes, low mantissa byte first, exponent byte last, as CVD reads them."""
    exponent = data[7]
    if not exponent:
        return DOUBLE_ZERO if any(data[:6]) else DOUBLE_ZEROS[data[6]]
    mantissa = int.from_bytes(data[:7], "little")
    if mantissa >> 55:
        return -mantissa, exponent
    return mantissa | 1 << 55, exponent


def double_bytes(value: Double) -> bytes:
    """The 8 bytes of a double, as MKD$ makes them; of a zero one byte may be left (`DOUBLE_ZEROS`)."""
    mantissa, exponent = value
    if not mantissa:
        return bytes((0, 0, 0, 0, 0, 0, ZERO_BYTES.get(id(value), 0), 0))
    mantissa = -mantissa if mantissa < 0 else mantissa & ~(1 << 55)
    return mantissa.to_bytes(7, "little") + bytes((exponent,))
