"""PEEK, POKE, VARPTR, FRE and ports: the machine below BASIC, as far as a program can see it.

No machine code runs here. What is at an address is computed when it is looked at (`Layout`, `StringSpace`), so that
variables cost nothing more; bytes that belong to nothing are kept as POKE wrote them.
"""

from __future__ import annotations

from typing import Any

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric import convert, mbf
from mbasic_core.runtime.files import Files
from mbasic_core.runtime.layout import TEXT, Layout, Place
from mbasic_core.runtime.state import State
from mbasic_core.runtime.stringspace import StringSpace
from mbasic_core.runtime.variables import SIZES, type_of

__all__ = ["Memory"]

_JUMP = 0xC3
_SYSTEM = {0: _JUMP, 1: 0x03, 2: 0xF2, 5: _JUMP, 6: 0x06, 7: 0xE4}
"""CP/M's jumps at the bottom of memory: to the system's restart, and to its calls."""


class Memory:
    """The 64 KB that a program can look at."""

    def __init__(self, state: State, files: Files) -> None:
        self._state = state
        self._files = files
        self.layout = Layout(state)
        self.texts = StringSpace(state, self._text, self.layout.end)

    # --- bytes

    def peek(self, address: float | tuple[int, int]) -> int:
        """The byte at an address; 0 where nothing is and nothing was POKEd."""
        place = convert.address(address) & 0xFFFF
        if place < TEXT:
            found = self._files.peek(place)
            return self._kept(place) if found is None else found
        layout = self.layout
        if place < layout.scalars():
            return layout.program_byte(place)
        if place < layout.end():
            value = layout.find(place)
            if value is not None:
                return self._bytes(value)[place - value.start]
            return layout.head(place) or 0
        index = self.texts.find(place)
        if index is None:
            return self._kept(place)
        start, _, _, text = self._state.variables.placed[index]
        return ord(text[place - start])

    def poke(self, address: float | tuple[int, int], value: int) -> None:
        """Change the byte at an address, and with it the variable or the file's buffer that has it.

        The program's text and the names of variables stay as they are. Raises Overflow, Illegal function call.
        """
        place, byte = convert.address(address), value
        if not 0 <= byte <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if place < TEXT:
            if not self._files.poke(place, byte):
                self._keep(place, byte)
            return
        layout = self.layout
        if place < layout.scalars():
            return
        if place < layout.end():
            found = layout.find(place)
            if found is not None:
                self._change(found, place - found.start, byte)
            return
        if not self._poke_texts(place, byte):
            self._keep(place, byte)

    def _poke_texts(self, place: int, byte: int) -> bool:
        """Change all texts that have a byte at an address, and the variables that have them still; whether any has."""
        found = False
        placed = self._state.variables.placed
        for index, (start, key, subscripts, text) in enumerate(placed):
            if start <= place < start + len(text):
                found = True
                changed = text[: place - start] + chr(byte) + text[place - start + 1 :]
                placed[index] = (start, key, subscripts, changed)
                owner = Place(key, subscripts, 0)
                if self._text(owner) == text:
                    self._store(owner, changed)
        return found

    def _keep(self, place: int, byte: int) -> None:
        """Remember a byte that belongs to nothing, unless it says nothing new."""
        if byte == _SYSTEM.get(place, 0):
            self._state.memory.pop(place, None)
        else:
            self._state.memory[place] = byte

    def _kept(self, place: int) -> int:
        return self._state.memory.get(place, _SYSTEM.get(place, 0))

    def _bytes(self, place: Place) -> bytes:
        """A value as it lies in memory; the mantissa of a zero as it was POKEd."""
        value = self._value(place)
        if isinstance(value, str):
            return self._descriptor(place, value)
        if isinstance(value, int):
            return value.to_bytes(2, "little", signed=True)
        data = mbf.double_bytes(value) if isinstance(value, tuple) else mbf.single_bytes(value)
        if data[-1]:
            return data
        kept = self._state.memory
        return bytes(kept.get(place.start + offset, byte) for offset, byte in enumerate(data[:-1])) + b"\0"

    def _change(self, place: Place, offset: int, byte: int) -> None:
        """Give a value another byte."""
        before = self._bytes(place)
        data = before[:offset] + bytes((byte,)) + before[offset + 1 :]
        kept = self._state.memory
        if place.type == "$":
            self._point(place, data[0], int.from_bytes(data[1:], "little"))
            return
        if place.type == "I":
            self._store(place, int.from_bytes(data, "little", signed=True))
            return
        for at, mantissa in enumerate(data[:-1], place.start):
            kept.pop(at, None)
            if not data[-1] and mantissa:
                kept[at] = mantissa
        self._store(place, mbf.double_value(data) if place.type == "D" else mbf.single_value(data))

    # --- texts

    def _descriptor(self, place: Place, text: str) -> bytes:
        """Length and address of a text; one that shows a file's buffer is there."""
        name = [place.key, *place.subscripts]
        address = self._files.shown(name, text)
        if address is None:
            address = self.texts.address(place, text)
        return bytes((len(text),)) + address.to_bytes(2, "little")

    def _point(self, place: Place, length: int, address: int) -> None:
        """A descriptor was POKEd: the text is now what lies there."""
        text = "".join(chr(self.peek(float(at & 0xFFFF))) for at in range(address, address + length))
        self._store(place, text)
        if text and address >= self.layout.end():
            self._state.variables.placed.insert(0, (address, place.key, place.subscripts, text))

    def _text(self, place: Place) -> str:
        """What a string variable holds; nothing when it exists no more."""
        variables = self._state.variables
        exists = place.key in (variables.arrays() if place.subscripts else variables.defined)
        value = self._value(place) if exists else ""
        return value if isinstance(value, str) else ""

    def _value(self, place: Place) -> Any:
        variables = self._state.variables
        if place.subscripts:
            return variables.element(variables.array_slots[place.key], place.subscripts)
        return variables.values[variables.slots[place.key]]

    def _store(self, place: Place, value: Any) -> None:
        variables = self._state.variables
        if place.subscripts:
            variables.set_element(variables.array_slots[place.key], place.subscripts, value)
        else:
            variables.values[variables.slots[place.key]] = value

    # --- functions

    def inp(self, _port: int) -> int:
        """A port nobody drives reads as 255."""
        return 255

    def fre(self, collect: bool) -> float:
        """FRE: bytes left of the machine's memory, never below 0; `collect` (a string argument) drops garbage first."""
        variables = self._state.variables
        if collect:
            self.texts.collect()
            variables.spent = variables.text_bytes()
        spent = variables.spent if variables.space is not None else variables.text_bytes()
        return float(max(0, self.texts.top - self.layout.end() - spent))

    def varptr(self, key: str, subscripts: tuple[int, ...]) -> int:
        """The address of a value, negative above 32767 as an integer is.

        Raises Illegal function call for a scalar that nothing has been assigned to (BASIC-80 Reference Manual, VARPTR),
        errors of subscripts, and Out of memory for what would lie above the 64 KB.
        """
        variables = self._state.variables
        if subscripts:
            variables.locate(variables.array_slot(key), subscripts)
        elif key not in variables.defined:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        address = self.layout.address(key, subscripts)
        if address + SIZES[type_of(key)] > 0x10000:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)
        return address - 0x10000 if address > 0x7FFF else address

    # --- the real map (--strict)

    def forget(self) -> None:
        """The program changed."""
        self.layout.forget()
        self.survey()

    def room(self) -> int:
        """Bytes that a program may take: without end but on the real map."""
        return 1 << 60 if self._state.variables.space is None else self.texts.top - TEXT - 2

    def check(self) -> None:
        """Raises Out of memory for a program that the real machine could not hold, where that counts."""
        if (self._state.variables.space or 0) < 0:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)

    def survey(self) -> None:
        """Find out what the program leaves for variables and their texts."""
        variables = self._state.variables
        if variables.space is not None:
            variables.space = self.texts.top - self.layout.scalars()

    def limit(self, top: int | None, stack: int | None) -> None:
        """CLEAR's end of memory and size of the stack.

        Raises Illegal function call for zero, and Out of memory for what would leave no room above the program: in the
        case of the stack only on the real map, since elsewhere it may be larger than that.
        """
        variables, state = self._state.variables, self._state
        if top == 0 or stack == 0:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        high, size = top or variables.top, stack or state.stack_size
        counted = size if variables.space is not None else 0
        if (top or counted) and high - counted < self.layout.scalars():
            raise BasicError(ErrorCode.OUT_OF_MEMORY)
        variables.top, state.stack_size = high, size
        self.survey()

    def allot(self, text: str) -> str:
        """A text is about to be assigned; raises Out of string space when the real machine has no room for it."""
        variables = self._state.variables
        variables.spent += len(text)
        if variables.spent > variables.free():
            variables.spent = variables.text_bytes() + len(text)
            if variables.spent > variables.free():
                raise BasicError(ErrorCode.OUT_OF_STRING_SPACE)
        return text
