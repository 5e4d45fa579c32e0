"""Steps: built when they are first reached, and again when what they rest on has changed."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.control import Exhausted, Finished, Halt, Suspend
from mbasic_core.runtime.position import DIRECT, DONE, END, at
from tests.compiler.values import compiled


def test_a_step_answers_where_to_go_on() -> None:
    program, state = compiled("10 A=5:GOTO 30\n20 END\n30 B=A")
    assert [program.steps[place]() for place in (at(10), at(10, 1), at(30))] == [at(10, 1), at(30), END]
    assert state.variables.values[state.variables.slots["B!"]] == 5.0


def test_a_step_is_built_once() -> None:
    program, _ = compiled("10 A=5")
    assert program.steps[at(10)] is program.steps[at(10)]


@pytest.mark.parametrize("place", [END, DONE])
def test_behind_the_last_statement(place: int) -> None:
    program, _ = compiled()
    with pytest.raises(Finished):
        program.steps[place]()


def test_without_credit_nothing_is_built() -> None:
    program, _ = compiled("10 A=5\n20 B=6")
    program.credit = 1
    program.steps[at(10)]()
    with pytest.raises(Exhausted):
        program.steps[at(20)]()
    program.steps[at(10)]()


def test_a_statement_of_the_machine_is_handed_over() -> None:
    program, _ = compiled("10 NEW")
    with pytest.raises(AssertionError, match="New"):
        program.steps[at(10)]()


def test_a_statement_bound_to_fail_runs_up_to_there() -> None:
    program, _ = compiled('10 PRINT 1;-"x"')
    with pytest.raises(BasicError) as caught:
        program.steps[at(10)]()
    assert caught.value.code == ErrorCode.TYPE_MISMATCH
    assert program.operations.screen.out == [" 1 "]


def test_a_statement_built_before_its_array_exists_is_built_again() -> None:
    program, _ = compiled("10 A(1)=A(1)+1")
    first = program.steps[at(10)]
    first()
    assert program.steps[at(10)] is not first
    second = program.steps[at(10)]
    second()
    assert program.steps[at(10)] is second


def test_swap_fails_only_until_its_variable_exists() -> None:
    program, state = compiled("10 SWAP A,B", "B=2")
    with pytest.raises(BasicError):
        program.steps[at(10)]()
    program.steps[at(DIRECT)]()
    program.steps[at(10)]()
    assert state.variables.values[state.variables.slots["A!"]] == 2.0


def test_deftype_changes_what_names_mean() -> None:
    program, state = compiled("10 A=1.5\n20 DEFINT A")
    for place in (at(10), at(20), at(10)):
        program.steps[place]()
    assert list(state.variables.defined) == ["A!", "A%"]


def test_a_new_direct_line_leaves_the_program_built() -> None:
    program, state = compiled("10 A=1", "B=2")
    step = program.steps[at(10)]
    program.steps[at(DIRECT)]()
    state.direct = b""
    program.forget_direct()
    assert program.steps[at(10)] is step
    assert program.listing.statement(at(DIRECT)) == ast.Rem()


def test_functions_of_the_program() -> None:
    program, state = compiled("10 DEF FNA(X,Y)=X*Y+Z\n20 Z=1:X=7:A=FNA(2,3)")
    for place in (at(10), at(20), at(20, 1), at(20, 2)):
        program.steps[place]()
    values = dict(zip(state.variables.slots, state.variables.values, strict=True))
    assert (values["A!"], values["X!"]) == (7.0, 7.0)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("FNA(1)", ErrorCode.SYNTAX),
        ('FNA(1,"x")', ErrorCode.TYPE_MISMATCH),
        ("FNB(1)", ErrorCode.UNDEFINED_USER_FUNCTION),
        ("FNC", ErrorCode.DIVISION_BY_ZERO),
    ],
)
def test_calls_that_do_not_fit_leave_the_parameters_alone(call: str, code: ErrorCode) -> None:
    program, state = compiled("10 DEF FNA(X,Y)=X\n15 DEF FNC=1\\0\n20 X=7\n30 A=" + call)
    for place in (at(10), at(15), at(20)):
        program.steps[place]()
    with pytest.raises(BasicError) as caught:
        program.steps[at(30)]()
    assert caught.value.code == code
    assert state.variables.values[state.variables.slots["X!"]] == 7.0


def test_keys_are_taken_before_anything_else_of_the_statement() -> None:
    program, state = compiled("10 PRINT 1;INPUT$(1);INPUT$(2)")
    state.keys = "ab"
    with pytest.raises(Suspend):
        program.steps[at(10)]()
    assert (program.operations.screen.out, state.keys) == ([], "ab")
    state.keys = "abc"
    program.steps[at(10)]()
    assert "".join(program.operations.screen.out) == " 1 abc\r\n"


@pytest.mark.parametrize(("statement", "kind"), [("END", "end"), ("STOP", "stop")])
def test_endings_say_where_to_go_on(statement: str, kind: str) -> None:
    program, state = compiled(f"10 {statement}\n20 REM")
    with pytest.raises(Halt) as caught:
        program.steps[at(10)]()
    assert (caught.value.kind, state.pc) == (kind, at(20))


def test_a_value_can_be_assigned_from_outside() -> None:
    program, state = compiled()
    program.assign(ast.Var("A", "$"), "text")
    program.assign(ast.Index("B", "", (ast.Num(2),)), 5.0)
    assert program.evaluate(ast.Var("A", "$")) == "text"
    assert state.variables.arrays() == {"B!": (10,)}


def test_only_the_first_statement_of_a_line_with_a_breakpoint_is_another_step() -> None:
    text = "10 A=5\n20 B=6:C=7\n30 D=8"
    plain, _ = compiled(text)
    program, state = compiled(text)
    state.breakpoints.append(20)
    for place in (at(10), at(20, 1), at(30)):
        assert program.steps[place].__code__ is plain.steps[place].__code__
    with pytest.raises(Halt, match="breakpoint"):
        program.steps[at(20)]()
    state.passed = at(20)
    assert program.steps[at(20)]() == at(20, 1)
    assert state.passed == END
    state.breakpoints.clear()
    program.watch(20)
    assert program.steps[at(20)].__code__ is plain.steps[at(20)].__code__


def test_a_statement_behind_its_breakpoint_that_must_wait_is_not_stopped_again() -> None:
    program, state = compiled("10 INPUT A")
    state.breakpoints.append(10)
    state.passed = at(10)
    with pytest.raises(Suspend):
        program.steps[at(10)]()
    assert state.passed == at(10)
    state.waiting.reply = "5"
    assert program.steps[at(10)]() == END
    with pytest.raises(Halt):
        program.steps[at(10)]()
