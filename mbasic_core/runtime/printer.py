"""LPRINT: a printer nobody reads; it only keeps its column for LPOS."""

from __future__ import annotations

from mbasic_core.runtime.screen import BYTE, Screen
from mbasic_core.runtime.state import State

__all__ = ["Printer"]


class _Paper:
    """The printer's line: its width is what WIDTH LPRINT says."""

    muted = False

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def width(self) -> int:
        return self._state.printer_width

    @width.setter
    def width(self, columns: int) -> None:
        self._state.printer_width = columns

    @property
    def column(self) -> int:
        return self._state.printer_column

    @column.setter
    def column(self, column: int) -> None:
        self._state.printer_column = column % BYTE


class Printer(Screen):
    """Begins new lines where the screen would, and prints nothing."""

    def __init__(self, state: State) -> None:
        super().__init__(_Paper(state))

    def put(self, text: str) -> None:
        super().put(text)
        self.out.clear()

    def write(self, text: str) -> None:
        super().write(text)
        self.out.clear()

    def newline(self) -> None:
        super().newline()
        self.out.clear()
