"""ERROR, ON ERROR GOTO and RESUME."""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.statements.context import Builder, Context
from mbasic_core.language import ast

__all__ = ["BUILDERS"]


def _error(context: Context, statement: ast.Error) -> None:
    out = context.out
    code = expressions.integer(out, statement.code)
    out.emit(f"raise BasicError({code} if 0<{code}<=255 else 5)")


def _on_error(context: Context, statement: ast.OnError) -> None:
    if statement.line:
        context.line(statement.line)
    context.out.emit(f"set_trap({statement.line})")
    context.on()


def _resume(context: Context, statement: ast.Resume) -> None:
    place = context.line(statement.line) if statement.line else None
    context.out.emit(f"return resume({place},{statement.next})")


BUILDERS: dict[type[ast.Statement], Builder] = {ast.Error: _error, ast.OnError: _on_error, ast.Resume: _resume}
