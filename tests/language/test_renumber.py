"""RENUM's line numbers: which bytes of a stored line are one."""

from __future__ import annotations

import random
import time

import pytest

from mbasic_core.language.crunch import crunch
from mbasic_core.language.items import data_end, skip_item
from mbasic_core.language.lister import list_line
from mbasic_core.language.renumber import renumber
from mbasic_core.language.tokens import OPERANDS, Tok

_CHARACTERS = [*b'"": A0\x00\x89\xa6', *[Tok.LINE] * 3, Tok.REM, Tok.DATA, Tok.FUNCTION, *OPERANDS]


def references(line: bytes) -> list[int]:
    """Where a line has line numbers, found item by item."""
    found, place = [], 0
    while place < len(line):
        byte = line[place]
        if byte == ord('"'):
            end = line.find(b'"', place + 1) + 1 or len(line)
        elif byte == Tok.REM:
            end = len(line)
        elif byte == Tok.DATA:
            end = data_end(line, place)
        else:
            end = skip_item(line, place)
            if byte == Tok.LINE and end == place + 3:
                found.append(place)
        place = max(end, place + 1)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_it_sees_the_same_items_as_the_lister(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(300):
        line = bytes(chance.choice(_CHARACTERS) for _ in range(chance.randrange(1, 30)))
        expected = bytearray(line)
        program = {60_000: line}
        for place in references(line):
            target = int.from_bytes(line[place + 1 : place + 3], "little")
            program.setdefault(target, b"") if target < 60_000 else None
        numbers = {old: 10 * turn for turn, old in enumerate(sorted(program), 1)}
        for place in references(line):
            target = int.from_bytes(line[place + 1 : place + 3], "little")
            expected[place + 1 : place + 3] = numbers.get(target, target).to_bytes(2, "little")
        renumbered, _, _ = renumber(program, 10, 0, 10)
        assert renumbered[numbers[60_000]] == bytes(expected), line.hex(" ")


def test_numbers_in_texts_remarks_and_data_stay() -> None:
    line = ' GOTO 5:PRINT "GOTO 5":DATA GOTO 5,"A:GOTO 5":GOSUB 5:X=5:REM GOTO 5'
    program = {5: crunch(line, lambda _: None), 7: crunch(" ON X GOTO 5,7,8", lambda _: None)}
    renumbered, _, unknown = renumber(program, 100, 0, 10)
    expected = line.replace("GOTO 5:P", "GOTO 100:P").replace("SUB 5", "SUB 100")
    assert list_line(100, renumbered[100]) == "100 " + expected
    assert list_line(110, renumbered[110]) == "110  ON X GOTO 100,110,8"
    assert unknown == [(8, 7)]


def test_long_programs_hold_nobody_up() -> None:
    line = crunch(' IF A>7 THEN GOTO 4000 ELSE PRINT "HELLO";A;B*2+C', lambda _: None)
    program = dict.fromkeys(range(1, 5001), line)
    times = []
    for _ in range(5):
        begun = time.thread_time()
        renumber(program, 10, 0, 10)
        times.append(time.thread_time() - begun)
    assert min(times) < 0.02, "5,000 lines took a third of that when this was written"
