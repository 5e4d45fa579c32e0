"""Commands on a long program: what takes long about them is done before them, in several turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from mbasic_core.language import ast
from mbasic_core.runtime.control import Exhausted
from mbasic_core.runtime.position import DIRECT
from mbasic_core.runtime.state import State

__all__ = ["AT_ONCE", "prepare", "repeatable"]

AT_ONCE = 64
"""Lines that are looked at before others get their turn: two thousandths of a second."""

_TAKING = frozenset({"INKEY$", "INPUT$", "RND", "USR"})
"""What is another value, or none, when it is asked for once more."""

_Item = TypeVar("_Item")


def prepare(state: State, items: Sequence[_Item], work: Callable[[_Item], object]) -> None:
    """Do `work`, which remembers its results, with each of many items; raises Exhausted until nearly all are done.

    The statement that asks for it begins again in the next turn, and the state knows only how far it is: results that
    are lost meanwhile cost time, nothing else.
    """
    done, state.progress = state.progress, 0
    upto = done + AT_ONCE
    if upto < min(len(items), DIRECT):
        for item in items[done:upto]:
            work(item)
        state.progress = upto
        raise Exhausted


def repeatable(statement: ast.Statement) -> bool:
    """Whether a statement's expressions can be computed again and again; what user functions do is not looked at."""
    return not any(
        isinstance(part, ast.FnCall) or (isinstance(part, ast.Call) and part.name in _TAKING)
        for part in ast.parts(statement)
    )
