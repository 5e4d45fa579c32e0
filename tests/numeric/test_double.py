"""Double arithmetic against the recorded answers, and its quirks."""

from __future__ import annotations

import pytest

from mbasic_core.errors import ErrorCode
from mbasic_core.numeric import double
from mbasic_core.numeric.mbf import DOUBLE_MAX, DOUBLE_ZERO, Double, double_bytes, double_value
from tests.numeric import recorded

OPERATORS = {"+": double.dadd, "-": double.dsub, "*": double.dmul, "/": double.ddiv}
ONE: Double = (1 << 55, 129)


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_recorded_result_comes_out(operator: str) -> None:
    wrong = []
    for op, left, right, result in recorded.rows("arith_double"):
        if op == operator:
            faults = recorded.Faults()
            x, y = double_value(bytes.fromhex(left)), double_value(bytes.fromhex(right))
            got = double_bytes(OPERATORS[op](x, y, faults)).hex()
            if got != result or len(faults) != (result in recorded.INFINITIES):
                wrong.append((left, right, result, got, faults))
    assert wrong == []


@pytest.mark.parametrize(
    ("n", "value"), [(0, DOUBLE_ZERO), (1, ONE), (-1, (-1 << 55, 129)), (10, (10 << 52, 132)), (-3, (-3 << 54, 130))]
)
def test_whole_numbers_become_doubles_exactly(n: int, value: Double) -> None:
    assert double.double_of_int(n) == value


@pytest.mark.parametrize("sign", [1, -1])
def test_division_by_zero_gives_the_positive_infinity(sign: int) -> None:
    faults = recorded.Faults()
    assert double.ddiv((sign << 55, 129), DOUBLE_ZERO, faults) == DOUBLE_MAX
    assert faults == [ErrorCode.DIVISION_BY_ZERO]


def test_a_divisor_near_the_end_of_the_range_gives_zero() -> None:
    big: Double = (1 << 55, 255)
    assert double.ddiv(big, big, recorded.no_fault) == DOUBLE_ZERO


@pytest.mark.parametrize("n", [1, 7, 99999, 10**15 - 1])
def test_ten_times_a_whole_number_is_exact(n: int) -> None:
    assert double.times_ten(double.double_of_int(n), recorded.no_fault) == double.double_of_int(n * 10)


def test_a_tenth_is_rounded_as_the_original_rounds_it() -> None:
    assert double.over_ten(ONE, recorded.no_fault) == (0xCCCCCCCCCCCCCD, 0x7D)
    assert double.over_ten(DOUBLE_ZERO, recorded.no_fault) == DOUBLE_ZERO


def test_ten_times_too_much_overflows_once() -> None:
    faults = recorded.Faults()
    assert double.times_ten(DOUBLE_MAX, faults) == DOUBLE_MAX
    assert faults == [ErrorCode.OVERFLOW]
