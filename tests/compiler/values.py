"""The value of an expression, by way of the compiler."""

from __future__ import annotations

from mbasic_core.compiler.program import Program
from mbasic_core.language import ast
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.items import Value
from mbasic_core.runtime.position import DIRECT, Position, at
from mbasic_core.runtime.state import State
from tests.language.programs import tokens, typed

__all__ = ["compiled", "step", "value"]


def _execute(statement: ast.Statement, _following: Position) -> Position:
    raise AssertionError(statement)


def compiled(program: str = "", direct: str = "") -> tuple[Program, State]:
    """A program and a direct-mode line, ready to be stepped through."""
    state = State(program=typed(program), direct=tokens(direct))
    made = Program(state, _execute, StateDisk())
    made.credit = 1 << 30
    return made, state


def step(statement: str) -> State:
    """The state after the statements of a direct-mode line, one after the other."""
    program, state = compiled(direct=statement)
    position = at(DIRECT)
    while position >= 0:
        position = program.steps[position]()
    return state


def value(text: str, before: str = "") -> Value:
    """The value of an expression, after some statements."""
    program, _ = compiled(direct=f"{before}:Z9={text}" if before else f"Z9={text}")
    *statements, last = program.listing.statements(DIRECT)
    for index in range(len(statements)):
        program.steps[at(DIRECT, index)]()
    assert isinstance(last, ast.Let)
    return program.evaluate(last.value)
