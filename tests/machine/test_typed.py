"""A typed line, key by key (BASIC-80 Reference Manual 5.21, section 1.5)."""

from __future__ import annotations

import pytest

from mbasic_core.machine import Echo, Machine, Output
from mbasic_core.machine.typed import read


@pytest.mark.parametrize(
    ("keys", "text", "shown"),
    [
        ("PRINT 1", "PRINT 1", "PRINT 1"),
        ("", "", ""),
        ("AB\bC", "AC", "AB\b \bC"),
        ("\b\bA", "A", "A"),
        ("ABC\x7f\x7fX", "AX", "ABC\\CB\\X"),
        ("AB\x7f", "A", "AB\\B\\"),
        ("\x7fA", "A", "A"),
        ("A\x7f\x7fB", "B", "A\\A\\\r\nB"),
        ("AB\x15C", "C", "AB^U\r\nC"),
        ("AB\x18C", "C", "AB#\r\nC"),
        ("AB\x12C", "ABC", "AB\r\nABC"),
        ("A\tB\a", "A\tB\a", "A\tB\a"),
        ("A\nB", "A\nB", "A\n\rB"),
        ("\nA", "A", "A"),
        ("A\n\rB", "A\nB", "A\n\rB"),
        ("A\rB", "A B", "A B"),
        ("A\x00\x02\x13\x1bB", "AB", "AB"),
        ("\xe9", "\xe9", "\xe9"),
        ("x" * 257, "x" * 255, "x" * 255 + "\a\a"),
        ("x" * 256 + "\by", "x" * 254 + "y", "x" * 255 + "\a\b \by"),
    ],
)
def test_what_is_in_the_line_and_what_is_shown(keys: str, text: str, shown: str) -> None:
    line = read(keys)
    assert (line.text, "".join(piece for piece, _ in line.shown)) == (text, shown)
    assert (line.keys, line.mutes) == (None, 0)


def test_marks_of_the_machine_are_told_from_keys() -> None:
    assert read("AB\x15C").shown == [("AB", True), ("^U\r\n", False), ("C", True)]
    machine = Machine()
    machine.feed_line("AB\x15C")
    machine.feed_line("")
    events = machine.advance(100)
    assert [event for event in events if isinstance(event, Echo | Output)][:3] == [
        Echo("AB"),
        Output("^U\r\n"),
        Echo("C\r\n"),
    ]


def test_behind_ctrl_a_the_keys_are_for_edit() -> None:
    line = read("AB\x01IX\x15")
    assert (line.text, line.keys) == ("AB", "IX\x15\r")


def test_ctrl_o_is_counted() -> None:
    assert (read("A\x0fB\x0f").mutes, read("A\x0fB").text) == (2, "AB")
