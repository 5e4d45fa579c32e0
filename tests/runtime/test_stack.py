"""The control stack: what NEXT, WEND, RETURN and FOR find on it."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.stack import ControlStack
from mbasic_core.runtime.state import FOR, GOSUB, WHILE, Frame, State

SUB: Frame = (GOSUB, 100)
LOOP: Frame = (FOR, 1, 10.0, 1.0, 200)
INNER: Frame = (FOR, 2, 10.0, 1.0, 300)
WHILED: Frame = (WHILE, 400, 500)


def stack_of(*frames: Frame) -> tuple[ControlStack, list[Frame]]:
    state = State()
    stack = ControlStack(state)
    state.stack.extend(frames)
    return stack, state.stack


def test_next_uncovers_its_loop() -> None:
    stack, frames = stack_of(LOOP, INNER, WHILED)
    assert stack.find_loop(1) == LOOP
    assert frames == [LOOP]


def test_next_without_a_name_takes_the_innermost_loop() -> None:
    stack, frames = stack_of(LOOP, INNER, WHILED)
    assert stack.find_loop(None) == INNER
    assert frames == [LOOP, INNER]


@pytest.mark.parametrize("frames", [(), (LOOP, SUB), (WHILED,)])
def test_next_does_not_look_behind_a_gosub(frames: tuple[Frame, ...]) -> None:
    stack, _ = stack_of(*frames)
    with pytest.raises(BasicError) as caught:
        stack.find_loop(1)
    assert caught.value.code == ErrorCode.NEXT_WITHOUT_FOR


def test_for_of_a_variable_that_counts_already_ends_that_loop() -> None:
    stack, frames = stack_of(LOOP, INNER)
    stack.drop_loop(1)
    assert frames == []


def test_for_leaves_the_loops_of_the_caller_alone() -> None:
    stack, frames = stack_of(LOOP, SUB)
    stack.drop_loop(1)
    assert frames == [LOOP, SUB]


def test_a_while_that_is_entered_again_has_one_frame() -> None:
    stack, frames = stack_of(WHILED, INNER)
    stack.enter_while(WHILED)
    assert frames == [WHILED]


def test_a_while_that_fails_ends_with_all_inside_it() -> None:
    stack, frames = stack_of(LOOP, WHILED, INNER)
    stack.leave_while(400)
    assert frames == [LOOP]


def test_wend_uncovers_its_while() -> None:
    stack, frames = stack_of(WHILED, INNER)
    assert stack.find_while(500) == WHILED
    assert frames == [WHILED]


def test_wend_without_while() -> None:
    stack, _ = stack_of(WHILED, SUB)
    with pytest.raises(BasicError) as caught:
        stack.find_while(500)
    assert caught.value.code == ErrorCode.WEND_WITHOUT_WHILE


def test_512_bytes_hold_85_gosubs() -> None:
    stack, frames = stack_of(*[SUB] * 84)
    stack.check(GOSUB)
    frames.append(SUB)
    with pytest.raises(BasicError) as caught:
        stack.check(GOSUB)
    assert caught.value.code == ErrorCode.OUT_OF_MEMORY


def test_clear_may_give_more_room() -> None:
    stack, _ = stack_of(*[SUB] * 85)
    stack.resize(1_024)
    stack.check(FOR)
    assert stack.roomy[0] == 1_024 // 18
