"""LPRINT: a printer nobody reads; it only keeps its column for LPOS."""

from __future__ import annotations

from mbasic_core.runtime.screen import ZONE
from mbasic_core.runtime.state import State

__all__ = ["Printer"]


class Printer:
    """The same operations as the screen has, without output."""

    def __init__(self, state: State) -> None:
        self._state = state

    def put(self, text: str) -> None:
        state = self._state
        state.printer_column = (state.printer_column + len(text)) % max(1, state.printer_width)

    write = put

    def newline(self) -> None:
        self._state.printer_column = 0

    def comma(self) -> None:
        self.spaces(ZONE - self._state.printer_column % ZONE)

    def tab(self, column: int) -> None:
        target = max(0, column - 1)
        if target < self._state.printer_column:
            self.newline()
        self.spaces(target - self._state.printer_column)

    def spc(self, count: int) -> None:
        self.spaces(max(0, count))

    def spaces(self, count: int) -> None:
        self.put(" " * count)
