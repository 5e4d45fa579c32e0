"""Places in the program, after RENUM gave its lines other numbers: loops, subroutines, DATA, functions, traps, CONT."""

from __future__ import annotations

from collections.abc import Mapping

from mbasic_core.runtime.position import Position, at, index_of, line_of
from mbasic_core.runtime.state import FOR, Frame, State

__all__ = ["move"]


def move(state: State, numbers: Mapping[int, int]) -> None:
    """Let all that names a line by its old number name the same line; a line that there is not keeps its number."""

    def moved(place: Position) -> Position:
        return at(numbers.get(line_of(place), line_of(place)), index_of(place)) if place >= 0 else place

    def frame(old: Frame) -> Frame:
        fixed = 4 if old[0] == FOR else 1
        return (*old[:fixed], *map(moved, old[fixed:]))

    state.stack[:] = map(frame, state.stack)
    state.functions.update({name: moved(place) for name, place in state.functions.items()})
    state.data = moved(state.data)
    state.resume = None if state.resume is None else moved(state.resume)
    state.trap.position = moved(state.trap.position)
    state.trap.line = numbers.get(state.trap.line, state.trap.line)
    state.breakpoints[:] = sorted({numbers.get(line, line) for line in state.breakpoints})
    state.stopped_in = numbers.get(state.stopped_in, state.stopped_in)
