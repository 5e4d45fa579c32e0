"""Reading a stored line from left to right, blanks skipped."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.errors import ErrorCode
from mbasic_core.language.items import constant_at, skip_item
from mbasic_core.language.tokens import BLANKS, Tok
from mbasic_core.numeric.literals import read_number

MAX_NAME = 40
MAX_DIGITS = 255
"""The longest number in digits that is looked for: a line of that length."""
END = 0
COLON = ord(":")

_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset(b"0123456789")
_NAME_BYTES = _LETTERS | _DIGITS | {ord(".")}
_SUFFIXES = frozenset(b"%!#$")


class SyntaxFault(Exception):
    """Ends the parse of a statement; `code` is the error that running it gives there."""

    def __init__(self, code: ErrorCode = ErrorCode.SYNTAX) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Cursor:
    """A place in a stored line. Methods that find something else than they need raise SyntaxFault."""

    line: bytes
    pos: int = 0
    depth: int = 0
    """How many function calls and subscripts are open."""
    operations: int = 0
    """How many operators the expression has so far."""
    held: int = 0
    """Bytes of the machine's stack that what is open holds."""
    most: int = 0
    """The most that the expression held at once."""

    def peek(self) -> int:
        """The next byte that is no blank, 0 at the end of the line."""
        line, pos = self.line, self.pos
        while pos < len(line) and line[pos] in BLANKS:
            pos += 1
        self.pos = pos
        return line[pos] if pos < len(line) else END

    @property
    def ended(self) -> bool:
        """Whether the statement ends here."""
        return self.peek() in (END, COLON)

    def accept(self, byte: int) -> bool:
        """Takes `byte` if it comes next, and tells so."""
        if byte != self.peek() or byte == END:
            return False
        self.pos += 1
        return True

    def expect(self, byte: int) -> None:
        """Takes that byte; raises SyntaxFault when something else stands there."""
        if not self.accept(byte):
            raise SyntaxFault

    def expect_letters(self, word: str) -> None:
        """Takes a word that has no token, such as AS."""
        for letter in word.encode("ascii"):
            self.expect(letter)

    def name(self) -> tuple[str, str]:
        """A name of at most 40 characters, and its type suffix or ""."""
        if self.peek() not in _LETTERS:
            raise SyntaxFault
        line, start = self.line, self.pos
        end = start + 1
        while end < len(line) and line[end] in _NAME_BYTES:
            end += 1
        if end - start > MAX_NAME:
            raise SyntaxFault
        suffix = end + 1 if end < len(line) and line[end] in _SUFFIXES else end
        self.pos = suffix
        return line[start:end].decode("ascii"), line[end:suffix].decode("ascii")

    def letter(self) -> str:
        """A single letter, as in DEFINT A-Z."""
        byte = self.peek()
        if byte not in _LETTERS:
            raise SyntaxFault
        self.pos += 1
        return chr(byte)

    def string(self) -> str:
        """The text of the string constant that begins here; its closing quote may be missing at the end of a line."""
        self.expect(ord('"'))
        end = self.line.find(b'"', self.pos)
        end = len(self.line) if end < 0 else end
        text = self.line[self.pos : end].decode("latin-1")
        self.pos = end + 1
        return text

    def constant(self) -> int | float | tuple[int, int] | None:
        """The number that comes next, as a token or (after a name) in digits; None when there is none."""
        byte = self.peek()
        if byte in _DIGITS:
            digits = self.line[self.pos : self.pos + MAX_DIGITS].decode("latin-1")
            value, end = read_number(digits, 0, _ignore)
            self.pos += max(end, 1)
            return value
        found = constant_at(self.line, self.pos) if 0 < byte < ord(" ") else None
        if found is None:
            return None
        value, self.pos = found
        return float(value) if byte in (Tok.LINE, Tok.LINE_POINTER) and isinstance(value, int) else value

    def line_number(self) -> int | None:
        """The line number that comes next; None when there is none."""
        if self.peek() not in (Tok.LINE, Tok.LINE_POINTER):
            return None
        found = constant_at(self.line, self.pos)
        if found is None:
            return None
        number, self.pos = found
        assert isinstance(number, int)
        return number

    def line_or_current(self) -> int | None:
        """A line number, or -1 for `.`; None when there is neither."""
        return -1 if self.accept(ord(".")) else self.line_number()

    def skip_statement(self) -> int:
        """Goes to the end of the statement as MBASIC does, and tells how many IF were passed."""
        line, pos, quoted, conditions = self.line, self.pos, False, 0
        while pos < len(line) and line[pos] != END and (quoted or line[pos] != COLON):
            quoted ^= line[pos] == ord('"')
            conditions += line[pos] == Tok.IF
            pos = skip_item(line, pos)
        self.pos = pos
        return conditions


def _ignore(_code: ErrorCode) -> None:
    """What a number in digits is too large for, its value shows."""
