"""The fields of PRINT USING, one by one."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.convert import cdbl
from mbasic_core.numeric.double import double_of_int
from mbasic_core.numeric.fields import NumberField, StringField
from mbasic_core.numeric.mbf import Value


@pytest.mark.parametrize(
    ("width", "value", "text"),
    [(1, "HELLO", "H"), (1, "", " "), (4, "AB", "AB  "), (4, "ABCDE", "ABCD"), (0, "AB", "AB")],
)
def test_a_string_field_cuts_and_fills(width: int, value: str, text: str) -> None:
    assert StringField(width).text(value) == text


def test_a_field_takes_its_own_type_only() -> None:
    for field, value in ((StringField(1), 5), (NumberField(3, 0), "5")):
        with pytest.raises(BasicError) as raised:
            field.text(value)
        assert raised.value.code == ErrorCode.TYPE_MISMATCH


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (NumberField(3, 0), 5, "  5"),
        (NumberField(3, 0), -5, " -5"),
        (NumberField(3, 0), 12345, "%12345"),
        (NumberField(2, 3), 1.5, " 1.50"),
        (NumberField(2, 3), -0.5, "-0.50"),
        (NumberField(0, 3), 0.5, ".50"),
        (NumberField(0, 3), -0.5, "%-.50"),
        (NumberField(1, 1), 0, "0."),
        (NumberField(1, 1), -0.25, "%-0."),
        (NumberField(6, 0, commas=True), 1234, " 1,234"),
        (NumberField(5, 0, stars=True), 12, "***12"),
        (NumberField(5, 0, stars=True), -12, "**-12"),
        (NumberField(5, 0, dollar=True), 12, "  $12"),
        (NumberField(5, 3, dollar=True, stars=True), -1.5, "**-$1.50"),
        (NumberField(4, 0, plus=True), 12, " +12"),
        (NumberField(3, 0, trailing="-"), -12, " 12-"),
        (NumberField(3, 0, trailing="-"), 12, " 12 "),
        (NumberField(3, 0, trailing="+"), 12, " 12+"),
        (NumberField(2, 3, exponent=True), 234.56, " 2.35E+02"),
        (NumberField(2, 3, exponent=True), cdbl(234.5), " 2.35D+02"),
        (NumberField(2, 3, exponent=True), 0, " 0.00E+00"),
        (NumberField(3, 0), 2.0**57, "% 1.44115E+17"),
        (NumberField(3, 0), -(2.0**57), "% 1.44115E+17"),
        (NumberField(3, 0), double_of_int(10**16), "% 1D+16"),
    ],
)
def test_a_number_field_lays_out_its_number(field: NumberField, value: Value, text: str) -> None:
    assert field.text(value) == text


def test_a_field_of_more_than_24_places_is_an_illegal_function_call() -> None:
    assert NumberField(24, 0).text(5).strip() == "5"
    with pytest.raises(BasicError) as raised:
        NumberField(22, 3).text(5)
    assert raised.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL


def test_an_exponent_field_without_room_for_the_sign_shows_its_percent_sign() -> None:
    """The original loses count of the places here; no recorded answer tells what follows its % sign."""
    assert NumberField(0, 8, exponent=True).text(1.5).startswith("%")
