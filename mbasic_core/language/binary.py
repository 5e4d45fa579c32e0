"""Tokenised program files: what SAVE writes without `,A` (first byte FF), and with `,P` (first byte FE, enciphered).

After the first byte each line is a link word, its number (low byte first), its tokens and a zero; a zero link ends the
program. The links are addresses in memory: written as MBASIC 5.21 under CP/M writes them, ignored when read.
"""

from __future__ import annotations

from collections.abc import Iterator

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.items import data_end, skip_item
from mbasic_core.language.tokens import Tok

FIRST_BYTE = 0xFF
PROTECTED_BYTE = 0xFE
LOAD_ADDRESS = 0x61CA
"""Where the first line lies in the memory of MBASIC 5.21 under a CP/M with 64 KB; links count on from here."""


_KEY_13 = bytes.fromhex("fbd71e866526998758342387e1")
"""Coefficients of the original's SIN and ATN serve as keys; found, and proved, with a file that it saved."""
_KEY_11 = bytes.fromhex("4ad73b78026e847bfec12f")
_VERBATIM = (ord('"'), Tok.DATA, Tok.REM)
"""What begins text in which no byte is a constant."""


def encode(program: dict[int, bytes], *, protected: bool = False) -> bytes:
    """The tokenised file of a program (line number to tokens), enciphered when `protected`."""
    out, address = bytearray(), LOAD_ADDRESS
    for number in sorted(program):
        tokens = program[number]
        address += len(tokens) + 5
        out += (address & 0xFFFF or 1).to_bytes(2, "little") + number.to_bytes(2, "little") + tokens + b"\0"
    out += b"\0\0"
    if protected:
        return bytes((PROTECTED_BYTE,)) + _encipher(out)
    return bytes((FIRST_BYTE,)) + bytes(out)


def is_protected(data: bytes) -> bool:
    """Whether a file was saved with `,P`."""
    return data[:1] == bytes((PROTECTED_BYTE,))


def decode(data: bytes) -> dict[int, bytes]:
    """The program in a tokenised file, protected or not; a file cut short gives the lines that are whole.

    Raises BasicError Bad file mode when the file begins with neither FF nor FE.
    """
    if data[:1] not in (bytes((FIRST_BYTE,)), bytes((PROTECTED_BYTE,))):
        raise BasicError(ErrorCode.BAD_FILE_MODE)
    lines = _decipher(data[1:]) if is_protected(data) else data[1:]
    program: dict[int, bytes] = {}
    pos = 0
    while lines[pos : pos + 2] not in (b"\0\0", b"\0", b""):
        start = pos + 4
        end = _line_end(lines, start)
        if end >= len(lines):
            break
        program[int.from_bytes(lines[pos + 2 : pos + 4], "little")] = lines[start:end]
        pos = end + 1
    return dict(sorted(program.items()))


def _encipher(data: bytes | bytearray) -> bytes:
    return bytes((((byte - down13) ^ key) + down11) & 0xFF for byte, (down13, down11, key) in _keyed(data))


def _decipher(data: bytes) -> bytes:
    return bytes((((byte - down11) & 0xFF ^ key) + down13) & 0xFF for byte, (down13, down11, key) in _keyed(data))


def _keyed(data: bytes | bytearray) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Each byte with two counters that run down from 13 and 11, and the keys at these places, combined."""
    for index, byte in enumerate(data):
        down13, down11 = 13 - index % 13, 11 - index % 11
        yield byte, (down13, down11, _KEY_13[down13 - 1] ^ _KEY_11[down11 - 1])


def _line_end(data: bytes, pos: int) -> int:
    """Where the final zero of a line is; a zero inside of a constant is none."""
    while pos < len(data) and data[pos] != 0:
        pos = _text_end(data, pos) if data[pos] in _VERBATIM else skip_item(data, pos)
    return pos


def _text_end(data: bytes, pos: int) -> int:
    if data[pos] == Tok.DATA:
        return data_end(data, pos)
    end = data.find(b"\0", pos)
    end = len(data) if end < 0 else end
    closing = data.find(b'"', pos + 1, end) if data[pos] == ord('"') else -1
    return end if closing < 0 else closing + 1
