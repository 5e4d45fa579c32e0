"""The transcendental functions and ^."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.numeric import functions
from mbasic_core.numeric.mbf import SINGLE_MAX, single_bytes
from tests.numeric import recorded

FUNCTIONS: dict[str, Callable[[float, float, Fault], float]] = {
    "SIN": lambda x, _y, _fault: functions.sin(x),
    "COS": lambda x, _y, _fault: functions.cos(x),
    "TAN": lambda x, _y, fault: functions.tan(x, fault),
    "ATN": lambda x, _y, _fault: functions.atn(x),
    "LOG": lambda x, _y, _fault: functions.log(x),
    "SQR": lambda x, _y, _fault: functions.sqr(x),
    "EXP": lambda x, _y, fault: functions.exp(x, fault),
    "^": functions.power,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_recorded_result_comes_out(name: str) -> None:
    wrong = []
    for function, x, y, result in recorded.rows("functions"):
        if function == name:
            faults = recorded.Faults()
            got = single_bytes(FUNCTIONS[name](recorded.single(x), recorded.single(y or x), faults)).hex()
            if got != result or len(faults) != (result in recorded.INFINITIES):
                wrong.append((x, y, result, got, faults))
    assert wrong == []


@pytest.mark.parametrize("x", [87.4, 88.1, 90.0, 2.0**100, SINGLE_MAX])
def test_exp_overflows_once_and_goes_on(x: float) -> None:
    faults = recorded.Faults()
    assert functions.exp(x, faults) == SINGLE_MAX
    assert faults == [ErrorCode.OVERFLOW]
    with pytest.raises(BasicError):
        functions.exp(x, recorded.raising)


@pytest.mark.parametrize("x", [-89.0, -200.0, -(2.0**100)])
def test_exp_of_far_below_zero_is_zero(x: float) -> None:
    assert functions.exp(x, recorded.no_fault) == 0.0


def test_exp_and_the_powers_of_nothing_are_one() -> None:
    assert functions.exp(0.0, recorded.no_fault) == 1.0
    assert functions.power(0.0, 0.0, recorded.no_fault) == 1.0
    assert functions.power(-2.5, 0.0, recorded.no_fault) == 1.0


@pytest.mark.parametrize("call", [lambda: functions.log(0.0), lambda: functions.log(-1.0), lambda: functions.sqr(-1.0)])
def test_logarithms_and_roots_refuse_what_has_none(call: Callable[[], float]) -> None:
    with pytest.raises(BasicError) as raised:
        call()
    assert raised.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL


def test_a_negative_number_has_whole_powers_only() -> None:
    assert functions.power(-2.0, 3.0, recorded.no_fault) == -functions.power(2.0, 3.0, recorded.no_fault)
    assert functions.power(-2.0, 2.0, recorded.no_fault) == functions.power(2.0, 2.0, recorded.no_fault)
    assert functions.power(-1.0, 2.0**24 + 2, recorded.no_fault) == 1.0
    with pytest.raises(BasicError) as raised:
        functions.power(-2.0, 0.5, recorded.no_fault)
    assert raised.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL


@pytest.mark.parametrize(
    ("x", "y", "result", "codes"),
    [
        (0.0, -1.0, SINGLE_MAX, [ErrorCode.DIVISION_BY_ZERO]),
        (0.0, 2.0, 0.0, []),
        (10.0, 39.0, SINGLE_MAX, [ErrorCode.OVERFLOW]),
        (-10.0, 39.0, -SINGLE_MAX, [ErrorCode.OVERFLOW]),
        (10.0, 2.0**126, SINGLE_MAX, [ErrorCode.OVERFLOW]),
        (0.1, 2.0**126, 0.0, [ErrorCode.OVERFLOW]),
        (10.0, -50.0, 0.0, []),
        (2.0, 10.0, 1024.0, []),
    ],
)
def test_a_power_tells_of_a_fault_at_most_once(x: float, y: float, result: float, codes: list[ErrorCode]) -> None:
    faults = recorded.Faults()
    assert functions.power(x, y, faults) == result
    assert faults == codes


def test_the_tangent_of_a_right_angle_divides_by_zero() -> None:
    faults = recorded.Faults()
    assert functions.tan(recorded.single("db0f4981"), faults) == SINGLE_MAX
    assert faults == [ErrorCode.DIVISION_BY_ZERO]


def test_odd_functions_have_no_negative_zero() -> None:
    assert functions.sin(0.0) == 0.0
    assert str(functions.atn(0.0)) == "0.0"
