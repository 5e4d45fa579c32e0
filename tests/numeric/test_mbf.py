"""Numbers as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.numeric import mbf


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("00000081", 1.0),
        ("00008081", -1.0),
        ("00002084", 10.0),
        ("ffff7fff", mbf.SINGLE_MAX),
        ("00000001", mbf.SINGLE_MIN),
        ("00000000", 0.0),
    ],
)
def test_singles_have_their_known_bytes(text: str, value: float) -> None:
    assert mbf.single_value(bytes.fromhex(text)) == value
    assert mbf.single_bytes(value).hex() == text


def test_an_exponent_of_zero_is_zero_whatever_the_mantissa() -> None:
    assert mbf.single_value(bytes.fromhex("1234ff00")) == 0.0
    assert mbf.double_value(bytes.fromhex("1234567890abcd00")) == mbf.DOUBLE_ZERO
    assert mbf.double_bytes(mbf.DOUBLE_ZERO) == bytes(8)


def test_the_largest_double_is_all_ones() -> None:
    assert mbf.double_bytes(mbf.DOUBLE_MAX).hex() == "ffffffffffff7fff"
    assert mbf.double_value(bytes.fromhex("ffffffffffffffff")) == (-mbf.DOUBLE_MAX[0], 255)


@given(st.binary(min_size=3, max_size=3), st.integers(1, 255))
def test_every_single_comes_back(mantissa: bytes, exponent: int) -> None:
    data = mantissa + bytes([exponent])
    assert mbf.single_bytes(mbf.single_value(data)) == data


@given(st.binary(min_size=7, max_size=7), st.integers(1, 255))
def test_every_double_comes_back(mantissa: bytes, exponent: int) -> None:
    data = mantissa + bytes([exponent])
    value = mbf.double_value(data)
    assert 1 << 55 <= abs(value[0]) < 1 << 56
    assert mbf.double_bytes(value) == data
