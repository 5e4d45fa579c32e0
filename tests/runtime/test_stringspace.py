"""Addresses of texts: from the top down, for as long as the variable has the text."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.layout import Place
from mbasic_core.runtime.state import State
from mbasic_core.runtime.stringspace import StringSpace

A, B = Place("A$", (), 0), Place("B$", (1,), 0)


def space(texts: dict[str, str], room: int = 1000) -> StringSpace:
    state = State()
    return StringSpace(state, lambda place: texts.get(place.key, ""), lambda: state.variables.top - 512 - room)


def test_texts_are_placed_from_the_top_down() -> None:
    texts = {"A$": "abc", "B$": "de"}
    placed = space(texts)
    assert placed.address(A, "abc") == placed.top - 3
    assert placed.address(B, "de") == placed.top - 5
    assert placed.address(A, "abc") == placed.top - 3
    assert placed.address(A, "") == 0


def test_another_text_is_elsewhere_and_the_old_one_still_there() -> None:
    placed = space({"A$": "xyz"})
    old = placed.address(A, "abc")
    assert placed.address(A, "xyz") == old - 3
    assert (placed.find(old), placed.find(old - 1), placed.find(old - 4)) == (0, 1, None)


def test_garbage_makes_room() -> None:
    texts = {"A$": "", "B$": "keep"}
    placed = space(texts, room=20)
    placed.address(B, "keep")
    for number in range(50):
        texts["A$"] = f"text{number:02}"
        assert placed.top - 20 <= placed.address(A, texts["A$"]) < placed.top
    assert placed.address(B, "keep") == placed.top - 4


def test_texts_in_use_may_fill_it() -> None:
    placed = space({"A$": "12345678", "B$": "12345678"}, room=10)
    placed.address(A, "12345678")
    with pytest.raises(BasicError) as caught:
        placed.address(B, "12345678")
    assert caught.value.code == ErrorCode.OUT_OF_STRING_SPACE
