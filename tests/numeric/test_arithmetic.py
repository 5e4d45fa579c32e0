"""Operators on any mix of types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.numeric import arithmetic
from mbasic_core.numeric.convert import cdbl
from mbasic_core.numeric.mbf import Value
from tests.numeric import recorded

OPERATORS = {"+": arithmetic.plus, "-": arithmetic.minus, "*": arithmetic.times, "/": arithmetic.over}
WHOLE = {"\\": arithmetic.idiv, "MOD": arithmetic.mod}


def calculated(op: str, left: Value, right: Value) -> tuple[str, str | int]:
    try:
        if op in WHOLE:
            return recorded.written(WHOLE[op](left, right))
        return recorded.written(OPERATORS[op](left, right, recorded.no_fault))
    except BasicError as error:
        return "error", error.code


def test_every_recorded_integer_operation_comes_out() -> None:
    rows = recorded.rows("integer_ops")
    assert [row for row in rows if calculated(row[0], row[1], row[2]) != (row[3], row[4])] == []


@pytest.mark.parametrize("operator", OPERATORS)
def test_singles_and_doubles_go_through_their_own_arithmetic(operator: str) -> None:
    for name in ("arith_single", "arith_double"):
        wrong = []
        for op, left, right, result in recorded.rows(name):
            if op == operator:
                got = OPERATORS[op](recorded.number(left), recorded.number(right), recorded.Faults())
                if recorded.written(got)[1] != result:
                    wrong.append((left, right, result, got))
        assert wrong == []


@pytest.mark.parametrize(
    ("function", "left", "right", "result"),
    [
        (arithmetic.plus, 1, 2, 3),
        (arithmetic.plus, 32767, 1, 32768.0),
        (arithmetic.plus, 1, 0.5, 1.5),
        (arithmetic.plus, 1, cdbl(0.5), cdbl(1.5)),
        (arithmetic.minus, -32768, 1, -32769.0),
        (arithmetic.minus, 2.5, 1, 1.5),
        (arithmetic.times, 200, 200, 40000.0),
        (arithmetic.times, 3, 0.5, 1.5),
        (arithmetic.times, cdbl(3), 0.5, cdbl(1.5)),
        (arithmetic.over, 6, 3, 2.0),
        (arithmetic.over, cdbl(6), 4, cdbl(1.5)),
    ],
)
def test_the_result_has_the_wider_type(
    function: Callable[[Value, Value, Fault], Value], left: Value, right: Value, result: Value
) -> None:
    got = function(left, right, recorded.no_fault)
    assert (type(got), got) == (type(result), result)


@pytest.mark.parametrize(
    ("left", "right", "quotient", "remainder"),
    [(7, 2, 3, 1), (-7, 2, -3, -1), (7, -3, -2, 1), (7.5, 2, 4, 0), (7.4, 2, 3, 1), (cdbl(7.5), 3.0, 2, 2)],
)
def test_whole_division_rounds_its_operands_first(left: Value, right: Value, quotient: int, remainder: int) -> None:
    assert arithmetic.idiv(left, right) == quotient
    assert arithmetic.mod(left, right) == remainder


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [(5, 0, ErrorCode.DIVISION_BY_ZERO), (5.5, 0.2, ErrorCode.DIVISION_BY_ZERO), (32768.0, 7, ErrorCode.OVERFLOW)],
)
def test_whole_division_fails_for_good(left: Value, right: Value, code: ErrorCode) -> None:
    for function in WHOLE.values():
        with pytest.raises(BasicError) as raised:
            function(left, right)
        assert raised.value.code == code


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        (1, 2, -1),
        (1, 1.0, 0),
        (2.5, 2, 1),
        (recorded.single("cdcc0c81"), recorded.number("cdcccccccccc0c81"), 1),
        (cdbl(0.5), 0.5, 0),
        (cdbl(-0.5), cdbl(0.25), -1),
        (cdbl(-2.0), cdbl(-0.25), -1),
        (cdbl(2.0), cdbl(0.25), 1),
        (cdbl(0), cdbl(0.25), -1),
        (cdbl(0), cdbl(-100.0), 1),
    ],
)
def test_comparison_is_exact_in_any_mix(left: Value, right: Value, order: int) -> None:
    assert arithmetic.compare(left, right) == order
    assert arithmetic.compare(right, left) == -order
