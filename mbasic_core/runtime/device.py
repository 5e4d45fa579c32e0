"""What PRINT writes to besides screen and printer: columns and zones, but no line width."""

from __future__ import annotations

from abc import ABC, abstractmethod

from mbasic_core.runtime.screen import BYTE, ZONE

__all__ = ["Device"]


class Device(ABC):
    """A device that takes characters and knows its column (0 is the first)."""

    column: int

    @abstractmethod
    def write(self, text: str) -> None:
        """Send characters and move the column."""

    @abstractmethod
    def newline(self) -> None:
        """End the line."""

    def put(self, text: str) -> None:
        """Print an item; a device with lines of a width begins a new one first when it does not fit."""
        self.write(text)

    def comma(self) -> None:
        """Go to the next zone of 14 columns."""
        self.spc(ZONE - self.column % ZONE)

    def tab(self, column: int) -> None:
        """TAB: to that column, on the next line if it is passed already."""
        target = max(0, column - 1) % BYTE
        if target < self.column:
            self.newline()
        self.spc(target - self.column)

    def spc(self, count: int) -> None:
        """SPC: so many blanks."""
        self.write(" " * (max(0, count) % BYTE))
