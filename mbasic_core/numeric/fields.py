"""The fields of a PRINT USING format and the text each makes of a value (docs/numerics.md section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.arithmetic import compare
from mbasic_core.numeric.convert import abs_, sgn
from mbasic_core.numeric.digits import (
    DOUBLE_PLACES,
    SINGLE_PLACES,
    scale_double,
    scale_single,
    tenth_double,
    tenth_single,
    whole,
)
from mbasic_core.numeric.double import double_of_int
from mbasic_core.numeric.format import number_text
from mbasic_core.numeric.mbf import Double, Value

__all__ = ["Field", "NumberField", "StringField"]

_WIDEST = 24
_TOO_BIG = double_of_int(10**16)


@dataclass(frozen=True, slots=True)
class StringField:
    """`!`, `\\  \\` or `&`: the first `width` characters, filled with blanks; the whole string for width 0."""

    width: int

    def text(self, value: Value | str) -> str:
        """The field's text. Raises Type mismatch for a number."""
        if not isinstance(value, str):
            raise BasicError(ErrorCode.TYPE_MISMATCH)
        return value[: self.width].ljust(self.width) if self.width else value


@dataclass(frozen=True, slots=True)
class NumberField:
    """A field of # signs: `left` places before the point and `right` from the point on (0 without a point)."""

    left: int
    right: int
    commas: bool = False
    stars: bool = False
    dollar: bool = False
    plus: bool = False
    trailing: str = ""
    exponent: bool = False

    def text(self, value: Value | str) -> str:
        """The field's text, with % in front of a number that does not fit.

        Raises Type mismatch for a string, Illegal function call for a field of more than 24 places.
        """
        if self.left + self.right > _WIDEST:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if isinstance(value, str):
            raise BasicError(ErrorCode.TYPE_MISMATCH)
        negative = sgn(value) < 0
        value = abs_(value)
        if self.exponent:
            digits, tail = self._scientific(float(value) if isinstance(value, int) else value)
        elif _too_big(value):
            return "%" + number_text(value)
        else:
            digits, tail = self._plain(value)
        return self._fitted(negative, digits.lstrip("0"), tail)

    def _fitted(self, negative: bool, digits: str, tail: str) -> str:
        """Sign, $, digits (without zeros in front) and the rest, laid out in the places of the field."""
        digits = digits or "0"
        if self.commas and not self.exponent:
            digits = f"{int(digits):,}"
        sign = "-" if negative else "+" if self.plus else ""
        if self.trailing:
            tail += sign or ("+" if self.trailing == "+" else " ")
            sign = ""
        head = f"{sign}{'$' if self.dollar else ''}"
        if len(head) + len(digits) > self.left and digits == "0" and tail[:1] == "." and tail[1:2].isdigit():
            digits = ""
        head += digits
        if len(head) > self.left:
            return f"%{head}{tail}"
        return head.rjust(self.left, "*" if self.stars else " ") + tail

    def _plain(self, value: Value) -> tuple[str, str]:
        """The digits before the point, and the point with the digits after it."""
        right = self.right
        decimals = right - 1 if right else 0
        if isinstance(value, int) or (isinstance(value, float) and value < 1e6 and value.is_integer()):
            return str(int(value)), "." + "0" * decimals if right else ""
        places, w, power = _scaled(value)
        if power >= 0:
            return str(whole(w)) + "0" * power, "." + "0" * decimals if right else ""
        shift = max(0, -power - decimals)
        digits = str(whole(_tenth(w, shift))).zfill(places)
        point = places + power + shift
        if not right:
            return digits[:point], ""
        fraction = "0" * -point + digits if point < 0 else digits[point:]
        return digits[: max(0, point)], "." + fraction.ljust(decimals, "0")

    def _scientific(self, value: float | Double) -> tuple[str, str]:
        """The digits before the point, and the rest with the exponent; one place is kept free for a sign in front."""
        places, w, power = _scaled(value)
        point = self.left if self.trailing else self.left - 1
        excess = point + (self.right - 1 if self.right else 0) - places
        digits = str(whole(_tenth(w, -excess))).zfill(places) + "0" * excess
        exponent = power + places - point if sgn(value) else 0
        tail = f"{'E' if isinstance(value, float) else 'D'}{exponent:+03d}"
        if excess < 0:
            point -= excess
        if point < 0:
            # No place at all before the point, not even the sign's: the original loses count here and prints no point.
            return digits, tail
        return digits[:point], (f".{digits[point:]}{tail}" if self.right else tail)


Field = StringField | NumberField


def _scaled(value: Value) -> tuple[int, float | Double, int]:
    """(digits kept, w, power) with value = w * 10**power, w having that many digits before its point; w is 0 for 0."""
    if isinstance(value, tuple):
        return DOUBLE_PLACES, *(scale_double(value) if value[0] else (value, 0))
    return SINGLE_PLACES, *(scale_single(float(value)) if value else (0.0, 0))


def _too_big(value: Value) -> bool:
    return compare(value, _TOO_BIG) >= 0


def _tenth(w: float | Double, times: int) -> float | Double:
    return tenth_double(w, times) if isinstance(w, tuple) else tenth_single(w, times)
