"""What must hold for any line that is entered: it becomes tokens, statements, and again the text that LIST shows."""

from __future__ import annotations

import random
import re

from mbasic_core.errors import BasicError
from mbasic_core.language.crunch import crunch, split_number
from mbasic_core.language.items import skip_item
from mbasic_core.language.lister import LIST_WIDTH, list_line
from mbasic_core.language.parser import parse_line
from mbasic_core.language.tokens import Tok
from tests.language.programs import ignore
from tests.machine.programs import Writer

__all__ = ["check_line", "written_line"]

LONGEST = 240
_LISTABLE = re.compile(
    r"(?! *[0-9.])(?!.*[0-9.!#%] *[%!#] *[0-9.])(?!.*[DE] *[-+]?[0-9 ]*[%!#])(?!.*&[HO]?[0-9A-F ]*[.])[\x20-\x7e]*",
    re.IGNORECASE,
)
"""Lines that LIST shows in a form that can be typed again: digits behind the number would become part of it, constants
that touch (`65%29`, `1E-3%`, `&HF.0`) are listed as others, and characters that are dropped may join what they divided.
"""

_CONSTANTS = {int(Tok.SINGLE): 17, int(Tok.DOUBLE): 49}
"""The bits of a constant that come back for sure: LIST shows 6 and 16 digits."""


def written_line(seed: int) -> str:
    """A line by the grammar of BASIC; one in eight has some characters of it changed."""
    chance = random.Random(seed)
    writer = Writer(chance)
    text = ":".join(writer.statement() for _ in range(chance.choice((1, 1, 2, 3))))[:LONGEST]
    if chance.random() < 0.125:
        characters = list(text)
        for _ in range(chance.choice((1, 2, 5))):
            characters[chance.randrange(len(characters))] = chr(chance.choice((32, 34, 58, chance.randrange(256))))
        text = "".join(characters)
    return text


def check_line(text: str) -> bool:
    """Raises anything but BasicError when a line is not dealt with; returns whether it was listed and read again."""
    try:
        tokens = crunch(text, ignore)
    except BasicError:
        return False
    statements = parse_line(tokens)
    listed = list_line(10, tokens)
    if not _LISTABLE.fullmatch(text) or len(listed) >= LIST_WIDTH:
        return False
    number, rest = split_number(listed)
    assert number == 10, (text, listed)
    again = crunch(rest, ignore)
    assert again == tokens or parse_line(again) == statements or _alike(tokens, again), (text, listed)
    return True


def _alike(tokens: bytes, again: bytes) -> bool:
    """Whether both are the same but for the last digits of constants, which LIST rounds as PRINT does."""
    place = 0
    while len(tokens) == len(again) and place < len(tokens):
        end = skip_item(tokens, place)
        if tokens[place:end] != again[place:end]:
            bits = _CONSTANTS.get(tokens[place], 0)
            if not bits or tokens[place] != again[place]:
                return False
            first, second = (_scaled(line[place + 1 : end]) for line in (tokens, again))
            if abs(first - second) > max(first, second) >> bits:
                return False
        place = end
    return len(tokens) == len(again)


def _scaled(data: bytes) -> int:
    """A constant without its sign as a whole number, large enough to keep all of its bits."""
    mantissa = int.from_bytes(data[:-1], "little") | 1 << 8 * len(data) - 9
    return mantissa << data[-1] if data[-1] else 0
