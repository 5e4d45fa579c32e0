"""Numbers as PRINT, LIST, HEX$ and OCT$ show them."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric import format as fmt
from mbasic_core.numeric.literals import read_number
from mbasic_core.numeric.mbf import Value
from tests.numeric import recorded


def literal(text: str) -> Value:
    value, end = read_number(text, 0, recorded.no_fault)
    assert value is not None
    assert end == len(text)
    return value


def test_every_recorded_text_comes_out() -> None:
    wrong = []
    for _, value, text in recorded.rows("number_output"):
        got = fmt.number_text(value if isinstance(value, int) else recorded.number(value))
        if got != text:
            wrong.append((value, text, got))
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("-32768", "-32768"),
        ("0", " 0"),
        ("0!", " 0"),
        ("0#", " 0"),
        (".5", " .5"),
        ("99999.5", " 99999.5"),
        ("999999.5", " 1E+06"),
        ("999999.5#", " 999999.5"),
        ("9999999", " 1E+07"),
        ("1E6", " 1E+06"),
        (".001", " .001"),
        ("1E-7", " .0000001"),
        ("1E-8", " 1E-08"),
        ("1.23456E-3", " 1.23456E-03"),
        ("-12345.678", "-12345.678"),
        ("1D15", " 1000000000000000"),
        ("1D16", " 1D+16"),
        (".1#", " .1"),
        (".57#", " .5700000000000001"),
        ("1.5D-10", " .00000000015"),
        ("1D-17", " 1D-17"),
    ],
)
def test_print_shows_a_number_as_the_original_does(source: str, text: str) -> None:
    assert fmt.number_text(literal(source)) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("5", "5"),
        ("1.50", "1.5"),
        ("40000", "40000!"),
        ("1#", "1#"),
        ("1.5#", "1.5#"),
        ("1E10", "1E+10"),
        ("1D10", "10000000000#"),
        ("1D20", "1D+20"),
        ("123456789", "123456789#"),
        (".1", ".1"),
        ("100000!", "100000!"),
        ("5%", "5"),
        ("0!", "0!"),
    ],
)
def test_list_shows_a_literal_so_that_it_reads_back(source: str, text: str) -> None:
    assert fmt.list_text(literal(source)) == text
    assert type(literal(text)) is type(literal(source))


@pytest.mark.parametrize(
    ("value", "hexadecimal", "octal"),
    [(-1, "FFFF", "177777"), (0, "0", "0"), (255.5, "100", "400"), (32768.0, "8000", "100000"), (8, "8", "10")],
)
def test_hex_and_octal_are_unsigned_without_leading_zeros(value: Value, hexadecimal: str, octal: str) -> None:
    assert fmt.hex_text(value) == hexadecimal
    assert fmt.oct_text(value) == octal


def test_hex_out_of_range_is_an_overflow() -> None:
    with pytest.raises(BasicError) as raised:
        fmt.hex_text(65536.0)
    assert raised.value.code == ErrorCode.OVERFLOW
