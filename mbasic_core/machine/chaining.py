"""CHAIN: what COMMON and ALL carry into the next program."""

from __future__ import annotations

from typing import Any

from mbasic_core.compiler.listing import Listing
from mbasic_core.language import ast
from mbasic_core.runtime.state import State

__all__ = ["Carried"]


class Carried:
    """Variables taken out of one program and put into the next."""

    def __init__(self, state: State, listing: Listing, *, everything: bool) -> None:
        self._state = state
        variables = state.variables
        self._types = list(variables.types)
        self._base = (variables.base, variables.base_fixed)
        scalars, arrays = _common(state, listing)
        self._everything = everything
        self._functions = dict(state.functions) if everything else {}
        self._scalars = {
            key: variables.values[variables.slots[key]] for key in variables.defined if everything or key in scalars
        }
        self._arrays: dict[str, tuple[tuple[int, ...], Any]] = {
            key: (bounds, variables.cells[variables.array_slots[key]])
            for key, bounds in variables.arrays().items()
            if everything or key in arrays
        }

    def restore(self) -> None:
        """Give the state, now holding the next program without variables, what is carried."""
        variables = self._state.variables
        if self._everything:
            variables.types[:] = self._types
        for key, value in self._scalars.items():
            variables.values[variables.define(key)] = value
        if self._arrays:
            variables.base, variables.base_fixed = self._base
        for key, (bounds, cells) in self._arrays.items():
            slot = variables.array_slot(key)
            variables.cells[slot] = cells
            variables.bounds[slot] = bounds


def _common(state: State, listing: Listing) -> tuple[set[str], set[str]]:
    """Full names that the program's COMMON statements list."""
    scalars: set[str] = set()
    arrays: set[str] = set()
    for _, statement in listing.search(listing.first(), ast.Common):
        assert isinstance(statement, ast.Common)
        for name, suffix, is_array in statement.variables:
            (arrays if is_array else scalars).add(state.variables.key(name, suffix))
    return scalars, arrays
