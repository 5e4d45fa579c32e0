"""Lines and keys on the way in."""

from __future__ import annotations

import io
import os

import pytest

from mbasic_core.cli.keyboard import Keyboard


def test_lines_lose_their_ends_and_nothing_else() -> None:
    keyboard = Keyboard(io.BytesIO(b"one\n two \r\n\n\xff last"))
    assert [keyboard.line() for _ in range(5)] == ["one", " two ", "", "\xff last", None]


def test_a_line_is_read_only_when_asked_for() -> None:
    source, sink = os.pipe()
    with open(source, "rb") as stream, open(sink, "wb", buffering=0) as writer:
        keyboard = Keyboard(stream)
        writer.write(b"first\n")
        assert keyboard.line() == "first"  # would wait for ever if it wanted more than the line
        writer.write(b"second\n")
        assert keyboard.line() == "second"


def test_keys_come_one_by_one_and_enter_is_a_carriage_return() -> None:
    keyboard = Keyboard(io.BytesIO(b"AB\nC"))
    assert [keyboard.keys(1), keyboard.keys(2), keyboard.keys(5), keyboard.keys(1)] == ["A", "B\r", "C", ""]


def test_it_tells_when_it_waits() -> None:
    class Stream(io.BytesIO):
        seen = False

        def readline(self, _size: int | None = -1) -> bytes:
            Stream.seen = keyboard.waiting
            return b"x\n"

    keyboard = Keyboard(Stream())
    assert keyboard.line() == "x"
    assert Stream.seen
    assert not keyboard.waiting


@pytest.mark.parametrize(("typed", "expected"), [("é".encode(), "\xe9"), ("€".encode(), "?"), (b"\xff", "?")])
def test_a_terminal_speaks_its_own_encoding(typed: bytes, expected: str) -> None:
    assert Keyboard(io.BytesIO(typed + b"\n"), encoding="utf-8").line() == expected
