"""IF, GOTO, GOSUB, RETURN, ON … GOTO, and what ends or interrupts a program."""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.emitter import StaticError
from mbasic_core.compiler.statements.context import Builder, Context, done
from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.position import DONE, Position, at, line_of

__all__ = ["BUILDERS"]

_NOWHERE, _MISSING = DONE - 1, DONE - 2
"""In the table of ON … GOTO: a line that does not exist, and one that is not named."""


def _if(context: Context, statement: ast.If) -> None:
    line = line_of(context.position)
    branch = statement.otherwise
    otherwise = context.listing.after(line) if branch is None else at(line, branch)
    test = expressions.condition(context.out, statement.condition)
    context.out.emit(f"return {context.following} if {test} else {otherwise}")


def _else(context: Context, _statement: ast.Else) -> None:
    context.go(context.listing.after(line_of(context.position)))


def _goto(context: Context, statement: ast.Goto) -> None:
    context.go(context.line(statement.line))


def _push(context: Context, target: Position) -> None:
    out = context.out
    out.emit("if len(stack)>=roomy[0]:check_stack(0)")
    out.emit(f"stack.append((0,{context.following}))")
    context.go(target)


def _gosub(context: Context, statement: ast.Gosub) -> None:
    _push(context, context.line(statement.line))


def _return(context: Context, statement: ast.Return) -> None:
    if statement.line is not None:
        raise StaticError(ErrorCode.SYNTAX)
    out = context.out
    out.emit("while stack:")
    out.emit(" f=stack.pop()")
    out.emit(" if f[0]==0:return f[1]")
    out.fail(ErrorCode.RETURN_WITHOUT_GOSUB)


def _on_goto(context: Context, statement: ast.OnGoto) -> None:
    out = context.out
    selector = expressions.integer(out, statement.selector)
    out.emit(f"if not 0<={selector}<=255:raise BasicError(5)")
    out.emit(f"if not 0<{selector}<={len(statement.lines)}:return {context.following}")
    places = []
    for number in statement.lines:
        try:
            places.append(_MISSING if number is None else context.line(number))
        except StaticError:
            places.append(_NOWHERE)
    listed = ",".join(str(place) for place in places)
    out.emit(f"p=({listed},)[{selector}-1]")
    if _NOWHERE in places:
        out.emit(f"if p=={_NOWHERE}:raise BasicError({int(ErrorCode.UNDEFINED_LINE)})")
    if _MISSING in places:
        out.emit(f"if p=={_MISSING}:raise BasicError({int(ErrorCode.SYNTAX)})")
    if statement.gosub:
        out.emit("if len(stack)>=roomy[0]:check_stack(0)")
        out.emit(f"stack.append((0,{context.following}))")
    out.emit("return p")


def _bad(context: Context, statement: ast.Bad) -> None:
    context.out.emit(f"raise BasicError({statement.code})")


def _halt(kind: str) -> Builder:
    def build(context: Context, _statement: ast.Statement) -> None:
        context.out.emit(f"state.pc={context.following}")
        context.out.emit(f"raise Halt({kind!r})")

    return build


BUILDERS: dict[type[ast.Statement], Builder] = {
    ast.Bad: _bad,
    ast.Else: _else,
    ast.End: _halt("end"),
    ast.Gosub: _gosub,
    ast.Goto: _goto,
    ast.If: _if,
    ast.OnGoto: _on_goto,
    ast.Rem: done,
    ast.Return: _return,
    ast.Stop: _halt("stop"),
}
