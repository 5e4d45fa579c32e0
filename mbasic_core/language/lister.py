"""Stored tokens to the text that LIST and SAVE,A write.

A blank is put in where a word, name or number would otherwise touch the one before; all other blanks are those typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mbasic_core.language.ast import Number
from mbasic_core.language.items import constant_at, data_end
from mbasic_core.language.tokens import FUNCTION_NAMES, SPELLINGS, Tok
from mbasic_core.numeric.format import hex_text, list_text, oct_text

LIST_WIDTH = 255
"""MBASIC's buffer for a listed line: what is longer is not listed."""

_REMARK = bytes((ord(":"), Tok.REM, Tok.QUOTE))
_MARK, _NAME, _WORD = range(3)


def list_line(number: int, tokens: bytes) -> str:
    """A line as LIST prints it, without its line end."""
    return f"{number}{'' if tokens[:1] == b'	' else ' '}{detokenise(tokens)}"


def detokenise(tokens: bytes) -> str:
    """The text of a stored line, as LIST prints it behind the line number. Bytes that mean nothing print nothing."""
    lister = _Lister(tokens)
    while lister.pos < len(tokens):
        lister.step()
    return "".join(lister.out)[:LIST_WIDTH]


@dataclass(slots=True)
class _Lister:
    line: bytes
    pos: int = 0
    out: list[str] = field(default_factory=list)
    last: int = _MARK
    """What was written last; it decides about a blank before the next word."""

    def step(self) -> None:
        line, pos = self.line, self.pos
        byte = line[pos]
        if byte == ord('"'):
            end = line.find(b'"', pos + 1)
            self.raw(len(line) if end < 0 else end + 1)
        elif byte < 0x20 and (constant := constant_at(line, pos)) is not None:
            value, self.pos = constant
            self.name(_number_text(byte, value))
        elif line.startswith(_REMARK, pos):
            self.out.append("'")
            self.pos = pos + len(_REMARK)
            self.raw(len(line))
        elif byte == ord(":") and line[pos + 1 : pos + 2] == bytes((Tok.ELSE,)):
            self.pos += 1  # the colon that was stored before ELSE is not shown
            self.last = _MARK
        elif byte < 0x80:
            self.pos += 1
            if byte == ord(".") or (byte < 0x80 and chr(byte).isalnum()):
                self.name(chr(byte))
            else:
                self.out.append(chr(byte))
                self.last = _MARK
        else:
            self.token(byte)

    def raw(self, end: int) -> None:
        self.out.append(self.line[self.pos : end].decode("latin-1"))
        self.pos = end
        self.last = _MARK

    def name(self, text: str) -> None:
        if self.last == _WORD:
            self.out.append(" ")
        self.out.append(text)
        self.last = _NAME

    def token(self, byte: int) -> None:
        self.pos += 1
        if byte == Tok.FUNCTION:
            spelling = FUNCTION_NAMES.get(self.line[self.pos]) if self.pos < len(self.line) else None
            self.pos += 1
        else:
            spelling = SPELLINGS.get(byte)
        if spelling is None:
            return
        if not spelling[0].isalpha():
            self.out.append(spelling)
            self.last = _MARK
            return
        if self.last != _MARK:
            self.out.append(" ")
        self.out.append(spelling)
        self.last = _MARK if byte in (Tok.FN, Tok.USR, Tok.TAB, Tok.SPC) else _WORD
        if byte == Tok.WHILE and self.line[self.pos : self.pos + 1] == bytes((Tok.PLUS,)):
            self.pos += 1
        elif byte == Tok.REM:
            self.raw(len(self.line))
        elif byte == Tok.DATA:
            self.raw(data_end(self.line, self.pos))


def _number_text(token: int, value: Number) -> str:
    if token == Tok.HEX:
        return "&H" + hex_text(value)
    if token == Tok.OCTAL:
        return "&O" + oct_text(value)
    return list_text(value)
