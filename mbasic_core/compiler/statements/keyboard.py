"""INPUT, LINE INPUT and RANDOMIZE: statements that may wait for a line.

Such a statement runs twice: without a reply it prints its prompt and raises Suspend; fed, it runs again from its start
and finds the reply. Nothing half-run has to be remembered.
"""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.emitter import Operand
from mbasic_core.compiler.statements.context import Builder, Context
from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.variables import type_of

__all__ = ["BUILDERS"]

_SEED_PROMPT = "Random number seed (-32768 to 32767)? "


def _types(context: Context, targets: tuple[ast.Target, ...]) -> str:
    variables = context.out.variables
    return "".join(type_of(variables.key(target.name, target.suffix)) for target in targets)


def _input(context: Context, statement: ast.Input) -> None:
    out = context.out
    types = _types(context, statement.targets)
    if statement.file is not None:
        source = out.keep(f"reader({expressions.integer(out, statement.file)})", "").code
        for target, kind in zip(statement.targets, types, strict=True):
            expressions.assign(out, target, out.keep(f"{source}.item({kind!r})", kind))
        context.on()
        return
    prompt = statement.prompt + ("? " if statement.question else "")
    out.emit(f"values=keyboard.values({prompt!r},{statement.newline},{types!r})")
    for place, (target, kind) in enumerate(zip(statement.targets, types, strict=True)):
        expressions.assign(out, target, Operand(f"values[{place}]", kind))
    context.on()


def _line_input(context: Context, statement: ast.LineInput) -> None:
    out = context.out
    if _types(context, (statement.target,)) != "$":
        if statement.file is not None:
            out.emit(f"reader({expressions.integer(out, statement.file)})")
        else:
            out.emit(f"screen.write({statement.prompt!r})")
        out.fail(ErrorCode.TYPE_MISMATCH)
        return
    if statement.file is not None:
        line = f"reader({expressions.integer(out, statement.file)}).line()"
    else:
        line = f"keyboard.line({statement.prompt!r},{statement.newline})"
    expressions.assign(out, statement.target, out.keep(line, "$"))
    context.on()


def _randomize(context: Context, statement: ast.Randomize) -> None:
    out = context.out
    asked = f"keyboard.seed({_SEED_PROMPT!r})"
    seed = asked if statement.seed is None else expressions.integer(out, statement.seed)
    out.emit(f"seed({seed})")
    context.on()


BUILDERS: dict[type[ast.Statement], Builder] = {
    ast.Input: _input,
    ast.LineInput: _line_input,
    ast.Randomize: _randomize,
}
