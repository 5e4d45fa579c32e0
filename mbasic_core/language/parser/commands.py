"""Statements about the program itself, most of them typed directly."""

from __future__ import annotations

from types import MappingProxyType

from mbasic_core.language import ast
from mbasic_core.language.parser.cursor import Cursor, SyntaxFault
from mbasic_core.language.parser.expressions import COMMA, expression
from mbasic_core.language.parser.line import LineParse
from mbasic_core.language.tokens import Tok


def _run(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    if cursor.ended:
        line.emit(ast.Run())
        return
    number = cursor.line_number()
    if number is not None:
        line.emit(ast.Run(number))
        line.skip()
        return
    name, keep_files = _name_and_option(cursor)
    line.emit(ast.Run(name=name, keep_files=keep_files))


def _load(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Load(*_name_and_option(line.cursor)))


def _save(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    name = expression(cursor)
    mode = cursor.letter() if cursor.accept(COMMA) else ""
    if mode not in ("", "A", "P"):
        raise SyntaxFault
    line.emit(ast.Save(name, mode))


def _merge(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Merge(expression(line.cursor)))


def _list(line: LineParse) -> None:
    cursor = line.cursor
    printer = cursor.peek() == Tok.LLIST
    cursor.pos += 1
    line.alone(ast.List(None if cursor.ended else _range(cursor), printer))


def _delete(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    line.alone(ast.Delete(ast.LineRange(None, None) if cursor.ended else _range(cursor)))


def _chain(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    merge = cursor.accept(Tok.MERGE)
    name = expression(cursor)
    start: ast.Expr | None = None
    everything, delete = False, None
    if cursor.accept(COMMA):
        if cursor.peek() != COMMA:
            start = expression(cursor)
        if not cursor.ended:
            cursor.expect(COMMA)
            if cursor.peek() != Tok.DELETE:
                cursor.expect_letters("ALL")
                everything = True
                if not cursor.ended:
                    cursor.expect(COMMA)
            if cursor.accept(Tok.DELETE):
                delete = _range(cursor)
    line.alone(ast.Chain(name, merge, start, everything, delete))


def _common(line: LineParse) -> None:
    """COMMON does nothing when it runs, so what is wrong in it says nothing there."""
    cursor = line.cursor
    cursor.pos += 1
    names: list[tuple[str, str, bool]] = []
    while _is_letter(cursor):
        name, suffix = cursor.name()
        array = cursor.accept(ord("("))
        if array and not cursor.accept(ord(")")):
            cursor.constant()  # the number of dimensions, for the compiler
            cursor.accept(ord(")"))
        names.append((name, suffix, array))
        if not cursor.accept(COMMA):
            break
    line.emit(ast.Common(tuple(names)))
    line.skip()


def _new(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.New())


def _cont(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Cont())


def _system(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.System())


def _auto(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    start = step = None
    same_step = False
    if not cursor.ended:
        start = cursor.line_or_current() or 0
        if cursor.accept(COMMA):
            step = cursor.line_number()
            same_step = step is None
    line.alone(ast.Auto(start, step, same_step))


def _renum(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    new = old = step = None
    if not cursor.ended and cursor.peek() != COMMA:
        new = cursor.line_or_current() or 0
    if cursor.accept(COMMA):
        old = cursor.line_or_current()
        if cursor.accept(COMMA):
            step = cursor.line_number() or 0
    line.alone(ast.Renum(new, old, step))


def _edit(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    line.alone(ast.Edit(cursor.line_or_current() or 0))


def _range(cursor: Cursor) -> ast.LineRange:
    first = cursor.line_or_current()
    if first is not None and cursor.ended:
        return ast.LineRange(first, first)
    cursor.expect(Tok.MINUS)
    return ast.LineRange(first, None if cursor.ended else cursor.line_or_current() or 0)


def _name_and_option(cursor: Cursor) -> tuple[ast.Expr, bool]:
    """A file name, and whether `,R` follows it."""
    name = expression(cursor)
    option = cursor.accept(COMMA)
    if option:
        cursor.expect_letters("R")
    return name, option


def _is_letter(cursor: Cursor) -> bool:
    return ord("A") <= cursor.peek() <= ord("Z")


STATEMENTS = MappingProxyType(
    {
        int(Tok.RUN): _run,
        int(Tok.LOAD): _load,
        int(Tok.SAVE): _save,
        int(Tok.MERGE): _merge,
        int(Tok.LIST): _list,
        int(Tok.LLIST): _list,
        int(Tok.DELETE): _delete,
        int(Tok.CHAIN): _chain,
        int(Tok.COMMON): _common,
        int(Tok.NEW): _new,
        int(Tok.CONT): _cont,
        int(Tok.SYSTEM): _system,
        int(Tok.AUTO): _auto,
        int(Tok.RENUM): _renum,
        int(Tok.EDIT): _edit,
    }
)
"""Parsers by the token that a statement begins with."""
