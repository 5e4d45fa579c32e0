"""Breakpoints: the lines before which a program stops, as they are set, and as lines of the program come and go."""

from __future__ import annotations

from collections.abc import Iterable

from mbasic_core.compiler.program import Program
from mbasic_core.machine.editing import HIGHEST
from mbasic_core.runtime.position import END, Position, index_of, line_of
from mbasic_core.runtime.state import State

__all__ = ["let_pass", "prune", "put", "stopped"]


def put(state: State, program: Program, lines: Iterable[int]) -> None:
    """Have breakpoints in these lines and no others; raises ValueError for what is no line number."""
    wanted = set(lines)
    if not all(0 <= line <= HIGHEST for line in wanted):
        raise ValueError(f"a line number is 0 to {HIGHEST}")
    for line in wanted.symmetric_difference(state.breakpoints):
        program.watch(line)
    state.breakpoints[:] = sorted(wanted)
    if line_of(state.passed) not in wanted:
        state.passed = END


def prune(state: State, lines: Iterable[int] | None = None) -> None:
    """Forget the breakpoints of those of the lines, of all when there are none, that the program no longer has."""
    gone = set(state.breakpoints if lines is None else lines) - state.program.keys()
    state.breakpoints[:] = [line for line in state.breakpoints if line not in gone]


def stopped(state: State, line: int, *, at_breakpoint: bool = False) -> None:
    """The program stopped in a line, or begins or ends (-1)."""
    state.stopped_in, state.at_breakpoint = line, at_breakpoint


def let_pass(state: State, place: Position) -> None:
    """CONT goes on at a place: when the program stopped right before it, its breakpoint is not to stop it again.

    Behind a STOP that ends the line before, the program has yet to get there.
    """
    line = line_of(place)
    if not index_of(place) and line == state.stopped_in and line in state.breakpoints:
        state.passed = place
