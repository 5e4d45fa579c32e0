"""What a zero keeps of the numbers before it, for programs that look at bytes (docs/numerics.md section 1).

A constant of a program comes by way of eight bytes that the original overwrites from the front: a small integer fills
two of them and four go on. So the third byte of the single or double constant that the text passed before an integer 0
is left in it, and stays when it becomes a single or a double. What counts here is the text in front of the statement,
and for the first constants of a program its last one, which entering the program passed: exact for what runs from top
to bottom; in loops the original may have passed others.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from mbasic_core.compiler.listing import Listing
from mbasic_core.language import ast
from mbasic_core.language.tokens import FUNCTIONS, OPERANDS, Tok
from mbasic_core.numeric.mbf import ZERO_BYTES, double_bytes, single_bytes
from mbasic_core.runtime.position import DIRECT, Position, index_of, line_of
from mbasic_core.runtime.state import State

__all__ = ["Zeros", "last_third", "left"]

_SHOWING = (
    bytes((Tok.FUNCTION, FUNCTIONS["MKS$"])),
    bytes((Tok.FUNCTION, FUNCTIONS["MKD$"])),
    bytes((Tok.VARPTR,)),
)
"""The tokens of what can show the bytes of a number."""


def left(number: ast.Number, passed: int) -> tuple[int, int]:
    """The byte left in a constant if it is zero, else 0; and the third byte that its text leaves for the next one."""
    if isinstance(number, int):
        return (0 if number else passed), passed
    data = double_bytes(number) if isinstance(number, tuple) else single_bytes(abs(number) if number else number)
    return (0 if any(data[-1:]) else ZERO_BYTES.get(id(number), 0)), data[2]


class Zeros:
    """Knows for each statement what its first zero keeps."""

    def __init__(self, state: State, listing: Listing) -> None:
        self._state = state
        self._listing = listing
        self._shown: bool | None = None
        self._thirds: list[tuple[int, int]] | None = None
        """The lines with a single or double constant, and the third byte of the last one in each."""

    def forget(self) -> None:
        """The program changed."""
        self._shown = self._thirds = None

    def passed(self, position: Position) -> int | None:
        """The third byte of the constant passed before a statement; None when nothing in the program shows bytes."""
        if self._shown is None:
            self._shown = _shows(b"\0".join(self._state.program.values()))  # one by one, 20,000 lines take long
        line = line_of(position)
        if not self._shown and (line != DIRECT or not _shows(self._state.direct)):
            return None
        found = None
        for statement in self._listing.statements(line)[: index_of(position)]:
            for number in _numbers(statement):
                found = left(number, 0)[1] if not isinstance(number, int) else found
        if found is None and (lines := self._lines()):
            before = len(lines) if line == DIRECT else bisect_left(lines, (line, 0))
            found = lines[before - 1][1]
        return found or 0

    def _lines(self) -> list[tuple[int, int]]:
        if self._thirds is None:
            thirds = ((number, last_third(self._state.program[number])) for number in self._listing.numbers)
            self._thirds = [(number, byte) for number, byte in thirds if byte is not None]
        return self._thirds


def _shows(tokens: bytes) -> bool:
    return any(token in tokens for token in _SHOWING)


def _up_to_constant() -> re.Pattern[bytes]:
    """The text up to the next single or double constant of a line, and that one."""
    sizes = {token: size for token, size in OPERANDS.items() if size} | {int(Tok.FUNCTION): 1}
    single, double = (re.escape(bytes([token])) + b".{0,%d}+" % sizes.pop(token) for token in (Tok.SINGLE, Tok.DOUBLE))
    data, rem = (re.escape(bytes([token])) for token in (Tok.DATA, Tok.REM))
    apart = {*b'"', Tok.DATA, Tok.REM, Tok.SINGLE, Tok.DOUBLE, *sizes}
    items = [b"[^" + re.escape(bytes(sorted(apart))) + b"]++", rb'"[^"]*+"?', rem + b".*+"]
    items += [data + rb'(?:[^":\0]|"[^"\0]*+"?)*+']
    items += [re.escape(bytes([token])) + b".{0,%d}+" % size for token, size in sizes.items()]
    return re.compile(b"(?:" + b"|".join(items) + b")*+(" + single + b"|" + double + b")", re.DOTALL)


_UP_TO_CONSTANT = _up_to_constant()


def last_third(line: bytes) -> int | None:
    """The third byte of a line's last single or double constant."""
    third, at = None, 0
    while found := _UP_TO_CONSTANT.match(line, at):
        at = found.end()
        third = found[1][3] if len(found[1]) > 3 else third
    return third


def _numbers(statement: ast.Statement) -> Iterator[ast.Number]:
    """The constants of a statement, as they stand in it."""
    return (part.value for part in ast.parts(statement) if isinstance(part, ast.Num))
