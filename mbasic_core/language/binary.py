"""Tokenised program files: what SAVE writes without `,A` (first byte FF).

After the first byte each line is a link word, its number (low byte first), its tokens and a zero; a zero link ends the
program. The links are addresses in memory: written as MBASIC 5.21 under CP/M writes them, ignored when read.
"""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.constants import skip_item
from mbasic_core.language.tokens import Tok

FIRST_BYTE = 0xFF
LOAD_ADDRESS = 0x61CA
"""Where the first line lies in the memory of MBASIC 5.21 under a CP/M with 64 KB; links count on from here."""


_VERBATIM = (ord('"'), Tok.DATA, Tok.REM)
"""What begins text in which no byte is a constant."""


def encode(program: dict[int, bytes]) -> bytes:
    """The tokenised file of a program (line number to tokens)."""
    out, address = bytearray((FIRST_BYTE,)), LOAD_ADDRESS
    for number in sorted(program):
        tokens = program[number]
        address += len(tokens) + 5
        out += (address & 0xFFFF or 1).to_bytes(2, "little") + number.to_bytes(2, "little") + tokens + b"\0"
    return bytes(out + b"\0\0")


def decode(data: bytes) -> dict[int, bytes]:
    """The program in a tokenised file; a file cut short gives the lines that are whole.

    Raises BasicError Bad file mode when the file does not begin with FF.
    """
    if data[:1] != bytes((FIRST_BYTE,)):
        raise BasicError(ErrorCode.BAD_FILE_MODE)
    program: dict[int, bytes] = {}
    pos = 1
    while data[pos : pos + 2] not in (b"\0\0", b"\0", b""):
        start = pos + 4
        end = _line_end(data, start)
        if end >= len(data):
            break
        program[int.from_bytes(data[pos + 2 : pos + 4], "little")] = data[start:end]
        pos = end + 1
    return dict(sorted(program.items()))


def _line_end(data: bytes, pos: int) -> int:
    """Where the final zero of a line is; a zero inside of a constant is none."""
    while pos < len(data) and data[pos] != 0:
        pos = _text_end(data, pos) if data[pos] in _VERBATIM else skip_item(data, pos)
    return pos


def _text_end(data: bytes, pos: int) -> int:
    end = data.find(b"\0", pos)
    end = len(data) if end < 0 else end
    if data[pos] == ord('"'):
        closing = data.find(b'"', pos + 1, end)
        return end if closing < 0 else closing + 1
    if data[pos] == Tok.REM:
        return end
    quoted = False
    while pos < end and (quoted or data[pos] != ord(":")):
        quoted ^= data[pos] == ord('"')
        pos += 1
    return pos
