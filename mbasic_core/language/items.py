"""What stored lines consist of: characters, words, constants, and the text of DATA."""

from __future__ import annotations

from mbasic_core.language.ast import Number
from mbasic_core.language.tokens import OPERANDS, Tok
from mbasic_core.numeric.mbf import double_value, single_value


def constant_at(line: bytes, pos: int) -> tuple[Number, int] | None:
    """The value of the constant at `pos` and the position after it; None when there is none or the line ends inside it.

    & constants are 16-bit integers; a line number is a non-negative integer.
    """
    token = line[pos]
    size = OPERANDS.get(token)
    if size is None or pos + 1 + size > len(line):
        return None
    operand, end = line[pos + 1 : pos + 1 + size], pos + 1 + size
    if size == 0:
        return token - Tok.DIGIT, end
    if token == Tok.SINGLE:
        return single_value(operand), end
    if token == Tok.DOUBLE:
        return double_value(operand), end
    signed = token in (Tok.OCTAL, Tok.HEX, Tok.INT)
    return int.from_bytes(operand, "little", signed=signed), end


def skip_item(line: bytes, pos: int) -> int:
    """The position after the character, function token or constant at `pos`."""
    token = line[pos]
    if token == Tok.FUNCTION:
        return min(pos + 2, len(line))
    return min(pos + 1 + OPERANDS.get(token, 0), len(line))


def data_end(line: bytes, pos: int) -> int:
    """Where the text of a DATA statement ends: at the first colon outside quotes, or the end of the line."""
    quoted = False
    while pos < len(line) and line[pos] != 0 and (quoted or line[pos] != ord(":")):
        quoted ^= line[pos] == ord('"')
        pos += 1
    return pos
