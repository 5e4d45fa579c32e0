"""A program's text entered piece by piece: what waits is plain state, and what is no program is refused beforehand."""

from __future__ import annotations

import re

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.language.crunch import split_number
from mbasic_core.machine import editing

__all__ = ["AT_ONCE", "cleaned", "enter"]

LINE_COST = 100
"""What it takes to enter a line, in statements executed."""

BLANK_COST = 1

AT_ONCE = 2_000
"""Statements' worth of lines entered before others get their turn: thousandths of a second, however fast statements
were that a host's budget was made for."""

_NUMBER = "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9])"

_SUSPECT = re.compile(
    rf"^(?!{_NUMBER}(?:[ \t]?[^0-9 \t\n][^\n]{{0,{editing.LONGEST_LINE - 8}}})?$)[^\n]*[^\s]", re.MULTILINE
)
"""Lines that are not simply a number and a short text: few in most programs, and worth a closer look."""


def cleaned(text: str) -> str:
    """A program's text with LF at each line's end, up to ^Z, once it is known that its lines can be entered.

    Takes a few thousandths of a second for a program of the largest size. Raises BasicError: Out of memory, Line buffer
    overflow, Direct statement in file, Syntax error (a line number above 65529).
    """
    text = editing.plain_text(text)
    if len(text) - text.count("\n") > editing.ROOM:
        raise BasicError(ErrorCode.OUT_OF_MEMORY)
    for suspect in _SUSPECT.finditer(text):
        end = text.find("\n", suspect.start())
        line = text[suspect.start() : len(text) if end < 0 else end]
        if line.strip():
            _check(line)
    return text


def _check(line: str) -> None:
    if len(line) > editing.LONGEST_LINE:
        raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW)
    number, text = split_number(line)
    if number is None:
        raise BasicError(ErrorCode.DIRECT_STATEMENT_IN_FILE)
    if text and text[0] in "0123456789":  # typed, it would be a line of another number
        raise BasicError(ErrorCode.SYNTAX)


def enter(program: dict[int, bytes], text: str, budget: int, fault: Fault) -> tuple[str, int]:
    """Enter the first line of a cleaned text, and more while there is budget; the rest of the text and what it took.

    Raises BasicError for a line that is too long as tokens.
    """
    place = cost = 0
    while place < len(text) and (cost < budget or not place):
        end = text.find("\n", place)
        line = text[place : len(text) if end < 0 else end]
        place = len(text) if end < 0 else end + 1
        blank = not line.strip()
        cost += BLANK_COST if blank else LINE_COST
        if not blank:
            editing.store(program, line, fault, strict=True)
    return text[place:], cost
