"""Numbers read from text."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.convert import cdbl
from mbasic_core.numeric.literals import read_number, val
from mbasic_core.numeric.mbf import DOUBLE_ZERO, SINGLE_MAX, Value
from tests.numeric import recorded


def read(text: str, *, double: bool) -> tuple[str, str | None, int | None, int]:
    """Type, bytes, characters taken and number of faults, as the recorded rows give them."""
    faults = recorded.Faults()
    try:
        value, end = read_number(text, 0, faults, double=double)
    except BasicError as error:
        return "error" if error.code == ErrorCode.OVERFLOW else "wrong error", None, None, 0
    if value is None:
        value = DOUBLE_ZERO if double else 0
    letter, data = recorded.written(value)
    if isinstance(data, int):
        data = data.to_bytes(2, "little", signed=True).hex()
    return letter, data, end, len(faults)


@pytest.mark.parametrize("entry", ["normal", "double"])
def test_every_recorded_text_is_read(entry: str) -> None:
    wrong = []
    for way, text, letter, value, taken in recorded.rows("number_input"):
        if way == entry:
            got = read(text, double=entry == "double")
            if got != (letter, value, taken, int(value in recorded.INFINITIES)):
                wrong.append((text, letter, value, taken, got))
    assert wrong == []


@pytest.mark.parametrize("text", ["&8", "&O9", "&O178", "&7 8"])
def test_an_octal_number_has_no_8_and_no_9(text: str) -> None:
    with pytest.raises(BasicError) as raised:
        read_number(text, 0, recorded.Faults())
    assert raised.value.code == ErrorCode.SYNTAX


@pytest.mark.parametrize("text", ["", "   ", "abc", ")", "\rX"])
def test_there_is_no_number_where_none_begins(text: str) -> None:
    assert read_number(text, 0, recorded.no_fault) == (None, 0)


@pytest.mark.parametrize(
    ("text", "start", "value", "end"),
    [
        ("A=12+3", 2, 12, 4),
        ("1ELSE", 0, 1, 1),
        ("1 else", 0, 1, 1),
        ("5EQV", 0, 5, 1),
        ("1E", 0, 1.0, 2),
        ("1E+", 0, 1.0, 3),
        ("1 E 2", 0, 100.0, 5),
        ("12 ", 0, 12, 2),
        ("1.5.5", 0, 1.5, 3),
        ("1.5%", 0, 2, 4),
        ("-32768", 0, -32768, 6),
        ("- 5", 0, -5, 3),
        ("1E5!", 0, 100000.0, 3),
        ("1.5#X", 0, cdbl(1.5), 4),
        ("12345678!", 0, 12345678.0, 9),
        ("&HfFg", 0, 255, 4),
        ("& O 1 7", 0, 15, 7),
        ("&HFFFF", 0, -1, 6),
        ("&177777", 0, -1, 7),
    ],
)
def test_a_number_ends_where_the_original_stops(text: str, start: int, value: Value, end: int) -> None:
    got, after = read_number(text, start, recorded.no_fault)
    assert (type(got), got, after) == (type(value), value, end)


@pytest.mark.parametrize("text", ["40000%", "-40000%", "&HFFFFF", "&H00001", "&200000"])
def test_what_does_not_fit_16_bits_is_an_overflow(text: str) -> None:
    with pytest.raises(BasicError) as raised:
        read_number(text, 0, recorded.no_fault)
    assert raised.value.code == ErrorCode.OVERFLOW


def test_a_literal_tells_of_its_overflow_once() -> None:
    faults = recorded.Faults()
    assert read_number("-1E99", 0, faults) == (-SINGLE_MAX, 5)
    assert faults == [ErrorCode.OVERFLOW]
    with pytest.raises(BasicError):
        read_number("1E99", 0, recorded.raising)


@pytest.mark.parametrize(
    ("text", "value"),
    [("", 0), ("abc", 0), ("12x", cdbl(12)), ("1.1", (0x8CCCCCCCCCCCCD, 129)), ("&HFF", 255), ("-", DOUBLE_ZERO)],
)
def test_val_reads_a_double(text: str, value: Value) -> None:
    assert val(text, recorded.no_fault) == value
