"""DATA, READ and RESTORE."""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.statements.context import Builder, Context, done
from mbasic_core.language import ast
from mbasic_core.runtime.variables import type_of

__all__ = ["BUILDERS"]


def _read(context: Context, statement: ast.Read) -> None:
    out = context.out
    for target in statement.targets:
        kind = type_of(out.variables.key(target.name, target.suffix))
        subscripts = expressions.subscripts_of(out, target)
        expressions.assign(out, target, out.keep(f"read({kind!r})", kind), subscripts)
    context.on()


def _restore(context: Context, statement: ast.Restore) -> None:
    place = context.listing.first() if statement.line is None else context.line(statement.line)
    context.out.emit(f"restore({place})")
    context.on()


BUILDERS: dict[type[ast.Statement], Builder] = {ast.Data: done, ast.Read: _read, ast.Restore: _restore}
