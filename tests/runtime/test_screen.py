"""The cursor's column, zones and line width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.runtime.screen import Screen
from mbasic_core.runtime.state import State


def screen_of(width: int = 80, column: int = 0) -> tuple[Screen, State]:
    state = State(width=width, column=column)
    return Screen(state), state


def shown(screen: Screen) -> str:
    return "".join(screen.out).replace("\r\n", "\n")


def test_an_item_that_does_not_fit_begins_a_new_line() -> None:
    screen, state = screen_of(10, 8)
    screen.put("abc")
    assert shown(screen) == "\nabc"
    assert state.column == 3


def test_an_item_longer_than_a_line_is_broken_at_the_width() -> None:
    screen, state = screen_of(4)
    screen.put("abcdefgh")
    assert shown(screen) == "abcd\nefgh"
    assert state.column == 4


def test_a_full_line_breaks_when_the_next_character_comes() -> None:
    screen, _ = screen_of(3)
    screen.write("abc")
    assert shown(screen) == "abc"
    screen.write("d")
    assert shown(screen) == "abc\nd"


def test_width_255_never_breaks() -> None:
    screen, state = screen_of(255)
    screen.put("x" * 200)
    screen.put("x" * 200)
    assert "\n" not in shown(screen)
    assert state.column == 400


@pytest.mark.parametrize(
    ("text", "column"),
    [("ab\rc", 1), ("ab\bc", 2), ("\b", 0), ("\t", 8), ("abc\tx", 9), ("\x07\x1b", 0), ("a\x07b", 2), ("a\nb", 2)],
)
def test_control_characters_move_the_cursor(text: str, column: int) -> None:
    screen, state = screen_of()
    screen.write(text)
    assert state.column == column
    assert screen.size == len("".join(screen.out))


@given(st.text(st.sampled_from("ab\t\r\b\x07\n"), max_size=60), st.integers(1, 20), st.booleans())
def test_the_cursor_is_where_one_character_at_a_time_puts_it(text: str, width: int, unbroken: bool) -> None:
    whole, state = screen_of(255 if unbroken else width)
    single, other = screen_of(255 if unbroken else width)
    whole.write(text)
    for character in text:
        single.write(character)
    assert (shown(whole), state.column, whole.size) == (shown(single), other.column, single.size)


@pytest.mark.parametrize(("column", "expected"), [(0, " " * 14), (13, " "), (14, " " * 14), (56, "\n"), (70, "\n")])
def test_a_comma_goes_to_the_next_zone(column: int, expected: str) -> None:
    screen, _ = screen_of(column=column)
    screen.comma()
    assert shown(screen) == expected


@pytest.mark.parametrize(
    ("column", "tab", "expected"),
    [(0, 5, "    "), (4, 5, ""), (5, 5, "\n    "), (0, 85, "    "), (0, -3, ""), (0, 0, "")],
)
def test_tab_counts_from_1_and_wraps_at_the_width(column: int, tab: int, expected: str) -> None:
    screen, _ = screen_of(column=column)
    screen.tab(tab)
    assert shown(screen) == expected


@pytest.mark.parametrize(("count", "blanks"), [(3, 3), (83, 3), (-1, 0), (80, 0)])
def test_spc_wraps_at_the_width(count: int, blanks: int) -> None:
    screen, _ = screen_of()
    screen.spc(count)
    assert shown(screen) == " " * blanks


def test_no_comma_is_behind_the_last_zone_of_a_line_narrower_than_one() -> None:
    screen, state = screen_of(10, 3)
    screen.comma()
    assert shown(screen) == " " * 7 + "\n" + " " * 4
    assert state.column == 4


@pytest.mark.parametrize(("count", "blanks"), [(255, 255), (256, 0), (300, 44)])
def test_columns_are_bytes_without_a_width(count: int, blanks: int) -> None:
    screen, _ = screen_of(255)
    screen.spc(count)
    assert shown(screen) == " " * blanks
    screen, state = screen_of(255)
    screen.tab(count + 1)
    assert state.column == blanks


def test_a_fresh_line_is_begun_only_when_needed() -> None:
    screen, _ = screen_of()
    screen.fresh_line()
    screen.write("a")
    screen.fresh_line()
    assert shown(screen) == "a\n"
