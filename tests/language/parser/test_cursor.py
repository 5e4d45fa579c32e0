from __future__ import annotations

import pytest

from mbasic_core.language.parser.cursor import Cursor, SyntaxFault
from tests.language.programs import tokens


def test_blanks_tabs_and_line_feeds_are_skipped() -> None:
    cursor = Cursor(b" \t\nA")
    assert cursor.peek() == ord("A")
    assert cursor.pos == 3


def test_letters_of_a_word_may_stand_apart() -> None:
    cursor = Cursor(b"A S,")
    cursor.expect_letters("AS")
    assert cursor.accept(ord(","))
    assert cursor.ended
    with pytest.raises(SyntaxFault):
        cursor.expect_letters("A")


def test_a_suffix_follows_its_name_at_once() -> None:
    assert Cursor(b"AB.1%").name() == ("AB.1", "%")
    assert Cursor(b"AB %").name() == ("AB", "")


def test_numbers() -> None:
    assert Cursor(tokens("1.5")).constant() == 1.5
    assert Cursor(b"1.5").constant() == 1.5
    assert Cursor(b"\x0e\x0a\x00").constant() == 10.0
    assert Cursor(b"\x0e\x0a\x00").line_number() == 10
    assert Cursor(b"\x12").line_number() is None
    assert Cursor(b".").line_or_current() == -1
    assert Cursor(b"\x0e\x0a").constant() is None


def test_skipping_counts_conditions_outside_of_strings_and_constants() -> None:
    cursor = Cursor(b'\x8b"\x8b:"\x0e\x3a\x8b\x8b:A')
    assert cursor.skip_statement() == 2 + 1
    assert cursor.peek() == ord(":")
