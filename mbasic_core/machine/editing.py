"""The program's text as data: entering lines, listing, deleting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.language import ast
from mbasic_core.language.crunch import crunch, split_number
from mbasic_core.language.lister import list_line
from mbasic_core.numeric.format import number_text
from mbasic_core.runtime.variables import Variables, type_of

__all__ = [
    "HIGHEST",
    "LONGEST_LINE",
    "ROOM",
    "UTF8_MARK",
    "foresee",
    "keep",
    "lines_of",
    "listed",
    "plain_text",
    "scalars",
    "select",
    "size_of",
    "store",
    "text_lines",
]

LONGEST_LINE = 255
HIGHEST = 65529

UTF8_MARK = "\xef\xbb\xbf"
"""What some editors put before a text."""

_BLANK = re.compile(r"\n[ \t\n]*\n")

ROOM = 262_144
"""Bytes that a program may take: several times what a real machine holds."""


def lines_of(program: dict[int, bytes]) -> Iterator[str]:
    """The program's lines as LIST shows them, ending in LF, of the program as it is when the first is asked for."""
    for number, tokens in sorted(program.items()):
        yield listed(number, tokens) + "\n"


def plain_text(text: str) -> str:
    """A program file's text up to ^Z, each line ending in LF instead of CR or CR LF, without most blank ones."""
    text = text.removeprefix(UTF8_MARK).partition("\x1a")[0]
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _BLANK.sub("\n", text)


def text_lines(text: str) -> list[str]:
    """The lines of `plain_text`."""
    return plain_text(text).split("\n")


def store(program: dict[int, bytes], text: str, fault: Fault, *, strict: bool = False) -> int | None:
    """Enter a numbered line (an empty one deletes); answers its number, None when the text has no number.

    Raises Line buffer overflow for more than 255 characters and, when not `strict`, Undefined line number for deleting
    a line that is not there.
    """
    if len(text) > LONGEST_LINE:
        raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW)
    number, rest = split_number(text)
    if number is not None and (number in program or not strict or rest.strip()):
        keep(program, number, rest, fault)
    return number


def keep(program: dict[int, bytes], number: int, text: str, fault: Fault) -> None:
    """Enter a line's text without its number (an empty one deletes).

    Raises Undefined line number for deleting a line that is not there, and what crunching it raises.
    """
    if text.strip():
        tokens, faults = _crunched(text)
        for code in faults:
            fault(code)
        program[number] = tokens
    elif number in program:
        del program[number]
    else:
        raise BasicError(ErrorCode.UNDEFINED_LINE)


def foresee(line: str) -> None:
    """Do most of the work of entering a line, so that `store` does it quickly; raises nothing."""
    with suppress(BasicError):
        if len(line) <= LONGEST_LINE:
            _crunched(split_number(line)[1])


@lru_cache(maxsize=8192)
def _crunched(text: str) -> tuple[bytes, tuple[ErrorCode, ...]]:
    """Lines recur: after each edit of a program nearly all of them are the same, and RUN must not wait for them."""
    faults: list[ErrorCode] = []
    return crunch(text, faults.append), tuple(faults)


listed = lru_cache(maxsize=8192)(list_line)
"""LIST's text of lines seen before, for the same reason."""


def size_of(program: dict[int, bytes]) -> int:
    """Bytes that the program takes on the machine: each line has a link, a number and an end."""
    return sum(map(len, program.values())) + 5 * len(program)


def select(program: dict[int, bytes], lines: ast.LineRange | None, current: int, start: int = 0) -> list[int]:
    """The numbers of the lines in a range, ascending, from `start` on; -1 in the range is the current line (`.`)."""
    first = lines.first if lines else None
    last = lines.last if lines else None
    low = max(start, current if first == -1 else first or 0)
    high = current if last == -1 else HIGHEST if last is None else last
    return [number for number in sorted(program) if low <= number <= high]


def scalars(variables: Variables) -> list[tuple[str, str, str]]:
    """Name, type letter and printed value of each scalar, in the order in which they came to be."""
    shown = []
    for key in variables.defined:
        value = variables.values[variables.slots[key]]
        shown.append((key, type_of(key), f'"{value}"' if isinstance(value, str) else number_text(value).strip()))
    return shown
