"""Line ends and characters on the way out."""

from __future__ import annotations

import io

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


def test_a_terminal_gets_its_own_encoding() -> None:
    stream = io.BytesIO()
    Screen(stream, encoding="utf-8").write("\xe9")
    assert stream.getvalue() == b"\xc3\xa9"


def test_a_character_that_a_terminal_has_not_is_replaced() -> None:
    stream = io.BytesIO()
    Screen(stream, encoding="ascii").write("\xe9!")
    assert stream.getvalue() == b"?!"
