"""How each kind of statement becomes the body of a Python function: one builder a node, found by its type."""

from __future__ import annotations

from mbasic_core.compiler.statements import assignment, data, definitions, flow, keyboard, loops, output, traps
from mbasic_core.compiler.statements.context import Builder
from mbasic_core.language import ast

__all__ = ["BUILDERS"]

BUILDERS: dict[type[ast.Statement], Builder] = {
    **assignment.BUILDERS,
    **data.BUILDERS,
    **definitions.BUILDERS,
    **flow.BUILDERS,
    **keyboard.BUILDERS,
    **loops.BUILDERS,
    **output.BUILDERS,
    **traps.BUILDERS,
}
"""Statements that are not here are carried out by the machine itself (commands, files)."""
