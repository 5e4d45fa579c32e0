"""PEEK, POKE, VARPTR, FRE and ports: the machine below BASIC, as far as a program can see it.

No machine code runs here. POKEd bytes are kept and PEEKed again; PEEK(0) shows the jump that CP/M has there.
"""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric import convert
from mbasic_core.runtime.state import State

__all__ = ["Memory"]

_FREE = 31_000
"""Bytes that the real interpreter reports free in an empty 64 KB machine, about."""

_FIRST_VARIABLE = 0x7000
_CPM = {0: 0xC3, 5: 0xC3}


class Memory:
    """The 64 KB that a program can look at."""

    def __init__(self, state: State) -> None:
        self._state = state

    def peek(self, address: float | tuple[int, int]) -> int:
        place = convert.address(address) & 0xFFFF
        return self._state.memory.get(place, _CPM.get(place, 0))

    def poke(self, address: float | tuple[int, int], value: int) -> None:
        self._state.memory[convert.address(address) & 0xFFFF] = value & 0xFF

    def inp(self, _port: int) -> int:
        """A port nobody drives reads as 255."""
        return 255

    def fre(self) -> float:
        """FRE: bytes left of a real machine's memory, never below 0."""
        state = self._state
        text = sum(len(tokens) + 5 for tokens in state.program.values())
        used = text + state.variables.scalar_bytes() + state.variables.array_bytes()
        return float(max(0, _FREE - used))

    def varptr(self, key: str, element: bool) -> int:
        """An address for a variable: distinct for each name, not where PEEK would find its value.

        Raises Illegal function call for a scalar that nothing has been assigned to (BASIC-80 Reference Manual, VARPTR).
        """
        if not element and key not in self._state.variables.defined:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        slots = self._state.variables.array_slots if element else self._state.variables.slots
        return _FIRST_VARIABLE + 16 * slots.get(key, 0) % 0x800
