"""The example programs: each is played to its end, and the list of them is in order."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from mbasic_core import examples
from mbasic_core.examples import EXAMPLES, Example
from mbasic_core.language import ast
from mbasic_core.language.crunch import crunch, split_number
from mbasic_core.language.items import skip_item
from mbasic_core.language.parser import parse_line
from mbasic_core.language.tokens import FUNCTION_NAMES, SPELLINGS, Tok
from mbasic_core.machine import Machine, NeedLine, Output, Ready, SliceSpent
from mbasic_core.runtime.disk import StateDisk, file_name
from tests.chance import seeds
from tests.examples.play import play, script_of, transcript_of

PROGRAMS = [name for example in EXAMPLES for name in (example.name, *example.parts)]
FOLDER = Path(examples.__file__).parent


def lines_of(name: str) -> list[tuple[int, bytes]]:
    """Number and tokens of each line."""
    found = []
    for line in examples.text(name).splitlines():
        number, rest = split_number(line)
        assert number is not None
        found.append((number, crunch(rest, lambda _: None)))
    return found


def words_of(tokens: bytes) -> set[str]:
    """The keywords in a line's tokens."""
    words: set[str] = set()
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token in (Tok.REM, Tok.DATA):
            return words | {SPELLINGS[token]}
        if token == ord('"'):
            place = tokens.find(b'"', place + 1) + 1 or len(tokens)
            continue
        if token == Tok.FUNCTION:
            words.add(FUNCTION_NAMES[tokens[place + 1]])
        elif token in SPELLINGS:
            words.add(SPELLINGS[token])
        place = skip_item(tokens, place)
    return words


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_runs_to_its_end(example: Example) -> None:
    played = play(example, script_of(example.name))
    assert played.shown == transcript_of(example.name).read_text(encoding="ascii")
    assert isinstance(played.rest, Ready)
    assert played.left == []
    assert played.shown.endswith("\nOk\n")
    assert not re.search(r"^\w.* in \d+$", played.shown, re.MULTILINE)


@pytest.mark.chance
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_restart_in_the_middle_of_an_example_is_not_seen(example: Example) -> None:
    for seed in seeds(1):
        played = play(example, script_of(example.name), cuts=random.Random(f"{example.name} {seed}"))
        assert played.shown == transcript_of(example.name).read_text(encoding="ascii")


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_text_is_what_list_shows(name: str) -> None:
    machine = Machine()
    machine.load_program(examples.text(name))
    assert machine.program_text() == examples.text(name)


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_in_it_is_bad_syntax(name: str) -> None:
    assert [
        number for number, tokens in lines_of(name) if any(isinstance(s, ast.Bad) for s in parse_line(tokens))
    ] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_a_page_or_two(example: Example) -> None:
    lines = [line for name in (example.name, *example.parts) for line in examples.text(name).splitlines()]
    assert 50 <= len(lines) <= 300
    assert max(map(len, lines)) <= 255
    assert re.match(r"10 REM .", lines[0])


def test_the_list_is_complete_and_its_names_fit_the_disk() -> None:
    assert sorted(PROGRAMS) == sorted(path.stem for path in FOLDER.glob("*.bas"))
    assert len(PROGRAMS) == len(set(PROGRAMS))
    assert len(EXAMPLES) == 30
    for name in PROGRAMS:
        assert file_name(f"{name}.bas") == f"{name.upper()}.BAS"


def test_titles_and_lines_about_them() -> None:
    assert {example.area for example in EXAMPLES} == set(examples.AREAS)
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES)
    for example in EXAMPLES:
        assert example.about.endswith(".")
        assert len(example.about) <= 80


def test_a_name_that_is_none_of_them() -> None:
    with pytest.raises(KeyError):
        examples.text("../__init__")


def test_an_example_that_chains_brings_the_other_program() -> None:
    [order] = [example for example in EXAMPLES if example.parts]
    assert list(examples.disk(order)) == ["ORDERPR.BAS"]
    assert examples.disk(order)["ORDERPR.BAS"].startswith(b"10 REM ORDERPR: ")
    assert examples.disk(order)["ORDERPR.BAS"].endswith(b"\r\n")


def test_together_they_show_most_of_the_language() -> None:
    used = {word for name in PROGRAMS for _, tokens in lines_of(name) for word in words_of(tokens)}
    assert used >= {
        "CHAIN", "CLOSE", "COMMON", "CVD", "CVI", "CVS", "DATA", "DEF", "DEFDBL", "DEFINT", "DEFSNG", "DEFSTR", "DIM",
        "END", "EOF", "ERASE", "ERL", "ERR", "ERROR", "FIELD", "FN", "GET", "HEX$", "INKEY$", "INSTR", "KILL", "LINE",
        "LOF", "LSET", "MID$", "MKD$", "MKI$", "MKS$", "NAME", "OCT$", "ON", "OPEN", "OPTION", "POS", "PUT",
        "RANDOMIZE", "READ", "RESTORE", "RESUME", "RND", "RSET", "SPC(", "STRING$", "SWAP", "TAB(", "USING", "WEND",
        "WHILE", "WIDTH", "WRITE", "XOR",
    }  # fmt: skip


def test_the_night_watch_hears_keys_that_are_pressed_in_time() -> None:
    watch = next(example for example in EXAMPLES if example.name == "watch")
    machine = Machine(disk=StateDisk())
    machine.load_program(examples.text(watch.name))
    machine.feed_line("RUN")
    answers = ["500", "4"]
    shown = ""
    while True:
        events = machine.advance(20)
        shown += "".join(event.text for event in events if isinstance(event, Output))
        if isinstance(events[-1], NeedLine):
            machine.feed_line(answers.pop(0))
        elif isinstance(events[-1], SliceSpent):
            if shown.endswith("."):  # a hundred looks are done: the screen waits
                spot = re.findall(r"o'clock  (?:spot|all) (\w)", shown)[-1]
                machine.feed_keys(spot.lower() if spot != "q" else "")
        else:
            break
    assert isinstance(events[-1], Ready)
    assert "Caught  9   lost  0   false alarms  0\r\n" in shown
    assert "The captain shakes your hand.\r\n" in shown
