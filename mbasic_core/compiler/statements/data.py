"""DATA, READ and RESTORE."""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.emitter import StaticError
from mbasic_core.compiler.statements.context import Builder, Context, done
from mbasic_core.language import ast
from mbasic_core.runtime.variables import type_of

__all__ = ["BUILDERS"]


def _read(context: Context, statement: ast.Read) -> None:
    """What could not be read whole is read again by the next READ."""
    out = context.out
    out.emit("p,o=state.data,state.data_offset")
    out.emit("try:")
    out.depth += 1
    try:
        for target in statement.targets:
            kind = type_of(out.variables.key(target.name, target.suffix))
            subscripts = expressions.subscripts_of(out, target)
            expressions.assign(out, target, out.keep(f"read({kind!r})", kind), subscripts)
    except StaticError as error:
        out.fail(error.code)
    out.depth -= 1
    out.emit("except BasicError:")
    out.emit(" state.data,state.data_offset=p,o")
    out.emit(" raise")
    context.on()


def _restore(context: Context, statement: ast.Restore) -> None:
    place = context.listing.first() if statement.line is None else context.line(statement.line)
    context.out.emit(f"restore({place})")
    context.on()


BUILDERS: dict[type[ast.Statement], Builder] = {ast.Data: done, ast.Read: _read, ast.Restore: _restore}
