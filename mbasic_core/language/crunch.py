"""The text of a line to its stored tokens, by the rules of MBASIC 5.21.

A word counts only when no letter, digit or dot follows it: `IFA=1` assigns to a variable IFA. Exceptions are FN and
USR, which begin a name, and `TAB(` and `SPC(`. Blanks are kept. Digits that only blanks divide from a name stay digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.language.ast import Number
from mbasic_core.language.tokens import FUNCTIONS, KEYWORDS, LINE_TAKERS, SPECIAL, Tok
from mbasic_core.numeric.literals import read_number
from mbasic_core.numeric.mbf import double_bytes, single_bytes

MAX_LINE = 65529
MAX_TOKENS = 314
"""The bytes that MBASIC's buffer for a tokenised line has room for: 255 and a quarter, less the end."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.]*")
_GO = re.compile(r"GO(?: TO(?![A-Z0-9.])| {2,}TO| SUB)", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"([0-9]{1,4})(?: (?=[^0-9 \t\n])|(?=[^0-9 \t\n]))")
"""A line number as nearly all lines have it, and the blank that belongs to it."""
_LINE_DIGITS = re.compile(r"[0-9](?:[ \t\n]*[0-9])*")
_AFTER_NAME, _NUMBERS, _LINES = -1, 0, 1


def split_number(text: str) -> tuple[int | None, str]:
    """The line number that a typed line begins with, and its text; None for a line without one.

    One blank after the number belongs to it, as LIST prints one there. A digit that would take the number above 65529
    is not part of it: `65530 END` is line 6553 with the text `0 END`.
    """
    plain = _PLAIN_NUMBER.match(text)
    if plain is not None:
        return int(plain[1]), text[plain.end() :]
    text = text.lstrip(" \t\n")
    digits = _LINE_DIGITS.match(text)
    if digits is None:
        return None, text
    number, end = _line_number(text, 0)
    rest = text[end:]
    return number, rest.removeprefix(" ")


def crunch(text: str, fault: Fault) -> bytes:
    """The tokens of a line's text, without its line number and without the final zero.

    `fault` hears of an Overflow in a constant. Raises BasicError: Line buffer overflow when the tokens are too many,
    and what reading a constant raises.
    """
    state = _State(text, fault)
    while state.pos < len(text):
        state.step()
        if len(state.out) > MAX_TOKENS:
            raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW)
    return bytes(state.out)


@dataclass(slots=True)
class _State:
    text: str
    fault: Fault
    pos: int = 0
    out: bytearray = field(default_factory=bytearray)
    numbers: int = _NUMBERS
    """What a digit begins: a number, a line number, or (after a name) nothing."""
    data: bool = False

    def step(self) -> None:
        char = self.text[self.pos]
        if char == '"':
            end = self.text.find('"', self.pos + 1)
            self.copy(len(self.text) if end < 0 else end + 1)
        elif char == " ":
            self.copy(self.pos + 1)
        elif self.data:
            self.copy(self.pos + 1)
            self.data = char != ":"
            if not self.data:
                self.numbers = _NUMBERS
        elif char == "?":
            self.keyword(Tok.PRINT, 1)
        elif char.isascii() and char.isalpha():
            self.word()
        elif char in ".0123456789":
            self.digit()
        else:
            self.mark(char)

    def copy(self, end: int) -> None:
        self.out += self.text[self.pos : end].encode("latin-1", "replace")
        self.pos = end

    def word(self) -> None:
        text, start = self.text, self.pos
        go = _GO.match(text, start)
        if go is not None:
            self.keyword(Tok.GOTO if go[0][-1] in "Oo" else Tok.GOSUB, len(go[0]))
            return
        name = _NAME.match(text, start)
        assert name is not None
        word, after = name[0].upper(), text[name.end() : name.end() + 1]
        if word + after in ("TAB(", "SPC("):
            self.keyword(KEYWORDS[word + after], 4)
            return
        if after == "$" and not _continues_name(text, name.end() + 1):
            dollar = word + "$"
            if dollar in FUNCTIONS or dollar in KEYWORDS:
                word = dollar
        if word in FUNCTIONS:
            self.out += bytes((Tok.FUNCTION, FUNCTIONS[word]))
            self.pos += len(word)
            self.numbers = _NUMBERS
        elif word in KEYWORDS:
            self.keyword(KEYWORDS[word], len(word))
        elif word.startswith("FN"):
            self.keyword(Tok.FN, 2)
        elif word.startswith("USR"):
            self.keyword(Tok.USR, 3)
        else:
            self.out += name[0].upper().encode("ascii")
            self.pos = name.end()
            self.numbers = _AFTER_NAME

    def keyword(self, token: int, length: int) -> None:
        self.pos += length
        self.numbers = _LINES if token in LINE_TAKERS else _NUMBERS
        if token == Tok.ELSE:
            self.out += b":"
        self.out.append(token)
        if token == Tok.WHILE:
            self.out.append(Tok.PLUS)
        elif token == Tok.DATA:
            self.data = True
        elif token == Tok.REM:
            self.copy(len(self.text))

    def digit(self) -> None:
        char = self.text[self.pos]
        if self.numbers == _AFTER_NAME or (self.numbers == _LINES and char == "."):
            self.copy(self.pos + 1)
        elif self.numbers == _LINES:
            number, self.pos = _line_number(self.text, self.pos)
            self.out.append(Tok.LINE)
            self.out += number.to_bytes(2, "little")
        else:
            value, end = read_number(self.text, self.pos, self.fault)
            if value is None or end <= self.pos:
                self.copy(self.pos + 1)
                return
            self.out += _constant(value)
            self.pos = _before_blanks(self.text, end)

    def mark(self, char: str) -> None:
        if self.numbers == _AFTER_NAME:
            self.numbers = _NUMBERS
        if char == "'":
            self.out += bytes((ord(":"), Tok.REM, Tok.QUOTE))
            self.pos += 1
            self.copy(len(self.text))
        elif char == "&":
            self.based_constant()
        elif char in SPECIAL:
            self.out.append(SPECIAL[char])
            self.pos += 1
        elif char == ":":
            self.numbers = _NUMBERS
            self.copy(self.pos + 1)
        elif char < " " and char not in "\t\n":
            self.out += b" "  # a control character would read as a constant
            self.pos += 1
        elif char < "\x80":
            self.copy(self.pos + 1)
        else:
            self.pos += 1

    def based_constant(self) -> None:
        base = self.text[self.pos + 1 :].lstrip(" \t\n")[:1].upper()
        value, end = read_number(self.text, self.pos, self.fault)
        if not isinstance(value, int) or end <= self.pos:
            value, end = 0, self.pos + 1
        self.out.append(Tok.HEX if base == "H" else Tok.OCTAL)
        self.out += (value & 0xFFFF).to_bytes(2, "little")
        self.pos = _before_blanks(self.text, end)


def _continues_name(text: str, pos: int) -> bool:
    following = text[pos : pos + 1]
    return following == "." or (following.isascii() and following.isalnum())


def _line_number(text: str, pos: int) -> tuple[int, int]:
    """Reads digits, blanks between them skipped, while the number can still be a line number."""
    value, end = 0, pos
    while pos < len(text):
        if text[pos] in "0123456789":
            if value > MAX_LINE // 10:
                break
            value = value * 10 + int(text[pos])
            end = pos + 1
        elif text[pos] not in " \t\n":
            break
        pos += 1
    return value, end


def _before_blanks(text: str, end: int) -> int:
    while text[end - 1] in " \t\n":
        end -= 1
    return end


def _constant(value: Number) -> bytes:
    if isinstance(value, tuple):
        return bytes((Tok.DOUBLE,)) + double_bytes(value)
    if isinstance(value, float):
        return bytes((Tok.SINGLE,)) + single_bytes(value)
    if 0 <= value <= 9:
        return bytes((Tok.DIGIT + value,))
    if 0 <= value <= 255:
        return bytes((Tok.BYTE, value))
    return bytes((Tok.INT,)) + (value & 0xFFFF).to_bytes(2, "little")
