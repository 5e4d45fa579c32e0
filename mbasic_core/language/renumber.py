"""RENUM: new line numbers, and every line number in the program that names an old one."""

from __future__ import annotations

import re

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.tokens import OPERANDS, Tok

__all__ = ["renumber"]

HIGHEST = 65529


def _reference() -> re.Pattern[bytes]:
    """What comes before the next line number of a stored line, and its two bytes.

    Passed over are texts, remarks, DATA (see items.data_end), function tokens and constants, whose bytes mean nothing.
    One pattern, since 5,000 lines are renumbered in one turn.
    """
    sizes = {size: bytes(token for token in OPERANDS if OPERANDS[token] == size) for size in set(OPERANDS.values())}
    sizes = {size: tokens.replace(bytes((Tok.LINE,)), b"") for size, tokens in sizes.items() if size}
    special = re.escape(b'"' + bytes((Tok.REM, Tok.DATA, Tok.FUNCTION, Tok.LINE)) + b"".join(sizes.values()))
    passed = [
        b"[^%b]++" % special,
        b'"[^"]*+"?',
        b"%b.*+" % re.escape(bytes((Tok.REM,))),
        b'%b(?:[^":\\0]|"[^"\\0]*+"?)*+' % re.escape(bytes((Tok.DATA,))),
        b"%b.?" % re.escape(bytes((Tok.FUNCTION,))),
        *[b"[%b].{0,%d}" % (re.escape(tokens), size) for size, tokens in sizes.items()],
    ]
    return re.compile(b"(?:%b)*+%b(..)" % (b"|".join(passed), re.escape(bytes((Tok.LINE,)))), re.DOTALL)


_REFERENCE = _reference()


def renumber(
    program: dict[int, bytes], new: int, old: int, step: int
) -> tuple[dict[int, bytes], dict[int, int], list[tuple[int, int]]]:
    """The program with the lines from `old` on numbered `new`, `new + step`, ...; what each line's number was and is;
    and (unknown number, line) pairs.

    The pairs are what RENUM prints as `Undefined line 30 in 110`, with the numbers that lines had before. Raises
    Illegal function call when the order of lines would change or a number would be above 65529 (BASIC-80 Reference
    Manual, RENUM).
    """
    if not step:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    moved = [number for number in sorted(program) if number >= old]
    kept = [number for number in program if number < old]
    if (moved and new + step * (len(moved) - 1) > HIGHEST) or (kept and new <= max(kept)):
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    numbers = {number: number for number in kept} | {number: new + step * i for i, number in enumerate(moved)}
    renumbered: dict[int, bytes] = {}
    unknown: list[tuple[int, int]] = []
    for number in sorted(program):
        tokens = program[number]
        tokens, missing = _line(tokens, numbers) if Tok.LINE in tokens else (tokens, [])
        renumbered[numbers[number]] = tokens
        unknown += [(target, number) for target in missing]
    return renumbered, numbers, unknown


def _line(tokens: bytes, numbers: dict[int, int]) -> tuple[bytes, list[int]]:
    out: list[bytes] = []
    missing: list[int] = []
    place = 0
    while found := _REFERENCE.match(tokens, place):
        target = int.from_bytes(found[1], "little")
        if target in numbers:
            out += tokens[place : found.start(1)], numbers[target].to_bytes(2, "little")
        else:
            if target or not _error_off(tokens, found.start(1) - 1):
                missing.append(target)
            out.append(found[0])
        place = found.end()
    return b"".join(out) + tokens[place:], missing


def _error_off(tokens: bytes, place: int) -> bool:
    """Whether the 0 at `place` belongs to ON ERROR GOTO 0 or RESUME 0, which name no line."""
    before = tokens[:place].rstrip(b" ")
    return before.endswith(bytes((Tok.RESUME,))) or (
        before.endswith(bytes((Tok.GOTO,))) and bytes((Tok.ERROR,)) in before
    )
