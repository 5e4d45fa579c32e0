"""LET, MID$=, SWAP, POKE, LSET and RSET."""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.emitter import Emitter, StaticError
from mbasic_core.compiler.statements.context import Builder, Context
from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.variables import type_of

__all__ = ["BUILDERS"]


def _let(context: Context, statement: ast.Let) -> None:
    out = context.out
    target = statement.target
    subscripts = expressions.subscripts_of(out, target)
    if isinstance(target, ast.Var):
        out.variables.define(out.variables.key(target.name, target.suffix))
    expressions.assign(out, target, expressions.value(out, statement.value), subscripts)
    context.on()


def _text_target(out: Emitter, target: ast.Target) -> None:
    if type_of(out.variables.key(target.name, target.suffix)) != "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)


def _mid(context: Context, statement: ast.MidLet) -> None:
    """MID$(A$, start [, length]) = value never changes the length of A$."""
    out = context.out
    _text_target(out, statement.target)
    subscripts = expressions.subscripts_of(out, statement.target)
    old = expressions.value(out, statement.target).code
    start = expressions.integer(out, statement.start)
    length = "255" if statement.length is None else expressions.integer(out, statement.length)
    if statement.value == statement.target:
        changed = out.keep(f"replace_by_itself({old},{start},{length})", "$")
    else:
        new = expressions.string(out, statement.value)
        changed = out.keep(f"replace_middle({old},{start},{length},{new})", "$")
    out.emit(f"if state.files:change_field([{_named(out, statement.target, subscripts)}],{old},{changed.code})")
    expressions.assign(out, statement.target, changed, subscripts)
    context.on()


def _swap(context: Context, statement: ast.Swap) -> None:
    """SWAP wants two variables of one type; the second one must exist."""
    out = context.out
    variables = out.variables
    keys = [variables.key(t.name, t.suffix) for t in (statement.left, statement.right)]
    if isinstance(statement.left, ast.Var):
        variables.define(keys[0])
    if type_of(keys[0]) != type_of(keys[1]):
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if isinstance(statement.right, ast.Var) and keys[1] not in variables.defined:
        out.provisional = True
        raise StaticError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    left_at = expressions.subscripts_of(out, statement.left)
    left = out.keep(expressions.value(out, statement.left).code, type_of(keys[0]))
    right_at = expressions.subscripts_of(out, statement.right)
    right = out.keep(expressions.value(out, statement.right).code, type_of(keys[1]))
    expressions.assign(out, statement.left, right, left_at)
    expressions.assign(out, statement.right, left, right_at)
    context.on()


def _poke(context: Context, statement: ast.Poke) -> None:
    out = context.out
    address = expressions.value(out, statement.address)
    if address.type == "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    out.emit(f"poke({address.code},{expressions.integer(out, statement.value)})")
    context.on()


def _lset(context: Context, statement: ast.LSet) -> None:
    out = context.out
    _text_target(out, statement.target)
    subscripts = expressions.subscripts_of(out, statement.target)
    old = expressions.value(out, statement.target).code
    new = expressions.string(out, statement.value)
    variable = _named(out, statement.target, subscripts)
    made = out.keep(f"justify([{variable}],{old},{new},{statement.right})", "$")
    expressions.assign(out, statement.target, made, subscripts)
    context.on()


def _named(out: Emitter, target: ast.Target, subscripts: list[str] | None) -> str:
    """A variable as FIELD keeps it: its full name and the values of its subscripts."""
    return ",".join([repr(out.variables.key(target.name, target.suffix)), *(subscripts or [])])


BUILDERS: dict[type[ast.Statement], Builder] = {
    ast.Let: _let,
    ast.LSet: _lset,
    ast.MidLet: _mid,
    ast.Poke: _poke,
    ast.Swap: _swap,
}
