from __future__ import annotations

import pytest

from mbasic_core.language.items import constant_at, data_end, skip_item
from tests.language.programs import tokens


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("200", 200), ("300", 300), ("1.5", 1.5), ("&HFFFF", -1), ("&O17", 15), ("0#", (0, 0))],
)
def test_values_of_constants(text: str, value: object) -> None:
    line = tokens(text)
    assert constant_at(line, 0) == (value, len(line))
    assert skip_item(line, 0) == len(line)


def test_a_line_number_is_not_negative() -> None:
    assert constant_at(b"\x0e\xf9\xff", 0) == (65529, 3)


def test_no_constant() -> None:
    assert constant_at(b"A", 0) is None
    assert constant_at(b"\x1d\x00\x00", 0) is None
    assert skip_item(b"\x1d\x00\x00", 0) == 3
    assert skip_item(b"\xff\x87(", 0) == 2


def test_data_ends_at_a_colon_outside_quotes() -> None:
    assert data_end(b'\x84 "a:b",c:\x91', 1) == 9
    assert data_end(b"\x84 1,2", 1) == 5
