"""DIM, ERASE, OPTION BASE, DEF FN, DEFtype."""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.emitter import StaticError
from mbasic_core.compiler.statements.context import Builder, Context, done
from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.position import DIRECT, line_of

__all__ = ["BUILDERS"]


def _dim(context: Context, statement: ast.Dim) -> None:
    out = context.out
    target = statement.target
    if isinstance(target, ast.Index):
        slot = out.variables.array_slot(out.variables.key(target.name, target.suffix))
        bounds = expressions.subscripts_of(out, target) or []
        out.emit(f"dim({slot},({''.join(f'{bound},' for bound in bounds)}))")
    else:
        out.variables.define(out.variables.key(target.name, target.suffix))
    context.on()


def _erase(context: Context, statement: ast.Erase) -> None:
    out = context.out
    slot = out.variables.array_slot(out.variables.key(statement.name, statement.suffix))
    out.emit(f"erase({slot})")
    context.on()


def _option_base(context: Context, statement: ast.OptionBase) -> None:
    context.out.emit(f"option_base({statement.base})")
    context.on()


def _def_fn(context: Context, statement: ast.DefFn) -> None:
    if line_of(context.position) == DIRECT:
        raise StaticError(ErrorCode.ILLEGAL_DIRECT)
    key = context.out.variables.key(statement.name, statement.suffix)
    context.out.emit(f"define_function({key!r},{context.position})")
    context.on()


def _def_type(context: Context, statement: ast.DefType) -> None:
    context.out.emit(f"define_types({statement.type!r},{statement.ranges!r})")
    context.on()


BUILDERS: dict[type[ast.Statement], Builder] = {
    ast.DefFn: _def_fn,
    ast.DefType: _def_type,
    ast.DefUsr: done,
    ast.Dim: _dim,
    ast.Erase: _erase,
    ast.OptionBase: _option_base,
}
