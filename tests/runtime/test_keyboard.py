"""INPUT, INPUT$ and INKEY$ without waiting."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.control import Suspend
from mbasic_core.runtime.keyboard import Keyboard
from mbasic_core.runtime.screen import Screen
from mbasic_core.runtime.state import State


def keyboard_of(state: State) -> tuple[Keyboard, Screen]:
    screen = Screen(state)

    def fault(code: ErrorCode) -> None:
        screen.write(code.name)

    return Keyboard(state, screen, fault), screen


def test_without_a_reply_it_asks_and_suspends() -> None:
    state = State()
    keyboard, screen = keyboard_of(state)
    with pytest.raises(Suspend):
        keyboard.values("N? ", False, "S")
    assert screen.out == ["N? "]
    assert (state.waiting.kind, state.waiting.newline) == ("line", False)


def test_a_reply_is_taken_once() -> None:
    state = State()
    state.waiting.reply = "5,x"
    keyboard, screen = keyboard_of(state)
    assert keyboard.values("? ", True, "I$") == [5, "x"]
    assert state.waiting.reply is None
    assert screen.out == []


@pytest.mark.parametrize("reply", ["x", "1,2", "1E99"])
def test_a_reply_that_does_not_fit_is_asked_for_again(reply: str) -> None:
    state = State()
    state.waiting.reply = reply
    keyboard, screen = keyboard_of(state)
    with pytest.raises(Suspend):
        keyboard.values("? ", True, "S")
    assert "".join(screen.out).endswith("?Redo from start\r\n? ")
    assert state.waiting.reply is None


@pytest.mark.parametrize(("reply", "seed"), [(" 7 ", 7), ("", 0), ("-2.5", -3), ("1 2", 12)])
def test_a_seed(reply: str, seed: int) -> None:
    state = State()
    state.waiting.reply = reply
    assert keyboard_of(state)[0].seed("Seed? ") == seed


@pytest.mark.parametrize("reply", ["x", "1,2", "5x"])
def test_a_seed_is_asked_for_again_without_more_words(reply: str) -> None:
    state = State()
    state.waiting.reply = reply
    keyboard, screen = keyboard_of(state)
    with pytest.raises(Suspend):
        keyboard.seed("Seed? ")
    assert screen.out == ["Seed? "]


def test_a_seed_that_is_no_integer_overflows() -> None:
    state = State()
    state.waiting.reply = "40000"
    with pytest.raises(BasicError, match="Overflow"):
        keyboard_of(state)[0].seed("Seed? ")


def test_a_line_is_cut_at_255_characters() -> None:
    state = State()
    state.waiting.reply = "x" * 300
    assert len(keyboard_of(state)[0].line("", True)) == 255


def test_inkey_gives_a_key_or_nothing() -> None:
    state = State(keys="ab")
    keyboard, _ = keyboard_of(state)
    assert [keyboard.inkey() for _ in range(3)] == ["a", "b", ""]


def test_keys_are_taken_when_there_are_enough() -> None:
    state = State(keys="ab")
    keyboard, _ = keyboard_of(state)
    with pytest.raises(Suspend):
        keyboard.take(3)
    assert (state.waiting.kind, state.waiting.count, state.keys) == ("keys", 1, "ab")
    state.keys += "cd"
    assert keyboard.take(3) == "abc"
    assert (state.waiting.count, state.keys) == (0, "d")


@pytest.mark.parametrize("count", [0, -1, 256])
def test_a_count_of_keys_out_of_range(count: int) -> None:
    with pytest.raises(BasicError) as caught:
        keyboard_of(State())[0].take(count)
    assert caught.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL
