"""Statements that decide what runs next."""

from __future__ import annotations

from types import MappingProxyType

from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.language.parser.cursor import SyntaxFault
from mbasic_core.language.parser.expressions import COMMA, expression, target
from mbasic_core.language.parser.line import LineParse, expect_equal
from mbasic_core.language.tokens import Tok


def _for(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    name, suffix = cursor.name()
    expect_equal(cursor)
    start = expression(cursor)
    cursor.expect(Tok.TO)
    limit = expression(cursor)
    step = expression(cursor) if cursor.accept(Tok.STEP) else None
    line.alone(ast.For(ast.Var(name, suffix), start, limit, step))


def _next(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    if cursor.ended:
        line.emit(ast.Next(None))
        return
    line.emit(ast.Next(target(cursor)))
    while cursor.accept(COMMA):
        line.emit(ast.Next(target(cursor)))


def _while(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.While(expression(line.cursor)))


def _if(line: LineParse) -> None:
    cursor = line.cursor
    start = cursor.pos
    cursor.pos += 1
    try:
        condition = expression(cursor)
        cursor.accept(COMMA)
        if cursor.peek() != Tok.GOTO:
            cursor.expect(Tok.THEN)
    except SyntaxFault:
        cursor.pos = start  # so that this IF too is counted where its ELSE is looked for
        raise
    line.condition(condition)
    if cursor.peek() == Tok.GOTO:
        line.joined = True
    else:
        line.branch()


def _else(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alternative()


def _goto(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Goto(_needed_line(line)))
    line.skip()


def _gosub(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Gosub(_needed_line(line)))
    line.skip()


def _return(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.Return())


def _on(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    if cursor.accept(Tok.ERROR):
        cursor.expect(Tok.GOTO)
        line.emit(ast.OnError(cursor.line_number() or 0))
        return
    selector = expression(cursor)
    gosub = cursor.accept(Tok.GOSUB)
    if not gosub:
        cursor.expect(Tok.GOTO)
    lines = [cursor.line_number()]
    while cursor.accept(COMMA):
        lines.append(cursor.line_number())
    line.emit(ast.OnGoto(selector, tuple(lines), gosub))


def _resume(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    if cursor.accept(Tok.NEXT):
        line.alone(ast.Resume(next=True))
    else:
        line.alone(ast.Resume(cursor.line_number() or 0))


def _error(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.Error(expression(line.cursor)))


def _wend(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.Wend())


def _stop(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.Stop())


def _end(line: LineParse) -> None:
    line.cursor.pos += 1
    line.alone(ast.End())


def _remark(line: LineParse) -> None:
    line.cursor.pos = len(line.cursor.line)
    line.emit(ast.Rem())


def _needed_line(line: LineParse) -> int:
    number = line.cursor.line_number()
    if number is None:
        raise SyntaxFault(ErrorCode.SYNTAX)
    return number


STATEMENTS = MappingProxyType(
    {
        int(Tok.FOR): _for,
        int(Tok.NEXT): _next,
        int(Tok.WHILE): _while,
        int(Tok.WEND): _wend,
        int(Tok.IF): _if,
        int(Tok.ELSE): _else,
        int(Tok.GOTO): _goto,
        int(Tok.GOSUB): _gosub,
        int(Tok.RETURN): _return,
        int(Tok.ON): _on,
        int(Tok.RESUME): _resume,
        int(Tok.ERROR): _error,
        int(Tok.STOP): _stop,
        int(Tok.END): _end,
        int(Tok.REM): _remark,
    }
)
"""Parsers by the token that a statement begins with."""
