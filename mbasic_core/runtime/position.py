"""Places in a program as plain integers, so that frames and snapshots never hold references to code."""

from __future__ import annotations

__all__ = ["DIRECT", "DONE", "END", "STATEMENTS", "Position", "at", "index_of", "line_of"]

Position = int
"""Statement `index` of line `line`: `line << 10 | index`."""

STATEMENTS = 1024
"""The most that a line may have; 255 characters make 256 at most."""

DIRECT = 65535
"""The line number of a direct-mode line, as in MBASIC (ERL answers it)."""

END: Position = -1
"""Behind the last statement of the program."""

DONE: Position = -2
"""Behind the last statement of the direct-mode line."""


def at(line: int, index: int = 0) -> Position:
    """The place of a statement; the first has index 0."""
    return line << 10 | index


def line_of(position: Position) -> int:
    """The number of the line that the statement stands in."""
    return position >> 10


def index_of(position: Position) -> int:
    """Which of its line's statements it is, from 0."""
    return position & 1023
