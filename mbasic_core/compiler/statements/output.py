"""PRINT, PRINT USING, LPRINT, WRITE, and the same to files."""

from __future__ import annotations

from mbasic_core.compiler import expressions
from mbasic_core.compiler.statements.context import Builder, Context
from mbasic_core.language import ast
from mbasic_core.runtime.screen import OUTPUT_MOST

__all__ = ["BUILDERS"]


def _open(context: Context, file: ast.Expr | None, printer: bool) -> str:
    """The text of the device that the statement writes to."""
    if printer:
        return "printer"
    if file is None:
        context.out.emit(f"if screen.size>={OUTPUT_MOST}:raise Exhausted")
        return "screen"
    return context.out.keep(f"writer({expressions.integer(context.out, file)})", "").code


def _print(context: Context, statement: ast.Print) -> None:
    out = context.out
    device = _open(context, statement.file, statement.printer)
    if statement.using is not None:
        _using(context, statement, device)
        return
    for item in statement.items:
        if isinstance(item, ast.Separator):
            if item.mark == ",":
                out.emit(f"{device}.comma()")
        elif isinstance(item, ast.Tab):
            out.emit(f"{device}.tab({expressions.integer(out, item.column)})")
        elif isinstance(item, ast.Spc):
            out.emit(f"{device}.spc({expressions.integer(out, item.count)})")
        elif isinstance(item, ast.FnCall) and len(item.args) == 1:
            _call(context, item, device)
        else:
            _item(context, item, device)
    if statement.newline:
        out.emit(f"{device}.newline()")
    context.on()


def _item(context: Context, item: ast.Expr, device: str) -> None:
    operand = expressions.value(context.out, item)
    text = operand.code if operand.type == "$" else f"number_text({operand.code})+' '"
    context.out.emit(f"{device}.put({text})")


def _call(context: Context, item: ast.FnCall, device: str) -> None:
    """`FNname(x)`, which are two items when the function takes no arguments."""
    out = context.out
    out.emit(f"if takes_nothing({out.variables.key(item.name, item.suffix)!r}):")
    out.depth += 1
    for part in (ast.FnCall(item.name, item.suffix, ()), *item.args):
        _item(context, part, device)
    out.depth -= 1
    out.emit("else:")
    out.depth += 1
    _item(context, item, device)
    out.depth -= 1


def _using(context: Context, statement: ast.Print, device: str) -> None:
    out = context.out
    assert statement.using is not None
    out.emit(f"using=Using({expressions.string(out, statement.using)},{device})")
    for item in statement.items:
        if isinstance(item, ast.Expr):
            out.emit(f"using.value({expressions.value(out, item).code})")
    out.emit("using.seek()" if statement.broken else f"using.end({statement.newline})")
    context.on()


def _write(context: Context, statement: ast.Write) -> None:
    out = context.out
    device = _open(context, statement.file, False)
    for place, item in enumerate(statement.items):
        if place:
            out.emit(f"{device}.write(',')")
        operand = expressions.value(out, item)
        text = f"'\"'+{operand.code}+'\"'" if operand.type == "$" else f"number_text({operand.code}).lstrip()"
        out.emit(f"{device}.write({text})")
    if statement.newline:
        out.emit(f"{device}.{'newline' if statement.file is None else 'end'}()")
    context.on()


BUILDERS: dict[type[ast.Statement], Builder] = {ast.Print: _print, ast.Write: _write}
