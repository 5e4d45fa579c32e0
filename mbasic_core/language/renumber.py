"""RENUM: new line numbers, and every line number in the program that names an old one."""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.items import data_end, skip_item
from mbasic_core.language.tokens import Tok

__all__ = ["renumber"]

HIGHEST = 65529


def renumber(
    program: dict[int, bytes], new: int, old: int, step: int
) -> tuple[dict[int, bytes], list[tuple[int, int]]]:
    """The program with the lines from `old` on numbered `new`, `new + step`, ...; and (unknown number, line) pairs.

    The pairs are what RENUM prints as `Undefined line 30 in 110`, with new line numbers. Raises Illegal function call
    when the order of lines would change or a number would be above 65529 (BASIC-80 Reference Manual, RENUM).
    """
    if not step:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    moved = [number for number in sorted(program) if number >= old]
    kept = [number for number in program if number < old]
    if moved and (new + step * (len(moved) - 1) > HIGHEST or (kept and new <= max(kept))):
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    numbers = {number: number for number in kept} | {number: new + step * i for i, number in enumerate(moved)}
    renumbered: dict[int, bytes] = {}
    unknown: list[tuple[int, int]] = []
    for number in sorted(program):
        tokens = program[number]
        tokens, missing = _line(tokens, numbers) if Tok.LINE in tokens else (tokens, [])
        renumbered[numbers[number]] = tokens
        unknown += [(target, numbers[number]) for target in missing]
    return renumbered, unknown


def _line(tokens: bytes, numbers: dict[int, int]) -> tuple[bytes, list[int]]:
    out = bytearray()
    missing: list[int] = []
    place = 0
    while place < len(tokens):
        byte = tokens[place]
        if byte == ord('"'):
            end = tokens.find(b'"', place + 1) + 1 or len(tokens)
        elif byte == Tok.REM:
            end = len(tokens)
        elif byte == Tok.DATA:
            end = data_end(tokens, place)
        else:
            end = skip_item(tokens, place)
        if byte == Tok.LINE and end == place + 3:
            target = int.from_bytes(tokens[place + 1 : end], "little")
            if target in numbers:
                out += bytes((byte,)) + numbers[target].to_bytes(2, "little")
            else:
                if target or not _error_off(tokens, place):
                    missing.append(target)
                out += tokens[place:end]
        else:
            out += tokens[place:end]
        place = max(end, place + 1)
    return bytes(out), missing


def _error_off(tokens: bytes, place: int) -> bool:
    """Whether the 0 at `place` belongs to ON ERROR GOTO 0 or RESUME 0, which name no line."""
    before = tokens[:place].rstrip(b" ")
    return before.endswith(bytes((Tok.RESUME,))) or (
        before.endswith(bytes((Tok.GOTO,))) and bytes((Tok.ERROR,)) in before
    )
