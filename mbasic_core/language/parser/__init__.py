"""Stored tokens to statements."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from mbasic_core.language.ast import Statement
from mbasic_core.language.parser import commands, console, files, flow, values
from mbasic_core.language.parser.cursor import Cursor, SyntaxFault
from mbasic_core.language.parser.line import LineParse

__all__ = ["parse_line", "statement_starts"]

_STATEMENTS: MappingProxyType[int, Callable[[LineParse], None]] = MappingProxyType(
    {
        **flow.STATEMENTS,
        **values.STATEMENTS,
        **console.STATEMENTS,
        **files.STATEMENTS,
        **commands.STATEMENTS,
    }
)


def parse_line(tokens: bytes) -> tuple[Statement, ...]:
    """The statements of a stored line, flat (see `ast`). Any bytes give statements: wrong syntax gives `Bad`."""
    line = LineParse(Cursor(tokens))
    line.run(_STATEMENTS, _other)
    return tuple(line.statements)


def statement_starts(tokens: bytes) -> tuple[int, ...]:
    """Which of the statements of `parse_line` begin the line or stand behind a colon, ascending.

    The others are parts of the one before them, or of the IF whose alternative they are: MBASIC goes back to its start.
    """
    line = LineParse(Cursor(tokens))
    line.run(_STATEMENTS, _other)
    return tuple(line.starts)


def _other(line: LineParse) -> None:
    if line.cursor.peek() >= 0x80:
        raise SyntaxFault
    values.assignment(line)
