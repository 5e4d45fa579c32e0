"""String functions that are more than a slice. A string is text of characters 0-255, at most 255 long."""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric import mbf

__all__ = [
    "CHARACTERS",
    "LONGEST",
    "ascii_code",
    "cvd",
    "cvi",
    "cvs",
    "instr",
    "mkd",
    "mki",
    "mks",
    "replace_by_itself",
    "replace_middle",
]

LONGEST = 255
CHARACTERS = tuple(chr(code) for code in range(256))


def ascii_code(text: str) -> int:
    """ASC; of an empty string: Illegal function call."""
    if not text:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    return ord(text[0])


def instr(start: int, text: str, wanted: str) -> int:
    """INSTR: the place of `wanted` at or behind `start` (1 is the first), 0 when there is none."""
    if start > len(text):
        return 0
    return text.find(wanted, start - 1) + 1


def replace_middle(old: str, start: int, length: int, new: str) -> str:
    """What MID$(old, start, length) = new leaves in the variable: never longer or shorter than before."""
    if not length and 1 <= start <= LONGEST:
        return old
    if not 1 <= start <= LONGEST or start > len(old) or not 0 <= length <= LONGEST:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    count = min(length, len(new), len(old) - start + 1)
    return old[: start - 1] + new[:count] + old[start - 1 + count :]


def replace_by_itself(old: str, start: int, length: int) -> str:
    """What MID$(A$, start, length) = A$ leaves: each character comes from where one was already put."""
    before = old[: max(0, start - 1)]
    return replace_middle(old, start, length, (before * len(old))[: len(old)] or old)


def _bytes(text: str, size: int) -> bytes:
    if len(text) < size:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    return text[:size].encode("latin-1")


def cvi(text: str) -> int:
    """The integer that the first 2 characters hold; raises Illegal function call when there are fewer."""
    return int.from_bytes(_bytes(text, 2), "little", signed=True)


def cvs(text: str) -> float:
    """The single that the first 4 characters hold; raises as `cvi`."""
    return mbf.single_value(_bytes(text, 4))


def cvd(text: str) -> tuple[int, int]:
    """The double that the first 8 characters hold; raises as `cvi`."""
    return mbf.double_value(_bytes(text, 8))


def mki(value: int) -> str:
    """The 2 bytes of an integer, low byte first, as characters."""
    return value.to_bytes(2, "little", signed=True).decode("latin-1")


def mks(value: float) -> str:
    """The 4 bytes of a single in memory, as characters."""
    return mbf.single_bytes(value).decode("latin-1")


def mkd(value: tuple[int, int]) -> str:
    """The 8 bytes of a double in memory, as characters."""
    return mbf.double_bytes(value).decode("latin-1")
