"""Programs of the original MBASIC, and how to tokenise a text."""

from __future__ import annotations

from pathlib import Path

from mbasic_core.errors import ErrorCode
from mbasic_core.language.crunch import crunch, split_number

GOLDEN = Path(__file__).parents[1] / "golden"


def ignore(_code: ErrorCode) -> None:
    """What an overflow in a constant says is not the subject here."""


def tokens(text: str) -> bytes:
    return crunch(text, ignore)


def typed(text: str) -> dict[int, bytes]:
    """The program that the numbered lines of a text make."""
    program: dict[int, bytes] = {}
    for line in text.splitlines():
        number, rest = split_number(line)
        if number is not None:
            program[number] = tokens(rest)
    return program
