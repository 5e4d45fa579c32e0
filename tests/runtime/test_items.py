"""Items of DATA and INPUT."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.convert import cdbl
from mbasic_core.runtime.items import BadItem, item, items


def ignore(code: ErrorCode) -> None:
    """Overflow is not the subject."""


@pytest.mark.parametrize(
    ("text", "types", "values"),
    [
        ("1,2", "IS", [1, 2.0]),
        (" 5 , x y ,", "S$$", [5.0, "x y", ""]),
        ('"a,b" ,3', "$I", ["a,b", 3]),
        ('"open', "$", ["open"]),
        ("", "S", [0.0]),
        (",", "$$", ["", ""]),
        ("1.5", "I", [2]),
        ("1/3"[:1], "D", [cdbl(1)]),
        ("x" * 300, "$", ["x" * 255]),
    ],
)
def test_items_of_a_line(text: str, types: str, values: list[object]) -> None:
    assert items(text, types, ignore) == values


@pytest.mark.parametrize(("text", "types"), [("1,2", "I"), ("1", "II"), ("x", "S"), ("1 2x", "S"), ('"a"b', "$")])
def test_a_line_that_does_not_fit(text: str, types: str) -> None:
    with pytest.raises(BadItem):
        items(text, types, ignore)


def test_a_number_too_large_for_an_integer() -> None:
    with pytest.raises(BasicError) as caught:
        item("40000", 0, "I", ignore)
    assert caught.value.code == ErrorCode.OVERFLOW


def test_an_item_ends_at_its_comma() -> None:
    assert item("12,34", 0, "S", ignore) == (12.0, 2)
    assert item("12,34", 3, "$", ignore) == ("34", 5)
