"""Numbers as text: PRINT and STR$, LIST, HEX$ and OCT$ (docs/numerics.md section 6)."""

from __future__ import annotations

from mbasic_core.numeric.convert import address
from mbasic_core.numeric.digits import DOUBLE_PLACES, SINGLE_PLACES, scale_double, scale_single, whole
from mbasic_core.numeric.mbf import Double, Value

__all__ = ["hex_text", "list_text", "number_text", "oct_text"]


def number_text(value: Value) -> str:
    """The text STR$ makes: a blank or "-", then 6 digits of a single, 16 of a double; PRINT puts a blank after it."""
    if isinstance(value, float):
        if -1e6 < value < 1e6 and value.is_integer():
            return f" {int(value)}" if value >= 0 else str(int(value))
        w, a = scale_single(-value if value < 0 else value)
        text = _free(str(int(w + 0.5)), SINGLE_PLACES, a, "E", 9)
        return "-" + text if value < 0 else " " + text
    if isinstance(value, int):
        return f" {value}" if value >= 0 else str(value)
    return _double_text(value)


def list_text(value: Value) -> str:
    """The text LIST shows for a decimal literal: no leading blank, and ! or # where its type does not show."""
    text = number_text(value).lstrip(" ")
    if isinstance(value, float):
        return text if "." in text or "E" in text else text + "!"
    if isinstance(value, tuple):
        return text if "D" in text else text + "#"
    return text


def hex_text(value: Value) -> str:
    """HEX$: 1 to 4 upper case digits. Raises Overflow outside -32768..65535."""
    return f"{address(value):X}"


def oct_text(value: Value) -> str:
    """OCT$: 1 to 6 octal digits. Raises Overflow outside -32768..65535."""
    return f"{address(value):o}"


def _double_text(value: Double) -> str:
    mantissa, exponent = value
    if not exponent:
        return " 0"
    sign = " "
    if mantissa < 0:
        sign = "-"
        mantissa = -mantissa
    places = 184 - exponent
    if 0 <= places < 56:
        number = mantissa >> places
        if number < 10**16 and number << places == mantissa:
            return f"{sign}{number}"
    w, a = scale_double((mantissa, exponent))
    return sign + _free(str(whole(w)), DOUBLE_PLACES, a, "D", 18)


def _free(digits: str, places: int, power: int, letter: str, limit: int) -> str:
    """The free format of digits * 10**power: fixed notation where it is short enough, otherwise with an exponent."""
    point = power + places
    digits = digits.rstrip("0")
    count = len(digits)
    if 0 < point <= places:
        if count <= point:
            return digits + "0" * (point - count)
        return f"{digits[:point]}.{digits[point:]}"
    if -1 <= point <= 0 or (-15 < point < 0 and count + 1 - point < limit):
        return "." + "0" * -point + digits
    fraction = "." + digits[1:] if count > 1 else ""
    return f"{digits[0]}{fraction}{letter}{point - 1:+03d}"
