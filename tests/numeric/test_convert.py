"""Conversions between the types, INT, FIX, SGN, ABS and unary minus."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric import convert
from mbasic_core.numeric.mbf import DOUBLE_MAX, SINGLE_MAX, Value
from tests.numeric import recorded

FUNCTIONS: dict[str, Callable[[Value], Value]] = {
    "CSNG": lambda value: convert.csng(value, recorded.no_fault),
    "CDBL": convert.cdbl,
    "CINT": convert.cint,
    "INT": convert.int_,
    "FIX": convert.fix,
}


def converted(function: str, argument: str) -> tuple[str, str | int]:
    try:
        return recorded.written(FUNCTIONS[function](recorded.number(argument)))
    except BasicError as error:
        return "error", error.code


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_recorded_conversion_comes_out(function: str) -> None:
    wrong = [
        row for row in recorded.rows("convert") if row[0] == function and converted(row[0], row[2]) != (row[3], row[4])
    ]
    assert wrong == []


def test_a_double_too_big_for_a_single_overflows_once() -> None:
    faults = recorded.Faults()
    assert convert.csng((-DOUBLE_MAX[0], 255), faults) == -SINGLE_MAX
    assert faults == [ErrorCode.OVERFLOW]


@pytest.mark.parametrize("value", [0, -32768, 32767])
def test_integers_convert_exactly(value: int) -> None:
    single = convert.csng(value, recorded.no_fault)
    assert isinstance(single, float)
    assert single == value
    assert convert.cdbl(value) == convert.cdbl(single)
    assert convert.cint(single) == value
    assert convert.int_(value) == convert.fix(value) == value


@pytest.mark.parametrize(
    ("value", "result"),
    [(2.5, 3), (3.5, 4), (-2.5, -3), (-0.5, -1), (0.5, 1), (-32768.48828125, -32768), (0.5 - 2.0**-25, 1)],
)
def test_cint_rounds_halves_away_from_zero(value: float, result: int) -> None:
    assert convert.cint(value) == result


@pytest.mark.parametrize("value", [32767.5, -32768.5, 2.0**126, DOUBLE_MAX, convert.cdbl(32767.5)])
def test_cint_raises_overflow_out_of_range(value: Value) -> None:
    with pytest.raises(BasicError) as raised:
        convert.cint(value)
    assert raised.value.code == ErrorCode.OVERFLOW


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (0, 0),
        (-1, 65535),
        (65535.0, 65535),
        (65535.5, 65535),
        (32768.0, 32768),
        (-32768.0, 32768),
        (255.5, 256),
        (convert.cdbl(40000.0), 40000),
        (convert.cdbl(-2.0), 65534),
    ],
)
def test_an_address_is_unsigned(value: Value, result: int) -> None:
    assert convert.address(value) == result


@pytest.mark.parametrize("value", [65536.0, 32767.6, -32769.0, convert.cdbl(65536.0)])
def test_an_address_out_of_range_is_an_overflow(value: float) -> None:
    with pytest.raises(BasicError) as raised:
        convert.address(value)
    assert raised.value.code == ErrorCode.OVERFLOW


@pytest.mark.parametrize(
    ("function", "value", "result"),
    [
        (convert.int_, -1.5, -2),
        (convert.int_, 40000.5, 40000.0),
        (convert.int_, -32768.0, -32768),
        (convert.int_, convert.cdbl(-1.5), convert.cdbl(-2)),
        (convert.int_, convert.cdbl(-2), convert.cdbl(-2)),
        (convert.fix, -1.5, -1),
        (convert.fix, -32768.0, -32768.0),
        (convert.fix, convert.cdbl(-2.75), convert.cdbl(-2)),
        (convert.fix, convert.cdbl(0.5), convert.cdbl(0)),
        (convert.sgn, -2.5, -1),
        (convert.sgn, 0, 0),
        (convert.sgn, convert.cdbl(0.25), 1),
        (convert.abs_, -32768, 32768.0),
        (convert.abs_, -5, 5),
        (convert.abs_, -2.5, 2.5),
        (convert.abs_, convert.cdbl(-2.5), convert.cdbl(2.5)),
        (convert.neg, -32768, 32768.0),
        (convert.neg, 5, -5),
        (convert.neg, 2.5, -2.5),
        (convert.neg, convert.cdbl(2.5), convert.cdbl(-2.5)),
    ],
)
def test_the_result_keeps_the_type_or_turns_to_an_integer(
    function: Callable[[Value], Value], value: Value, result: Value
) -> None:
    got = function(value)
    assert (type(got), got) == (type(result), result)


def test_minus_zero_does_not_exist() -> None:
    assert str(convert.neg(0.0)) == "0.0"
    assert convert.neg((0, 0)) == (0, 0)
