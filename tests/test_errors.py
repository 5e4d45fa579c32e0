"""The table of errors, number by number: as recorded, and four as the manual's appendix has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbasic_core.errors import MESSAGES, BasicError, ErrorCode, message
from tests.machine.talk import Talk

GOLDEN = Path(__file__).parent / "golden"
RECORDED = {int(path.stem[6:]): path for path in GOLDEN.glob("errors/error_[0-9][0-9].out")}
FROM_THE_MANUAL = {14: "Out of string space", 51: "Internal error", 58: "File already exists", 61: "Disk full"}


@pytest.mark.parametrize("number", range(1, 256))
def test_err_answers_the_number_and_untrapped_it_prints_its_message(number: int) -> None:
    talk = Talk(f"10 ON ERROR GOTO 30\n20 ERROR {number}\n30 PRINT ERR;ERL:ON ERROR GOTO 0", edits_errors=False)
    assert talk.type("RUN") == f" {number}  20 \n{MESSAGES.get(number, 'Unprintable error')} in 20\nOk\n"


@pytest.mark.parametrize("number", RECORDED)
def test_a_message_is_what_the_original_printed(number: int) -> None:
    printed = RECORDED[number].read_text(encoding="latin-1").splitlines()[1]
    assert printed == f"{message(number)} in 20"


def test_a_message_is_recorded_somewhere_or_the_manuals() -> None:
    recorded = "\n".join(path.read_text(encoding="latin-1") for path in GOLDEN.rglob("*.out"))
    assert {number: text for number, text in MESSAGES.items() if text not in recorded} == FROM_THE_MANUAL


def test_every_number_with_a_message_has_a_name() -> None:
    assert {int(code) for code in ErrorCode} == set(MESSAGES)


@pytest.mark.parametrize("number", [0, 256, -1])
def test_other_numbers_are_no_errors(number: int) -> None:
    assert Talk().type(f"ERROR {number}") == "Illegal function call\nOk\n"


def test_an_error_says_its_message_and_keeps_its_number() -> None:
    error = BasicError(ErrorCode.OUT_OF_DATA)
    assert (str(error), error.code, type(error.code)) == ("Out of DATA", 4, int)
