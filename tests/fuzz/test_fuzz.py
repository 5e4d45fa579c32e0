"""A share of the fuzzing that `nox -s soak` does at length, and everything that it ever found."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.language.crunch import crunch
from mbasic_core.language.lister import detokenise
from mbasic_core.language.parser import parse_line
from tests.chance import seeds
from tests.fuzz.breakpoints import check_breakpoints
from tests.fuzz.lines import check_line, written_line
from tests.fuzz.machines import check_program, check_text
from tests.fuzz.memory import check_memory
from tests.language.programs import ignore

CORPUS = sorted(Path(__file__).with_name("corpus").iterdir())


@pytest.mark.chance
def test_lines_by_the_grammar() -> None:
    tried = [check_line(written_line(seed)) for seed in seeds(3_000)]
    assert sum(tried) > 0.8 * len(tried)


@pytest.mark.chance
def test_programs_by_the_grammar() -> None:
    assert all(check_program(seed) for seed in seeds(400))


@pytest.mark.chance
def test_programs_with_breakpoints() -> None:
    stops = [check_breakpoints(seed) for seed in seeds(150)]
    assert sum(stops) > 0.5 * len(stops)


@pytest.mark.chance
def test_programs_that_look_at_memory() -> None:
    assert all(check_memory(seed) for seed in seeds(150))


@given(st.text(st.characters(max_codepoint=255), max_size=255))
def test_any_line(text: str) -> None:
    assert check_line(text) in (True, False)


@given(st.binary(max_size=300))
def test_any_tokens(data: bytes) -> None:
    assert isinstance(parse_line(data), tuple)
    assert len(detokenise(data)) <= 255


@given(st.text(st.sampled_from("0123456789.&HOED+-%!#() A=:"), max_size=40))
def test_lines_of_numbers(text: str) -> None:
    assert check_line(f"A={text}") in (True, False)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_was_found_before(path: Path) -> None:
    data = path.read_bytes()
    text = data.decode("latin-1")
    for line in text.split("\n"):
        check_line(line)
    parse_line(data)
    assert check_text(text, random.Random(path.name)) >= 0
    assert detokenise(crunch("PRINT", ignore)) == "PRINT"
