"""The control stack: what NEXT, WEND, RETURN and FOR find on it."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.stack import ControlStack
from mbasic_core.runtime.state import FOR, GOSUB, WHILE, Frame, State
from tests.machine.talk import Talk, run

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
    assert stack.find_loop(1, 200) == LOOP
    assert frames == [LOOP]


def test_next_without_a_name_takes_the_innermost_loop() -> None:
    stack, frames = stack_of(LOOP, INNER, WHILED)
    assert stack.find_loop(None, 300) == INNER
    assert frames == [LOOP, INNER]


@pytest.mark.parametrize("frames", [(), (LOOP, SUB), (WHILED,)])
def test_next_does_not_look_behind_a_gosub(frames: tuple[Frame, ...]) -> None:
    stack, _ = stack_of(*frames)
    with pytest.raises(BasicError) as caught:
        stack.find_loop(1, 200)
    assert caught.value.code == ErrorCode.NEXT_WITHOUT_FOR


@pytest.mark.parametrize("slot", [None, 2])
def test_another_loops_next_closes_none_and_leaves_them_all(slot: int | None) -> None:
    stack, frames = stack_of(LOOP, INNER, WHILED)
    with pytest.raises(BasicError) as caught:
        stack.find_loop(slot, 200)
    assert caught.value.code == ErrorCode.NEXT_WITHOUT_FOR
    assert frames == [LOOP, INNER, WHILED]


def test_another_for_of_the_same_variable_ends_no_loop() -> None:
    stack, frames = stack_of(LOOP, INNER)
    stack.drop_loop(1, 250)
    assert frames == [LOOP, INNER]


def test_for_that_is_executed_again_ends_its_loop() -> None:
    stack, frames = stack_of(LOOP, INNER)
    stack.drop_loop(1, 200)
    assert frames == []


def test_for_leaves_the_loops_of_the_caller_alone() -> None:
    stack, frames = stack_of(LOOP, SUB)
    stack.drop_loop(1, 200)
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


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 N=N+1:GOSUB 10", "85"),
        ("10 CLEAR ,,60\n20 N=N+1:GOSUB 20", "10"),
        ("10 CLEAR ,,1200\n20 N=N+1:GOSUB 20", "200"),
        ("10 CLEAR ,,180\n20 GOTO 40\n30 NEXT\n40 N=N+1:FOR I=1 TO 2:GOSUB 40\n50 NEXT", "7"),
    ],
)
def test_nesting_ends_with_the_stack(program: str, shown: str) -> None:
    talk = Talk(program)
    assert talk.type("RUN").startswith("Out of memory in")
    assert talk.type("PRINT N-1").split()[0] == shown


def test_expressions_share_the_stack() -> None:
    deep = f"PRINT {'(' * 60}1{')' * 60}"
    program = f"10 N=N+1:IF N<{{}} THEN GOSUB 10\n20 {deep}:END"
    assert run(program.format(40)) == "1"
    assert run(program.format(60)) == "Out of memory in 20"
    assert run("5 CLEAR ,,1000\n" + program.format(60)) == "1"
    assert run(f"10 PRINT {'LEN(STR$(' * 17}1{'))' * 17}") == "2"
    assert run(f"1 CLEAR ,,200\n10 PRINT {'LEN(STR$(' * 17}1{'))' * 17}") == "Out of memory in 10"


def test_functions_share_the_stack() -> None:
    chain = "".join(f"{n} DEF FNA{n}(X)=FNA{n + 1}(X)+1\n" for n in range(1, 25)) + "25 DEF FNA25(X)=X\n"
    assert run(chain + "30 PRINT FNA1(1)") == "25"
    assert run(f"0 CLEAR ,,300\n{chain}30 PRINT FNA1(1)") == "Out of memory in 30"
