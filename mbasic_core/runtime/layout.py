"""Where things are in the 64 KB of the real machine: program, scalars, arrays, in this order from the bottom up.

The entries are those of BASIC-80 5: a line is the address of the next one, its number, its tokens and a zero; a
variable is its type (the number of its bytes), two characters of its name, how many more there are, these, and the
value; an array has behind its name the length of what follows, how many dimensions it has, their sizes with the last
one first, and the elements, of which the first subscript changes fastest. Nothing of it is kept: it is computed when
asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from mbasic_core.runtime.state import State
from mbasic_core.runtime.variables import SIZES, Variables, head_bytes, type_of

__all__ = ["TEXT", "Layout", "Place"]

TEXT = 0x68E8
"""Where the program begins: behind the interpreter and the buffers of files."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value in memory: a scalar, or an element of an array."""

    key: str
    """Full name."""
    subscripts: tuple[int, ...]
    """Empty: a scalar."""
    start: int
    """Address of the value's first byte."""

    @property
    def type(self) -> str:
        return type_of(self.key)


class Layout:
    """Addresses of a state's program and variables; those above 65535 are of what no real machine could hold."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lines: tuple[list[int], list[int]] | None = None

    def forget(self) -> None:
        """The program changed."""
        self._lines = None

    def scalars(self) -> int:
        """Where the scalars begin: behind the program."""
        return self._starts()[1][-1] + 2

    def arrays(self) -> int:
        """Where the arrays begin."""
        return self.scalars() + self._state.variables.scalar_bytes()

    def end(self) -> int:
        """The first byte behind the arrays."""
        variables = self._state.variables
        return self.arrays() + variables.array_bytes() + variables.array_heads()

    def program_byte(self, address: int) -> int:
        """What is stored of the program at an address from `TEXT` to below `scalars`."""
        numbers, starts = self._starts()
        index = bisect_right(starts, address) - 1
        if index >= len(numbers):
            return 0
        tokens = self._state.program[numbers[index]]
        start = starts[index]
        head = starts[index + 1].to_bytes(4, "little")[:2] + numbers[index].to_bytes(2, "little")
        return (head + tokens + b"\0")[address - start]

    def address(self, key: str, subscripts: tuple[int, ...]) -> int:
        """Where the value of a scalar or element is that exists."""
        variables = self._state.variables
        entries = self._arrays() if subscripts else self._scalars()
        start = next(place for name, _, place in entries if name == key)
        if not subscripts:
            return start
        offset, stride = 0, 1
        for subscript, bound in zip(subscripts, variables.bounds[variables.array_slots[key]], strict=True):
            offset += (subscript - variables.base) * stride
            stride *= bound + 1 - variables.base
        return start + offset * SIZES[type_of(key)]

    def head(self, address: int) -> int | None:
        """A byte of what stands before a value: type, name, an array's dimensions; None at other places."""
        for entries, bounds in ((self._scalars, ()), (self._arrays, None)):
            for key, begin, start in entries():
                if begin <= address < start:
                    return _head(self._state.variables, key, bounds)[address - begin]
        return None

    def find(self, address: int) -> Place | None:
        """The value that has a byte at an address."""
        variables = self._state.variables
        if address < self.arrays():
            for key, _, start in self._scalars():
                if start <= address < start + SIZES[type_of(key)]:
                    return Place(key, (), start)
            return None
        for key, _, start in self._arrays():
            sizes = [bound + 1 - variables.base for bound in variables.bounds[variables.array_slots[key]]]
            width = SIZES[type_of(key)]
            if start <= address < start + prod(sizes) * width:
                index = (address - start) // width
                begin = start + index * width
                subscripts = []
                for size in sizes:
                    index, subscript = divmod(index, size)
                    subscripts.append(subscript + variables.base)
                return Place(key, tuple(subscripts), begin)
        return None

    def _starts(self) -> tuple[list[int], list[int]]:
        """The line numbers, and where each line and the end of the program begin."""
        if self._lines is None:
            numbers, place, starts = sorted(self._state.program), TEXT, [TEXT]
            for number in numbers:
                place += len(self._state.program[number]) + 5
                starts.append(place)
            self._lines = numbers, starts
        return self._lines

    def _scalars(self) -> Iterator[tuple[str, int, int]]:
        """Full name, where the entry begins and where the value."""
        place = self.scalars()
        for key in self._state.variables.defined:
            start = place + head_bytes(key)
            yield key, place, start
            place = start + SIZES[type_of(key)]

    def _arrays(self) -> Iterator[tuple[str, int, int]]:
        """Full name, where the entry begins and where the elements."""
        variables = self._state.variables
        place = self.arrays()
        for key, bounds in variables.arrays().items():
            start = place + head_bytes(key) + 3 + 2 * len(bounds)
            yield key, place, start
            place = start + SIZES[type_of(key)] * prod(bound + 1 - variables.base for bound in bounds)


def _head(variables: Variables, key: str, bounds: tuple[int, ...] | None) -> bytes:
    name = key[:-1].encode("ascii")
    head = bytes((SIZES[type_of(key)],)) + name[:2].ljust(2, b"\0") + bytes((len(name[2:]),)) + name[2:]
    if bounds is None:
        sizes = [bound + 1 - variables.base for bound in variables.bounds[variables.array_slots[key]]]
        dimensions = bytes((len(sizes) & 0xFF,)) + b"".join(
            (size & 0xFFFF).to_bytes(2, "little") for size in sizes[::-1]
        )
        length = len(dimensions) + prod(sizes) * SIZES[type_of(key)]
        head += (length & 0xFFFF).to_bytes(2, "little") + dimensions
    return head
