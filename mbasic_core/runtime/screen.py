"""What PRINT does with the terminal: the cursor's column, zones, line width.

Line breaks follow the real machine: an item that does not fit in the rest of the line begins a new one, and a longer
item is broken at the width; a full line breaks only when the next character comes.
"""

from __future__ import annotations

import re
from typing import Protocol

__all__ = ["BYTE", "OUTPUT_LIMIT", "OUTPUT_MOST", "ZONE", "Line", "Screen"]

OUTPUT_LIMIT = 32_768
"""Characters after which a slice ends early, so that a program that only prints cannot fill the memory."""

OUTPUT_MOST = OUTPUT_LIMIT + 4096
"""Characters with which no further statement may print in this slice."""

ZONE = 14
"""Columns of a print zone (BASIC-80 Reference Manual, PRINT)."""

NO_WIDTH = 255
TAB_STOP = 8

BYTE = 256
"""Columns are bytes, which shows where no width keeps TAB and SPC smaller."""

_RUNS = re.compile(r"[^\x00-\x1f]+|\t+|\r+|\x08+|[\x00-\x07\n-\x0c\x0e-\x1f]+")


class Line(Protocol):
    """The line that is being printed: of a State, that of the terminal."""

    column: int
    width: int
    muted: bool


class Screen:
    """Writes to `out`, a list of pieces that the machine hands to its host as one text."""

    def __init__(self, state: Line) -> None:
        self._state = state
        self.out: list[str] = []
        self.size = 0
        """Characters in `out`."""

    def put(self, text: str) -> None:
        """Print an item of PRINT: on a new line when it does not fit in this one."""
        state = self._state
        if state.muted:
            return
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
        if self._state.muted:
            return
        if text.isprintable() or _plain(text):
            self._run(text)
            return
        state = self._state
        for match in _RUNS.finditer(text):
            run = match.group()
            if run >= " ":
                self._run(run)
            elif run[0] == "\t":
                for _ in run:
                    self._run(" " * (TAB_STOP - state.column % TAB_STOP))
            else:
                if run[0] == "\r":
                    state.column = 0
                elif run[0] == "\b":
                    state.column = max(0, state.column - len(run))
                self.out.append(run)
                self.size += len(run)

    def _run(self, text: str) -> None:
        """Print characters that each take a column."""
        state = self._state
        while text:
            room = len(text) if state.width == NO_WIDTH else state.width - state.column
            if room <= 0:
                self.newline()
                continue
            piece = text[:room]
            state.column += len(piece)
            self.out.append(piece)
            self.size += len(piece)
            text = text[room:]

    def newline(self) -> None:
        self._state.column = 0
        if not self._state.muted:
            self.out.append("\r\n")
            self.size += 2

    def fresh_line(self) -> None:
        """Go to a new line unless the cursor is in the first column."""
        if self._state.column:
            self.newline()

    def comma(self) -> None:
        """`,`: on to the next zone, or to a new line behind the last one.

        Where that begins is a byte: lines narrower than one zone have it at 242, so that nothing is behind it.
        """
        state = self._state
        last = (state.width // ZONE - 1) * ZONE & 255
        if state.column >= last and state.width != NO_WIDTH:
            self.newline()
        else:
            self.spaces(ZONE - state.column % ZONE)

    def tab(self, column: int) -> None:
        """TAB(column), 1 is the first; behind it already: on the next line. Columns wrap at the width, or as bytes."""
        state = self._state
        target = max(0, column - 1) if column > -32768 else 32767  # one less than that is 32767 in 16 bits
        target %= state.width if state.width != NO_WIDTH else BYTE
        if target < state.column:
            self.newline()
        self.spaces(target - state.column)

    def spc(self, count: int) -> None:
        """SPC(count): that many blanks, modulo the width; without one, modulo a byte."""
        width = self._state.width
        self.spaces(max(0, count) % (width if width != NO_WIDTH else BYTE))

    def spaces(self, count: int) -> None:
        self.write(" " * count)


def _plain(text: str) -> bool:
    return min(text) >= " " if text else True
