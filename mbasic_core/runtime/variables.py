"""Scalars, arrays and the DEFtype table.

Values live in slots of a list, since generated code reads `values[3]` three times as fast as a dictionary; a slot is
found by its variable's full name, which ends in its type: `A!`, `N%`, `X#`, `S$`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.items import Value

__all__ = ["SIZES", "TOP", "TYPE_OF", "ZERO", "Variables", "head_bytes", "type_of"]

TYPE_OF = {"%": "I", "!": "S", "#": "D", "$": "$"}
SUFFIX_OF = {"I": "%", "S": "!", "D": "#", "$": "$"}
ZERO: dict[str, Any] = {"I": 0, "S": 0.0, "D": (0, 0), "$": ""}
SIZES = {"I": 2, "S": 4, "D": 8, "$": 3}
"""Bytes of one value in memory (BASIC-80 Reference Manual, appendix on memory)."""

DEFAULT_BOUND = 10
LARGEST_ARRAY = 65535
LONGEST_TEXT = 255

TOP = 0xE400
"""Where CP/M's own part of the memory begins: all below belongs to BASIC."""


def type_of(key: str) -> str:
    """The type letter of a full variable name."""
    return TYPE_OF[key[-1]]


def head_bytes(key: str) -> int:
    """Bytes before a variable's value: its type, two characters of the name, the count of the others, and these."""
    return 4 + max(0, len(key) - 3)


@dataclass(slots=True)
class Variables:
    """All variables of a session as plain data."""

    types: list[str] = field(default_factory=lambda: ["S"] * 26)
    """DEFtype: the type letter for each first letter A-Z."""
    slots: dict[str, int] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    defined: dict[str, None] = field(default_factory=dict)
    """Scalars that exist, in the order in which they came to be: those that a statement has assigned."""
    array_slots: dict[str, int] = field(default_factory=dict)
    cells: list[list[Any] | None] = field(default_factory=list)
    """The elements as nested lists, the first dimension outermost; None: not dimensioned."""
    bounds: list[tuple[int, ...]] = field(default_factory=list)
    base: int = 0
    base_fixed: bool = False
    """OPTION BASE was given or an array exists: another base is a Duplicate Definition."""
    limit: int = 524_288
    """Bytes that all arrays may take, as the machine counts them."""
    texts: int = 8_000_000
    """Bytes that the texts in arrays may take at their longest."""
    top: int = TOP
    """The first address that BASIC does not use; CLEAR sets it."""
    placed: list[tuple[int, str, tuple[int, ...], str]] = field(default_factory=list)
    """Texts that a program looked for in memory, from the top down: address, full name, subscripts, text."""
    space: int | None = field(default=None, compare=False)
    """Bytes for variables and their texts on the real machine, which then count (--strict); None: they do not."""
    spent: int = 0
    """Bytes of string space used since garbage was last collected, where they count."""
    marked: bool = field(default=False, compare=False)
    """Elements of arrays may be zeros with a byte left in them (`mbf.ZEROS`): a snapshot looks for them."""

    def key(self, name: str, suffix: str) -> str:
        """The full name of a variable as the DEFtype table stands."""
        if suffix:
            return name + suffix
        return name + SUFFIX_OF[self.types[ord(name[0]) - 65]]

    def slot(self, key: str) -> int:
        """The slot of a scalar; a new one holds the type's zero."""
        found = self.slots.get(key)
        if found is None:
            found = self.slots[key] = len(self.values)
            self.values.append(ZERO[type_of(key)])
        return found

    def define(self, key: str) -> int:
        """The slot of a scalar that is about to be assigned; raises Out of memory where bytes count."""
        if self.space is not None and key not in self.defined:
            self._check(head_bytes(key) + SIZES[type_of(key)])
        self.defined[key] = None
        return self.slot(key)

    def array_slot(self, key: str) -> int:
        """The slot of an array; a new one when it is first named."""
        found = self.array_slots.get(key)
        if found is None:
            found = self.array_slots[key] = len(self.cells)
            self.cells.append(None)
            self.bounds.append(())
        return found

    def array_key(self, slot: int) -> str:
        """The name of the array with that slot."""
        return next(key for key, number in self.array_slots.items() if number == slot)

    def arrays(self) -> dict[str, tuple[int, ...]]:
        """The dimensioned arrays and their upper bounds."""
        return {k: self.bounds[s] for k, s in self.array_slots.items() if self.cells[s] is not None}

    def dim(self, slot: int, bounds: tuple[int, ...]) -> None:
        """DIM.

        Raises Duplicate Definition, Subscript out of range (over 64 KB, as the 16-bit size overflows) or Out of memory.
        """
        if self.cells[slot] is not None:
            raise BasicError(ErrorCode.DUPLICATE_DEFINITION)
        key = self.array_key(slot)
        size = SIZES[type_of(key)]
        for bound in bounds:
            if bound < 0:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
            if bound < self.base:
                raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
            size *= bound + 1 - self.base
        if size > LARGEST_ARRAY:
            raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
        if size + self.array_bytes() > self.limit or (type_of(key) == "$" and self._texts(size) > self.texts):
            raise BasicError(ErrorCode.OUT_OF_MEMORY)
        if self.space is not None:
            self._check(size + head_bytes(key) + 3 + 2 * len(bounds))
        self.base_fixed = True
        self.cells[slot] = _nest([bound + 1 - self.base for bound in bounds], ZERO[type_of(key)])
        self.bounds[slot] = bounds

    def array_bytes(self) -> int:
        """Bytes that the arrays' elements take on the machine."""
        return sum(self._bytes(key, bounds) for key, bounds in self.arrays().items())

    def array_heads(self) -> int:
        """Bytes that stand before the elements of all arrays: type, name, length, dimensions."""
        return sum(head_bytes(key) + 3 + 2 * len(bounds) for key, bounds in self.arrays().items())

    def text_bytes(self) -> int:
        """Characters of all texts in variables."""
        total = sum(len(self.values[self.slots[key]]) for key in self.defined if key.endswith("$"))
        for key in self.arrays():
            if key.endswith("$"):
                total += _characters(self.cells[self.array_slots[key]])
        return total

    def free(self) -> int:
        """Bytes for texts, where bytes count: what scalars and arrays leave."""
        return (self.space or 0) - self.scalar_bytes() - self.array_bytes() - self.array_heads()

    def _check(self, size: int) -> None:
        """Raises Out of memory when so many bytes more do not fit, even without garbage."""
        if self.free() - size < self.spent:
            self.spent = self.text_bytes()
            if self.free() - size < self.spent:
                raise BasicError(ErrorCode.OUT_OF_MEMORY)

    def _texts(self, size: int) -> int:
        """Bytes of all texts in arrays at their longest, with another array of `size`."""
        sizes = (self._bytes(key, bounds) for key, bounds in self.arrays().items() if type_of(key) == "$")
        return (size + sum(sizes)) // SIZES["$"] * LONGEST_TEXT

    def _bytes(self, key: str, bounds: tuple[int, ...]) -> int:
        size = SIZES[type_of(key)]
        for bound in bounds:
            size *= bound + 1 - self.base
        return size

    def scalar_bytes(self) -> int:
        """Bytes that the scalars take on the machine, names included."""
        return sum(head_bytes(key) + SIZES[type_of(key)] for key in self.defined)

    def erase(self, slot: int) -> None:
        """ERASE; raises Illegal function call for an array that does not exist."""
        if self.cells[slot] is None:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        self.cells[slot] = None

    def locate(self, slot: int, subscripts: tuple[int, ...]) -> tuple[list[Any], int]:
        """The innermost list and the index in it of an element; an unknown array gets bounds of 10."""
        if self.cells[slot] is None:
            self.dim(slot, (DEFAULT_BOUND,) * len(subscripts))
        cells: Any = self.cells[slot]
        bounds = self.bounds[slot]
        if any(subscript < 0 for subscript in subscripts):
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if len(bounds) != len(subscripts):
            raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
        for subscript, bound in zip(subscripts, bounds, strict=True):
            if not self.base <= subscript <= bound:
                raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
        for subscript in subscripts[:-1]:
            cells = cells[subscript - self.base]
        return cells, subscripts[-1] - self.base

    def element(self, slot: int, subscripts: tuple[int, ...]) -> Value:
        """An element's value; raises Subscript out of range or Illegal function call (negative)."""
        cells, index = self.locate(slot, subscripts)
        value: Value = cells[index]
        return value

    def set_element(self, slot: int, subscripts: tuple[int, ...], value: Value) -> None:
        """Give an element its value; raises as `element`."""
        cells, index = self.locate(slot, subscripts)
        cells[index] = value

    def set_base(self, base: int) -> None:
        """OPTION BASE; raises Duplicate Definition when an array exists or another base was given."""
        if self.base_fixed:
            raise BasicError(ErrorCode.DUPLICATE_DEFINITION)
        self.base = base
        self.base_fixed = True

    def set_types(self, letter: str, ranges: tuple[tuple[str, str], ...]) -> None:
        """DEFINT and its like: the type (I, S, D, $) of names that begin with these letters."""
        for first, last in ranges:
            for code in range(ord(first) - 65, ord(last) - 64):
                self.types[code] = letter

    def clear(self) -> None:
        """CLEAR, RUN, NEW: no variable exists, DEFtype and OPTION BASE are forgotten, and every slot is free again."""
        self.types[:] = ["S"] * 26
        for table in (self.slots, self.values, self.defined, self.array_slots, self.cells, self.bounds, self.placed):
            table.clear()
        self.spent = 0
        self.base = 0
        self.base_fixed = False


def _characters(cells: Any) -> int:
    if cells and isinstance(cells[0], list):
        return sum(map(_characters, cells))
    return sum(map(len, cells))


def _nest(sizes: list[int], zero: Value) -> list[Any]:
    if len(sizes) == 1:
        return [zero] * sizes[0]
    if len(sizes) == 2:
        row = [zero] * sizes[1]
        return [row[:] for _ in range(sizes[0])]  # most of the time that many small ones take
    return [_nest(sizes[1:], zero) for _ in range(sizes[0])]
