"""Tokenised program files: what SAVE writes without `,A` (first byte FF), and with `,P` (first byte FE, enciphered).

After the first byte each line is a link word, its number (low byte first), its tokens and a zero; a zero link ends the
program. The links are addresses in memory: written as MBASIC 5.21 under CP/M writes them, ignored when read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.tokens import OPERANDS, Tok

FIRST_BYTE = 0xFF
PROTECTED_BYTE = 0xFE
LOAD_ADDRESS = 0x61CA
"""Where the first line lies in the memory of MBASIC 5.21 under a CP/M with 64 KB; links count on from here."""


_KEY_13 = bytes.fromhex("fbd71e866526998758342387e1")
"""Coefficients of the original's SIN and ATN serve as keys; found, and proved, with a file that it saved."""
_KEY_11 = bytes.fromhex("4ad73b78026e847bfec12f")
_PERIOD = 13 * 11
"""Bytes after which the keys, and the counters that choose them, begin anew."""
_BYTES = bytes(range(256))
_LONGEST = 4_096
"""Bytes of a line: the 255 characters of one that was typed become a third of that at most."""


def _line_pattern() -> re.Pattern[bytes]:
    """A line up to its final zero: characters, constants (a zero in one does not end it), text that is not tokens."""
    sizes = dict(OPERANDS) | {Tok.FUNCTION: 1}
    apart = {0, ord('"'), Tok.DATA, Tok.REM, *(token for token, size in sizes.items() if size)}
    quoted = rb'"[^"\0]*+"?'
    items = [b"[^" + re.escape(bytes(apart)) + b"]", quoted, re.escape(bytes([Tok.REM])) + rb"[^\0]*+"]
    items.append(re.escape(bytes([Tok.DATA])) + rb'(?:[^":\0]|' + quoted + b")*+")
    items += [re.escape(bytes([token])) + b".{0,%d}+" % size for token, size in sizes.items() if size]
    return re.compile(b"(?:" + b"|".join(items) + b")*+", re.DOTALL)


_LINE = _line_pattern()


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


def is_tokenised(data: bytes) -> bool:
    """Whether a program file is not text."""
    return data[:1] in (bytes((FIRST_BYTE,)), bytes((PROTECTED_BYTE,)))


def is_protected(data: bytes) -> bool:
    """Whether a file was saved with `,P`."""
    return data[:1] == bytes((PROTECTED_BYTE,))


def decode(data: bytes, *, room: int | None = None) -> dict[int, bytes]:
    """The program in a tokenised file, protected or not; a file cut short gives the lines that are whole.

    Raises BasicError: Bad file mode when the file begins with neither FF nor FE, Out of memory when it goes on after
    `room` bytes, Line buffer overflow for a line that no BASIC can have made.
    """
    if not is_tokenised(data):
        raise BasicError(ErrorCode.BAD_FILE_MODE)
    most = len(data) if room is None else room + 3
    lines = _decipher(data[1:most]) if is_protected(data) else data[1:most]
    program: dict[int, bytes] = {}
    pos = 0
    while lines[pos : pos + 2] not in (b"\0\0", b"\0", b""):
        start = pos + 4
        found = _LINE.match(lines, start)
        end = found.end() if found else start
        if end - start > _LONGEST:
            raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW)
        if end >= len(lines):
            break
        program[int.from_bytes(lines[pos + 2 : pos + 4], "little")] = lines[start:end]
        pos = end + 1
    if len(data) > most and lines[pos : pos + 2] != b"\0\0":
        raise BasicError(ErrorCode.OUT_OF_MEMORY)
    return dict(sorted(program.items()))


def _encipher(data: bytes | bytearray) -> bytes:
    """Less a counter that runs down from 13, combined with the keys, more a counter that runs down from 11."""
    return _keyed(data, lambda down13, down11, key: _shift(-down13).translate(_combine(key)).translate(_shift(down11)))


def _decipher(data: bytes) -> bytes:
    return _keyed(data, lambda down13, down11, key: _shift(-down11).translate(_combine(key)).translate(_shift(down13)))


def _keyed(data: bytes | bytearray, table: Callable[[int, int, int], bytes]) -> bytes:
    """The bytes as the table for their place makes them, of the two counters there and of the keys that they choose."""
    out = bytearray(data)
    for index in range(min(_PERIOD, len(data))):
        down13, down11 = 13 - index % 13, 11 - index % 11
        key = _KEY_13[down13 - 1] ^ _KEY_11[down11 - 1]
        out[index::_PERIOD] = out[index::_PERIOD].translate(table(down13, down11, key))
    return bytes(out)


def _shift(by: int) -> bytes:
    return _BYTES[by:] + _BYTES[:by]


def _combine(key: int) -> bytes:
    return bytes(byte ^ key for byte in _BYTES)
