"""CHAIN: what COMMON and ALL carry into the next program."""

from __future__ import annotations

from typing import Any

from mbasic_core.compiler.listing import Listing
from mbasic_core.language import ast
from mbasic_core.runtime.position import DIRECT, line_of
from mbasic_core.runtime.state import State

__all__ = ["Carried"]


class Carried:
    """Variables taken out of one program and put into the next."""

    def __init__(self, state: State, listing: Listing, *, everything: bool, merge: bool) -> None:
        self._state = state
        self._merge = merge
        self._functions = dict(state.functions) if everything and merge else {}
        self._program = dict(state.program) if self._functions else {}
        variables = state.variables
        self._types = list(variables.types)
        self._base = (variables.base, variables.base_fixed)
        scalars, arrays = _common(state, listing)
        self._scalars = {
            key: variables.values[variables.slots[key]] for key in variables.defined if everything or key in scalars
        }
        self._arrays: dict[str, tuple[tuple[int, ...], Any]] = {
            key: (bounds, variables.cells[variables.array_slots[key]])
            for key, bounds in variables.arrays().items()
            if everything or key in arrays
        }

    def restore(self) -> None:
        """Give the state, now holding the next program without variables, what is carried.

        DEFINT and the like and OPTION BASE hold on with MERGE only (BASIC-80 Reference Manual, CHAIN): without it,
        elements that were counted from 1 are counted from 0.
        """
        variables = self._state.variables
        base, fixed = self._base
        moved = 0 if self._merge else base
        if self._merge:
            variables.types[:] = self._types
            variables.base, variables.base_fixed = base, fixed
            if self._functions:
                self._restore_functions()
        for key, value in self._scalars.items():
            variables.values[variables.define(key)] = value
        if self._arrays:
            variables.base_fixed = True
        for key, (bounds, cells) in self._arrays.items():
            slot = variables.array_slot(key)
            variables.cells[slot] = cells
            variables.bounds[slot] = tuple(bound - moved for bound in bounds)

    def _restore_functions(self) -> None:
        """User functions, with MERGE and ALL: those before the lines deleted and merged; the others are undefined."""
        program = self._state.program
        numbers = sorted(self._program.keys() | program.keys())
        changed = next((n for n in numbers if self._program.get(n) != program.get(n)), DIRECT)
        self._state.functions.update({key: at for key, at in self._functions.items() if line_of(at) < changed})


def _common(state: State, listing: Listing) -> tuple[set[str], set[str]]:
    """Full names that the program's COMMON statements list."""
    scalars: set[str] = set()
    arrays: set[str] = set()
    for _, statement in listing.search(listing.first(), ast.Common):
        assert isinstance(statement, ast.Common)
        for name, suffix, is_array in statement.variables:
            (arrays if is_array else scalars).add(state.variables.key(name, suffix))
    return scalars, arrays
