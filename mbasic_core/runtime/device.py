"""What PRINT can write to besides the screen: columns and zones, but no line width."""

from __future__ import annotations

from abc import ABC, abstractmethod

from mbasic_core.runtime.screen import ZONE

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
        self.write(text)

    def comma(self) -> None:
        self.spc(ZONE - self.column % ZONE)

    def tab(self, column: int) -> None:
        target = max(0, column - 1)
        if target < self.column:
            self.newline()
        self.spc(target - self.column)

    def spc(self, count: int) -> None:
        self.write(" " * max(0, count))
