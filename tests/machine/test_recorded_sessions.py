"""Lines typed at the original and what its console showed (tests/vectors/sessions.json), typed here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.machine.talk import Talk
from tests.numeric import recorded

ROWS = recorded.rows("sessions")

DEVIATIONS = {
    41: (
        "Division by zero\n-1.701411834604693D+38 Division by zero\n",
        "Division by zero\n 1.701411834604693D+38 Division by zero\n",
    ),
    90: ("Overflow\nSyntax error in 10\nOk\n10 ", "Overflow\n 1.70141E+38 \n 5 \nOk\n"),
}
"""Rows that differ on purpose, counted from 0: what the original showed, what is shown."""


def shown(lines: list[str]) -> str:
    """The console with its echo; the rows were recorded at a width of 255."""
    talk = Talk()
    talk.type("WIDTH 255")
    return "".join(f"{line}\n{talk.type(line)}" for line in lines)


@pytest.mark.parametrize("row", range(len(ROWS)))
def test_the_console_shows_what_was_recorded(row: int) -> None:
    lines, console, end = ROWS[row]
    original, here = DEVIATIONS.get(row, ("", ""))
    assert end == "waits for input"
    assert original in console
    assert shown(lines) == console.replace(original, here, 1)


def test_the_rows_that_differ_are_listed() -> None:
    text = (Path(__file__).parents[2] / "docs" / "numerics.md").read_text(encoding="utf-8")
    assert [int(row) for row in re.findall(r"^\| `sessions` \| (\d+) \|", text, re.MULTILINE)] == list(DEVIATIONS)
