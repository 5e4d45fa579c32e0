"""Statements on data files."""

from __future__ import annotations

from types import MappingProxyType

from mbasic_core.language import ast
from mbasic_core.language.parser.cursor import SyntaxFault
from mbasic_core.language.parser.expressions import COMMA, expression, file_number, target
from mbasic_core.language.parser.line import LineParse, expect_equal
from mbasic_core.language.tokens import Tok


def _open(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    mode = expression(cursor)
    cursor.expect(COMMA)
    file = file_number(cursor)
    cursor.expect(COMMA)
    name = expression(cursor)
    length = expression(cursor) if cursor.accept(COMMA) else None
    line.emit(ast.Open(mode, file, name, length))


def _close(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    if cursor.ended:
        line.emit(ast.Close())
        return
    files = [file_number(cursor)]
    try:
        while cursor.accept(COMMA):
            files.append(file_number(cursor))
    finally:
        line.emit(ast.Close(tuple(files)))


def _reset(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.Close())


def _field(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    file = file_number(cursor)
    fields: list[tuple[ast.Expr, ast.Target]] = []
    try:
        while cursor.accept(COMMA):
            width = expression(cursor)
            cursor.expect_letters("AS")
            fields.append((width, target(cursor)))
    except SyntaxFault:
        if fields:
            line.emit(ast.Field(file, tuple(fields)))
        raise
    line.emit(ast.Field(file, tuple(fields)))


def _get_put(line: LineParse) -> None:
    cursor = line.cursor
    put = cursor.peek() == Tok.PUT
    cursor.pos += 1
    file = file_number(cursor)
    record = expression(cursor) if cursor.accept(COMMA) else None
    line.emit(ast.GetPut(put, file, record))


def _lset(line: LineParse) -> None:
    cursor = line.cursor
    right = cursor.peek() == Tok.RSET
    cursor.pos += 1
    variable = target(cursor)
    expect_equal(cursor)
    line.emit(ast.LSet(variable, expression(cursor), right))


def _kill(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Kill(expression(line.cursor)))


def _name(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    old = expression(cursor)
    cursor.expect_letters("AS")
    line.emit(ast.Name(old, expression(cursor)))


def _files(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Files(None if line.cursor.ended else expression(line.cursor)))


STATEMENTS = MappingProxyType(
    {
        int(Tok.OPEN): _open,
        int(Tok.CLOSE): _close,
        int(Tok.RESET): _reset,
        int(Tok.FIELD): _field,
        int(Tok.GET): _get_put,
        int(Tok.PUT): _get_put,
        int(Tok.LSET): _lset,
        int(Tok.RSET): _lset,
        int(Tok.KILL): _kill,
        int(Tok.NAME): _name,
        int(Tok.FILES): _files,
    }
)
"""Parsers by the token that a statement begins with."""
