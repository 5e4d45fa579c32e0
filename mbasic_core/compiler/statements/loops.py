"""FOR … NEXT and WHILE … WEND (docs/numerics.md section 9).

A FOR frame is (1, slot, limit, step, position of the body); a WHILE frame (2, position of WHILE, position behind WEND).
Only the NEXT that stands where FOR looked for it closes a loop: another one that the program jumps to is without FOR.
"""

from __future__ import annotations

from mbasic_core.compiler import expressions, operators
from mbasic_core.compiler.emitter import Emitter, Operand, StaticError
from mbasic_core.compiler.statements.context import Builder, Context
from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.position import line_of
from mbasic_core.runtime.variables import type_of

__all__ = ["BUILDERS"]

_OVER = "({0}>{1} if {2}>0 else {0}<{1} if {2} else {0}=={1})"
"""A loop ends when sign(variable - limit) = sign(step)."""


def _converted(out: Emitter, expr: ast.Expr, type_: str) -> str:
    return out.keep(operators.store_value(out, expressions.value(out, expr), type_), type_).code


def _for(context: Context, statement: ast.For) -> None:
    out = context.out
    variable = statement.variable
    if isinstance(variable, ast.Index):
        raise StaticError(ErrorCode.SYNTAX)
    key = out.variables.key(variable.name, variable.suffix)
    kind = type_of(key)
    if kind not in "IS":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    slot = out.variables.define(key)
    start = _converted(out, statement.start, kind)
    limit = _converted(out, statement.limit, kind)
    step = _converted(out, statement.step or ast.Num(1), kind)
    close = context.listing.matching(context.position, ast.For, ast.Next)
    if close is None:
        raise StaticError(ErrorCode.FOR_WITHOUT_NEXT)
    closing = context.listing.statement(close)
    if isinstance(closing, ast.Next) and closing.variable is not None and closing.variable != variable:
        named = out.variables.key(closing.variable.name, closing.variable.suffix)
        if isinstance(closing.variable, ast.Index) or named != key:
            out.emit(f"raise Located({int(ErrorCode.NEXT_WITHOUT_FOR)},{line_of(close)})")
            return
    out.emit(f"v[{slot}]={start}")
    out.emit(f"if stack:drop_loop({slot},{context.following})")
    out.emit(f"if {_OVER.format(start, limit, step)}:return {context.listing.following(close)}")
    out.emit("if len(stack)>=roomy[0]:check_stack(1)")
    out.emit(f"stack.append((1,{slot},{limit},{step},{context.following}))")
    context.on()


def _next(context: Context, statement: ast.Next) -> None:
    out = context.out
    variable = statement.variable
    begin = context.listing.opening(context.position, ast.For, ast.Next)
    if begin is None:
        raise StaticError(ErrorCode.NEXT_WITHOUT_FOR)
    body = context.listing.following(begin)
    if variable is None:
        _find_loop(out, f"f[4]!={body}", f"None,{body}")
        out.emit("s=f[1];x=v[s];d=f[3]")
        out.emit("if type(x) is int:")
        out.depth += 1
        _count_integer(out, "s")
        _leave_or_repeat(context, "n")
        out.depth -= 1
        _count_single(context, "s")
        return
    if isinstance(variable, ast.Index):
        raise StaticError(ErrorCode.NEXT_WITHOUT_FOR)
    key = out.variables.key(variable.name, variable.suffix)
    slot = out.variables.slot(key)
    _find_loop(out, f"f[4]!={body} or f[1]!={slot}", f"{slot},{body}")
    out.emit(f"x=v[{slot}];d=f[3]")
    if type_of(key) == "I":
        _count_integer(out, str(slot))
        _leave_or_repeat(context, "n")
    else:
        _count_single(context, str(slot))


def _find_loop(out: Emitter, test: str, wanted: str) -> None:
    out.emit("f=stack[-1] if stack else NO_FRAME")
    out.emit("try:")
    out.emit(f" if {test}:f=find_loop({wanted})")
    out.emit(f"except IndexError:f=find_loop({wanted})")  # only the frame of a FOR has five entries


def _count_integer(out: Emitter, slot: str) -> None:
    out.emit("n=x+d")
    out.emit("if not -32768<=n<=32767:raise BasicError(6)")
    out.emit(f"v[{slot}]=n")


def _count_single(context: Context, slot: str) -> None:
    out = context.out
    total = operators.arithmetic(out, "+", Operand("x", "S"), Operand("d", "S"))
    out.emit(f"v[{slot}]={total.code}")
    _leave_or_repeat(context, total.code)


def _leave_or_repeat(context: Context, now: str) -> None:
    out = context.out
    out.emit("l=f[2]")
    out.emit(f"if {_OVER.format(now, 'l', 'd')}:")
    out.emit(" stack.pop()")
    out.emit(f" return {context.following}")
    out.emit("return f[4]")


def _while(context: Context, statement: ast.While) -> None:
    out = context.out
    close = context.listing.matching(context.position, ast.While, ast.Wend)
    if close is None:
        raise StaticError(ErrorCode.WHILE_WITHOUT_WEND)
    behind = context.listing.following(close)
    test = expressions.condition(out, statement.condition)
    out.emit(f"if {test}:")
    out.emit(
        f" if not stack or stack[-1]!=(2,{context.position},{behind}):enter_while((2,{context.position},{behind}))"
    )
    out.emit(f" return {context.following}")
    out.emit(f"if stack:leave_while({context.position})")
    out.emit(f"return {behind}")


def _wend(context: Context, _statement: ast.Wend) -> None:
    out = context.out
    out.emit("f=stack[-1] if stack else NO_FRAME")
    out.emit(f"if f[0]!=2 or f[2]!={context.following}:f=find_while({context.following})")
    out.emit("return f[1]")


BUILDERS: dict[type[ast.Statement], Builder] = {ast.For: _for, ast.Next: _next, ast.Wend: _wend, ast.While: _while}
