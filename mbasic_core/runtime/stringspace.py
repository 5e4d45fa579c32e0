"""Where texts are in memory: from the top down, each placed when a program first looks for it.

A text stays where it was placed for as long as its variable has it; what a variable no longer has is garbage that can
still be read there, until no room is left and the texts in use move to the top.
"""

from __future__ import annotations

from collections.abc import Callable

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.layout import Place
from mbasic_core.runtime.state import State

__all__ = ["StringSpace"]


class StringSpace:
    """Addresses of texts, kept in `Variables.placed`."""

    def __init__(self, state: State, current: Callable[[Place], str], bottom: Callable[[], int]) -> None:
        self._state = state
        self._current = current
        self._bottom = bottom

    @property
    def top(self) -> int:
        """The first address above all texts: where the control stack begins."""
        return self._state.variables.top - self._state.stack_size

    def address(self, place: Place, text: str) -> int:
        """Where the text of a variable is; raises Out of string space."""
        if not text:
            return 0
        placed = self._state.variables.placed
        for entry in reversed(placed):
            if entry[1] == place.key and entry[2] == place.subscripts:
                if entry[3] == text:
                    return entry[0]
                break
        start = (placed[-1][0] if placed else self.top) - len(text)
        if start < self._bottom():
            self.collect()
            start = (placed[-1][0] if placed else self.top) - len(text)
            if start < self._bottom():
                raise BasicError(ErrorCode.OUT_OF_STRING_SPACE)
        placed.append((start, place.key, place.subscripts, text))
        return start

    def collect(self) -> None:
        """Forget garbage; the texts in use move up."""
        placed = self._state.variables.placed
        kept, low = [], self.top
        for _, key, subscripts, text in placed:
            if self._current(Place(key, subscripts, 0)) == text:
                low -= len(text)
                kept.append((low, key, subscripts, text))
        placed[:] = kept

    def find(self, address: int) -> int | None:
        """The index of the placed text that has a byte at an address."""
        for index, (start, _, _, text) in enumerate(self._state.variables.placed):
            if start <= address < start + len(text):
                return index
        return None
