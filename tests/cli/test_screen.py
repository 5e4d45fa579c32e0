"""Line ends and characters on the way out."""

from __future__ import annotations

import io
from typing import Any

import pytest

from mbasic_core.cli.screen import Screen


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["A\r\nB\r\n"], b"A\nB\n"),
        (["A\r", "\nB"], b"A\nB"),
        (["A\rB"], b"A\rB"),
        (["A\r", "B"], b"A\rB"),
        (["A\nB"], b"A\nB"),
        (["A\r\r\n"], b"A\r\n"),
        (["A\r"], b"A\r"),
        (["\x00\x07\xff"], b"\x00\x07\xff"),
    ],
)
def test_only_cr_lf_becomes_lf(pieces: list[str], expected: bytes) -> None:
    stream = io.BytesIO()
    screen = Screen(stream)
    for piece in pieces:
        screen.write(piece)
    screen.flush()
    assert stream.getvalue() == expected


def test_a_line_end_may_come_in_two_pieces_with_a_flush_between() -> None:
    stream = io.BytesIO()
    screen = Screen(stream)
    screen.write("A\r")
    screen.flush(midway=True)
    assert stream.getvalue() == b"A"
    screen.write("\nB\r")
    screen.flush()
    assert stream.getvalue() == b"A\nB\r"


def test_a_stream_that_takes_little_at_a_time_gets_everything() -> None:
    class Reluctant(io.BytesIO):
        def write(self, data: Any) -> int:
            return super().write(data[:2])

    stream = Reluctant()
    Screen(stream).write("HELLO")
    assert stream.getvalue() == b"HELLO"


def test_a_terminal_gets_its_own_encoding() -> None:
    stream = io.BytesIO()
    Screen(stream, encoding="utf-8").write("\xe9")
    assert stream.getvalue() == b"\xc3\xa9"


def test_a_character_that_a_terminal_has_not_is_replaced() -> None:
    stream = io.BytesIO()
    Screen(stream, encoding="ascii").write("\xe9!")
    assert stream.getvalue() == b"?!"
