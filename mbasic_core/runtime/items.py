"""Items of text separated by commas, as DATA and INPUT have them."""

from __future__ import annotations

from mbasic_core.errors import Fault
from mbasic_core.numeric import convert, literals
from mbasic_core.runtime.strings import LONGEST

__all__ = ["BadItem", "item", "items"]

Value = int | float | tuple[int, int] | str


class BadItem(Exception):
    """The text is no value of the wanted type."""


def item(text: str, start: int, type_: str, fault: Fault) -> tuple[Value, int]:
    """The value of type `type_` (I S D $) at `start` and where it ends: at a comma or at the end of the text.

    Raises BadItem, or BasicError (Overflow) when a number does not fit an integer variable.
    """
    while start < len(text) and text[start] in " \n\t":
        start += 1
    if type_ == "$":
        return _string(text, start)
    value, end = literals.read_number(text, start, fault, double=type_ == "D")
    while end < len(text) and text[end] in " \n\t":
        end += 1
    if end < len(text) and text[end] != ",":
        raise BadItem
    if value is None:
        value = 0
    if type_ == "I":
        return convert.cint(value), end
    if type_ == "S":
        return convert.csng(value, fault), end
    return convert.cdbl(value), end


def _string(text: str, start: int) -> tuple[str, int]:
    if text[start : start + 1] == '"':
        close = text.find('"', start + 1)
        if close < 0:
            return text[start + 1 :][:LONGEST], len(text)
        end = close + 1
        while end < len(text) and text[end] in " \n\t":
            end += 1
        if end < len(text) and text[end] != ",":
            raise BadItem
        return text[start + 1 : close][:LONGEST], end
    end = text.find(",", start)
    if end < 0:
        end = len(text)
    return text[start:end].rstrip(" ")[:LONGEST], end


def items(text: str, types: str, fault: Fault) -> list[Value]:
    """As many values as there are types; raises BadItem when the text has more or fewer."""
    values: list[Value] = []
    place = -1
    for type_ in types:
        if values and place >= len(text):
            raise BadItem
        value, place = item(text, place + 1, type_, fault)
        values.append(value)
    if place < len(text):
        raise BadItem
    return values
