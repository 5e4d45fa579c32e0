"""Single arithmetic against the recorded answers and against a model in whole numbers."""

from __future__ import annotations

from math import frexp, ldexp

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric import single
from mbasic_core.numeric.mbf import SINGLE_MAX, SINGLE_MIN, single_bytes
from tests.numeric import recorded

OPERATORS = {"+": single.add, "-": single.sub, "*": single.mul, "/": single.div}
SLOW = {"+": single.add_slow, "-": single.add_slow, "*": single.mul_slow, "/": single.div_slow}
SINGLES = st.builds(
    lambda mantissa, exponent, sign: ldexp(sign * mantissa, exponent - 152),
    st.one_of(
        st.integers(1 << 23, (1 << 24) - 1),
        st.integers(1 << 23, (1 << 23) + 4),
        st.integers((1 << 24) - 4, (1 << 24) - 1),
    ),
    st.one_of(st.integers(1, 255), st.integers(110, 150)),
    st.sampled_from([1, -1]),
)


def added(x: float, y: float) -> float:
    """x + y by the rule of docs/numerics.md section 2 in whole numbers: a guard byte, and nothing kept below it."""
    ex, ey = frexp(x)[1], frexp(y)[1]
    if ex < ey:
        x, y, ex, ey = y, x, ey, ex
    if ex - ey >= 25:
        return x
    large = int(ldexp(abs(x), 32 - ex))
    small = int(ldexp(abs(y), 32 - ey)) >> ex - ey
    total = large + small if (x < 0) == (y < 0) else large - small
    negative = (x < 0) == (total > 0)
    total = abs(total)
    exponent = total.bit_length() + ex - 32
    if not total or exponent < -127:
        return 0.0
    shift = total.bit_length() - 24
    total = (total >> shift - 1) + 1 >> 1 if shift > 0 else total << -shift
    result = ldexp(total, exponent - 24)
    return (-1 if negative else 1) * min(result, SINGLE_MAX)


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_recorded_result_comes_out(operator: str) -> None:
    wrong = []
    for op, left, right, result in recorded.rows("arith_single"):
        if op == operator:
            faults = recorded.Faults()
            got = single_bytes(OPERATORS[op](recorded.single(left), recorded.single(right), faults)).hex()
            if got != result or len(faults) != (result in recorded.INFINITIES):
                wrong.append((left, right, result, got, faults))
    assert wrong == []


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_slow_path_alone_gives_every_recorded_result(operator: str) -> None:
    wrong = []
    for op, left, right, result in recorded.rows("arith_single"):
        if op == operator:
            x, y = recorded.single(left), recorded.single(right)
            faults = recorded.Faults()
            got = single_bytes(SLOW[op](x, 0.0 - y if op == "-" else y, faults)).hex()
            if got != result or len(faults) != (result in recorded.INFINITIES):
                wrong.append((left, right, result, got))
    assert wrong == []


@settings(max_examples=400)
@given(SINGLES, SINGLES)
@example(1.0, -(1 - 2.0**-24) * 2.0**-24)
@example(1.0, -(1 - 2.0**-24) * 2.0**-25)
@example(1 + 2.0**-23, -(2.0**-24 + 2.0**-40))
def test_addition_agrees_with_the_model_in_whole_numbers(x: float, y: float) -> None:
    assert single.add(x, y, recorded.Faults()) == added(x, y)
    assert single.sub(x, -y, recorded.Faults()) == added(x, y)
    assert single.add_slow(x, y, recorded.Faults()) == added(x, y)


@pytest.mark.parametrize(
    ("operator", "x", "y", "result", "code"),
    [
        ("+", 2.0**126, 2.0**126, SINGLE_MAX, ErrorCode.OVERFLOW),
        ("-", -(2.0**126), 2.0**126, -SINGLE_MAX, ErrorCode.OVERFLOW),
        ("*", SINGLE_MAX, -1.0, -SINGLE_MAX, ErrorCode.OVERFLOW),
        ("*", 2.0**63, 2.0**63, SINGLE_MAX, ErrorCode.OVERFLOW),
        ("/", 1.0, 0.0, SINGLE_MAX, ErrorCode.DIVISION_BY_ZERO),
        ("/", -1.0, 0.0, -SINGLE_MAX, ErrorCode.DIVISION_BY_ZERO),
        ("/", 0.0, 0.0, SINGLE_MAX, ErrorCode.DIVISION_BY_ZERO),
        ("/", -(2.0**126), 0.5, SINGLE_MAX, ErrorCode.OVERFLOW),
        ("/", -(2.0**126), 0.125, -SINGLE_MAX, ErrorCode.OVERFLOW),
    ],
)
def test_a_fault_is_told_once_and_gives_the_infinity(
    operator: str, x: float, y: float, result: float, code: ErrorCode
) -> None:
    faults = recorded.Faults()
    assert OPERATORS[operator](x, y, faults) == result
    assert faults == [code]
    with pytest.raises(BasicError) as raised:
        OPERATORS[operator](x, y, recorded.raising)
    assert raised.value.code == code


def test_what_is_too_small_is_silently_zero() -> None:
    assert single.mul(SINGLE_MIN, 0.5, recorded.no_fault) == 0.0
    assert single.div(SINGLE_MIN, 2.0, recorded.no_fault) == 0.0
    assert single.sub(SINGLE_MIN * 1.5, SINGLE_MIN, recorded.no_fault) == 0.0


@pytest.mark.parametrize("value", [0.0, 1.5, -1.5])
def test_no_operation_makes_a_negative_zero(value: float) -> None:
    zeros = [
        single.sub(value, value, recorded.no_fault),
        single.mul(-1.0, 0.0, recorded.no_fault),
        single.div(0.0, -2.0, recorded.no_fault),
        single.sub(0.0, 0.0, recorded.no_fault),
        single.add_slow(0.0, -0.0, recorded.no_fault),
    ]
    assert [str(zero) for zero in zeros] == ["0.0"] * 5
