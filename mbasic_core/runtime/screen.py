"""What PRINT does with the terminal: the cursor's column, zones, line width.

Line breaks follow the real machine: an item that does not fit in the rest of the line begins a new one, and a longer
item is broken at the width; a full line breaks only when the next character comes.
"""

from __future__ import annotations

from mbasic_core.runtime.state import State

__all__ = ["ZONE", "Screen"]

ZONE = 14
"""Columns of a print zone (BASIC-80 Reference Manual, PRINT)."""

NO_WIDTH = 255
TAB_STOP = 8


class Screen:
    """Writes to `out`, a list of pieces that the machine hands to its host as one text."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.out: list[str] = []
        self.size = 0
        """Characters in `out`."""

    def put(self, text: str) -> None:
        """Print an item of PRINT: on a new line when it does not fit in this one."""
        state = self._state
        width = state.width
        length = len(text)
        column = state.column
        if column + length <= width or width == NO_WIDTH:
            if text.isprintable() or _plain(text):
                state.column = column + length
                self.out.append(text)
                self.size += length
                return
        elif column:
            self.newline()
        self.write(text)

    def write(self, text: str) -> None:
        """Print characters as they come, breaking the line at its width."""
        state = self._state
        pieces = self.out
        for character in text:
            code = ord(character)
            if code >= 32:
                if state.column >= state.width != NO_WIDTH:
                    self.newline()
                state.column += 1
                pieces.append(character)
                self.size += 1
            elif code == 13:
                state.column = 0
                pieces.append(character)
                self.size += 1
            elif code == 8:
                state.column = max(0, state.column - 1)
                pieces.append(character)
                self.size += 1
            elif code == 9:
                self.write(" " * (TAB_STOP - state.column % TAB_STOP))
            else:
                pieces.append(character)
                self.size += 1

    def newline(self) -> None:
        self._state.column = 0
        self.out.append("\r\n")
        self.size += 2

    def fresh_line(self) -> None:
        """Go to a new line unless the cursor is in the first column."""
        if self._state.column:
            self.newline()

    def comma(self) -> None:
        """`,`: on to the next zone, or to a new line behind the last one."""
        state = self._state
        last = (state.width // ZONE - 1) * ZONE
        if state.column >= last and state.width != NO_WIDTH:
            self.newline()
        else:
            self.spaces(ZONE - state.column % ZONE)

    def tab(self, column: int) -> None:
        """TAB(column), 1 is the first; behind it already: on the next line. Columns wrap at the width."""
        state = self._state
        target = max(0, column - 1)
        if state.width != NO_WIDTH:
            target %= state.width
        if target < state.column:
            self.newline()
        self.spaces(target - state.column)

    def spc(self, count: int) -> None:
        """SPC(count): that many blanks, modulo the width."""
        count = max(0, count)
        if self._state.width != NO_WIDTH:
            count %= self._state.width
        self.spaces(count)

    def spaces(self, count: int) -> None:
        self.write(" " * count)


def _plain(text: str) -> bool:
    return min(text) >= " " if text else True
