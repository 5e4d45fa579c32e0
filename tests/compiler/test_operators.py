"""Inline arithmetic gives what the functions of the numeric package give."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from math import ldexp

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mbasic_core.compiler.program import Program
from mbasic_core.errors import ErrorCode
from mbasic_core.numeric import arithmetic
from mbasic_core.numeric.mbf import SINGLE_MAX, SINGLE_MIN
from mbasic_core.runtime.control import Halt
from mbasic_core.runtime.items import Value
from mbasic_core.runtime.position import DIRECT, at
from tests.compiler.values import compiled

INTEGERS = st.one_of(st.integers(-32768, 32767), st.sampled_from([-32768, -1, 0, 1, 32767]))
SINGLES = st.one_of(
    st.builds(
        lambda mantissa, exponent, sign: ldexp(sign * mantissa, exponent - 152),
        st.integers(1 << 23, (1 << 24) - 1),
        st.one_of(st.integers(1, 255), st.integers(110, 150)),
        st.sampled_from([1, -1]),
    ),
    st.sampled_from([0.0, 1.0, -1.0, 0.5, SINGLE_MAX, -SINGLE_MAX, SINGLE_MIN, -SINGLE_MIN, 16777215.0]),
)
OPERATORS: dict[str, Callable[..., Value]] = {
    "+": arithmetic.plus,
    "-": arithmetic.minus,
    "*": arithmetic.times,
    "/": arithmetic.over,
}


@cache
def program_for(statement: str) -> Program:
    """Compiled once; the test sets its variables."""
    return compiled(direct=statement)[0]


def computed(operator: str, left: float, right: float) -> tuple[Value, str]:
    """The result of left and right in variables of their types, and what was printed."""
    names = ["A%" if isinstance(left, int) else "A!", "B%" if isinstance(right, int) else "B!"]
    program = program_for(f"C#=0:C!={names[0]}{operator}{names[1]}")
    state = program.operations.state
    for name, number in zip(names, (left, right), strict=True):
        state.variables.values[state.variables.define(name)] = number
    program.operations.screen.out.clear()
    program.steps[at(DIRECT, 1)]()
    return state.variables.values[state.variables.slots["C!"]], "".join(program.operations.screen.out)


@pytest.mark.parametrize("operator", OPERATORS)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(left=st.one_of(SINGLES, INTEGERS), right=st.one_of(SINGLES, INTEGERS))
@example(left=0, right=0)
@example(left=0.0, right=0)
@example(left=-32768, right=-32768)
@example(left=SINGLE_MAX, right=SINGLE_MAX)
@example(left=SINGLE_MIN, right=-SINGLE_MIN)
@example(left=1.0, right=0.0)
def test_inline_is_the_same_as_the_function(operator: str, left: float, right: float) -> None:
    faults: list[ErrorCode] = []
    expected = OPERATORS[operator](left, right, faults.append)
    found, printed = computed(operator, left, right)
    assert found == expected
    assert type(found) is float
    assert bool(printed) == bool(faults)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(left=SINGLES, right=SINGLES)
def test_relations_are_the_same_as_the_function(left: float, right: float) -> None:
    program = program_for("C%=(A<B)+2*(A<=B)+4*(A=B)+8*(A<>B)+16*(A>B)+32*(A>=B)")
    state = program.operations.state
    for name, number in (("A!", left), ("B!", right)):
        state.variables.values[state.variables.define(name)] = number
    with suppress(Halt):  # a long statement lets the machine ask whether the host has enough
        program.steps[at(DIRECT)]()
    order = arithmetic.compare(left, right)
    bits = [order < 0, order <= 0, order == 0, order != 0, order > 0, order >= 0]
    assert state.variables.values[state.variables.slots["C%"]] == -sum(bit << place for place, bit in enumerate(bits))
