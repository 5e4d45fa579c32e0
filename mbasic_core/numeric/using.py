"""PRINT USING: the format's scanner, and the walk through it value by value (docs/numerics.md section 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.fields import Field, NumberField, StringField
from mbasic_core.numeric.mbf import Value

__all__ = ["Using", "print_using", "scan"]

_NUMBER = re.compile(r"(\+?)(?:(\*\*\$?|\$\$)|(?=\.?#))([#,]*)(\.#*)?(\^\^\^\^)?")
_STRING = re.compile(r"\\ *\\")


def scan(fmt: str) -> tuple[tuple[tuple[str, Field], ...], str]:
    """The fields of a format, each with the literal text in front of it, and the literal text after the last one."""
    fields: list[tuple[str, Field]] = []
    literal = ""
    at = 0
    while at < len(fmt):
        char = fmt[at]
        field, end = _field(fmt, at)
        if field is not None:
            fields.append((literal, field))
            literal = ""
        elif char == "_" and at + 1 < len(fmt):
            literal += fmt[at + 1]
            end = at + 2
        else:
            literal += char
            end = at + 1
        at = end
    return tuple(fields), literal


class Using:
    """One PRINT USING statement under way: for every value print `lead()`, then `show(value)`; at the end `rest()`.

    Printing each piece before asking for the next leaves on the screen what MBASIC leaves there when an error strikes.
    """

    __slots__ = ("_at", "_fields", "_tail")

    def __init__(self, fmt: str) -> None:
        self._fields, self._tail = scan(fmt)
        self._at = 0

    def lead(self) -> str:
        """The literal text in front of the next value's field; the format begins again when its fields are used up."""
        if not self._fields:
            return self._tail
        if self._at < len(self._fields):
            return self._fields[self._at][0]
        self._at = 0
        return self._tail + self._fields[0][0]

    def show(self, value: Value | str) -> str:
        """The value's text. Raises Illegal function call without a field or for one too wide, or Type mismatch."""
        self.check()
        field = self._fields[self._at][1]
        self._at += 1
        return field.text(value)

    def check(self) -> None:
        """Raises Illegal function call when the format has no field."""
        if not self._fields:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def rest(self) -> str:
        """The literal text printed after the last value: up to the next field or the format's end."""
        return self._fields[self._at][0] if self._at < len(self._fields) else self._tail


def print_using(fmt: str, values: Iterable[Value | str]) -> Iterator[str]:
    """The pieces of text, one by one, that PRINT USING fmt; values prints, without the line end.

    Raises, in the midst of them, what `Using.show` raises.
    """
    using = Using(fmt)
    for value in values:
        yield using.lead()
        yield using.show(value)
    yield using.rest()


def _field(fmt: str, at: int) -> tuple[Field | None, int]:
    """The field that begins at fmt[at], if any, and the index after it."""
    char = fmt[at]
    if char == "!":
        return StringField(1), at + 1
    if char == "&":
        return StringField(0), at + 1
    if char == "\\":
        match = _STRING.match(fmt, at)
        return (StringField(match.end() - at), match.end()) if match else (None, at)
    match = _NUMBER.match(fmt, at)
    if not match:
        return None, at
    plus, prefix, places, fraction, exponent = match.groups(default="")
    end = match.end()
    trailing = fmt[end : end + 1] if not plus and fmt[end : end + 1] in ("+", "-") else ""
    field = NumberField(
        left=len(plus) + len(prefix) + len(places),
        right=len(fraction),
        commas="," in places,
        stars="*" in prefix,
        dollar="$" in prefix,
        plus=bool(plus),
        trailing=trailing,
        exponent=bool(exponent),
    )
    return field, end + len(trailing)
