"""PRINT, WRITE, INPUT and what else concerns screen, printer and keyboard."""

from __future__ import annotations

from types import MappingProxyType

from mbasic_core.language import ast
from mbasic_core.language.parser.cursor import Cursor, SyntaxFault
from mbasic_core.language.parser.expressions import CLOSE, COMMA, HASH, expression, target
from mbasic_core.language.parser.line import LineParse
from mbasic_core.language.tokens import Tok

SEMICOLON = ord(";")


def _print(line: LineParse) -> None:
    line.cursor.pos += 1
    _items(line, _file(line.cursor), printer=False)


def _lprint(line: LineParse) -> None:
    line.cursor.pos += 1
    _items(line, None, printer=True)


def _items(line: LineParse, file: ast.Expr | None, *, printer: bool) -> None:
    cursor = line.cursor
    items: list[ast.PrintItem] = []
    try:
        while not cursor.ended and cursor.peek() != Tok.USING:
            items.append(_item(cursor))
        using = cursor.accept(Tok.USING)
    except SyntaxFault:
        if items:
            line.emit(ast.Print(tuple(items), newline=False, file=file, printer=printer))
        raise
    if not using:
        newline = not items or not isinstance(items[-1], ast.Tab | ast.Spc | ast.Separator)
        line.emit(ast.Print(tuple(items), newline=newline, file=file, printer=printer))
        return
    if items:
        line.emit(ast.Print(tuple(items), newline=False, file=file, printer=printer))
    _using(line, file, printer=printer)


def _item(cursor: Cursor) -> ast.PrintItem:
    byte = cursor.peek()
    if byte in (COMMA, SEMICOLON):
        cursor.pos += 1
        return ast.Separator(chr(byte))
    if byte not in (Tok.TAB, Tok.SPC):
        return expression(cursor)
    cursor.pos += 1
    value = expression(cursor)
    cursor.expect(CLOSE)
    return ast.Tab(value) if byte == Tok.TAB else ast.Spc(value)


def _using(line: LineParse, file: ast.Expr | None, *, printer: bool) -> None:
    cursor = line.cursor
    pattern = expression(cursor)
    cursor.expect(SEMICOLON)
    items: list[ast.PrintItem] = []
    separated = True
    fault: SyntaxFault | None = None
    try:
        while separated and not (items and cursor.ended):
            items.append(expression(cursor))
            separated = cursor.accept(COMMA) or cursor.accept(SEMICOLON)
        if not separated and not cursor.ended:
            raise SyntaxFault
    except SyntaxFault as found:
        fault = found
    newline = not separated and fault is None
    broken = fault is not None and separated
    line.emit(ast.Print(tuple(items), newline=newline, file=file, using=pattern, printer=printer, broken=broken))
    if fault is not None:
        raise fault


def _write(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    file = _file(cursor)
    items: list[ast.Expr] = []
    if cursor.ended:
        line.emit(ast.Write((), file=file))
        return
    separated = False
    try:
        items.append(expression(cursor))
        while not cursor.ended:
            separated = False
            if not cursor.accept(SEMICOLON):
                cursor.expect(COMMA)
            separated = True
            items.append(expression(cursor))
    except SyntaxFault:
        if items:
            line.emit(ast.Write(tuple(items), newline=False, file=file))
        if separated:
            line.emit(ast.Print((ast.Str(","),), newline=False, file=file))
        raise
    line.emit(ast.Write(tuple(items), file=file))


def _input(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    file = _file(cursor)
    if file is not None:
        targets = [target(cursor)]
        try:
            while cursor.accept(COMMA):
                targets.append(target(cursor))
        finally:
            line.emit(ast.Input(tuple(targets), file=file))
        return
    newline = not cursor.accept(SEMICOLON)
    prompt, question = _prompt(cursor)
    try:
        targets = [target(cursor)]
        while cursor.accept(COMMA):
            targets.append(target(cursor))
        if not cursor.ended:
            raise SyntaxFault
    except SyntaxFault:
        # MBASIC looks at the variables once it has got the line
        line.emit(ast.Input((), prompt, question, newline))
        raise
    line.emit(ast.Input(tuple(targets), prompt, question, newline))


def _line_input(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    cursor.expect(Tok.INPUT)
    file = _file(cursor)
    if file is not None:
        line.emit(ast.LineInput(target(cursor), file=file))
        return
    newline = not cursor.accept(SEMICOLON)
    prompt, _ = _prompt(cursor)
    try:
        variable = target(cursor)
    except SyntaxFault:
        line.emit(ast.Print((ast.Str(prompt),), newline=False))
        raise
    line.emit(ast.LineInput(variable, prompt, newline))


def _prompt(cursor: Cursor) -> tuple[str, bool]:
    """The prompt of INPUT, and whether a question mark follows it."""
    if cursor.peek() != ord('"'):
        return "", True
    text = cursor.string()
    if cursor.accept(COMMA):
        return text, False
    cursor.expect(SEMICOLON)
    return text, True


def _file(cursor: Cursor) -> ast.Expr | None:
    """`#n,` after PRINT, WRITE and INPUT."""
    if not cursor.accept(HASH):
        return None
    number = expression(cursor)
    cursor.expect(COMMA)
    return number


def _width(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    printer = cursor.accept(Tok.LPRINT)
    line.emit(ast.Width(expression(cursor), printer))


def _null(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Null(expression(line.cursor)))


def _trace(line: LineParse) -> None:
    on = line.cursor.peek() == Tok.TRON
    line.cursor.pos += 1
    line.emit(ast.Tron(on))


STATEMENTS = MappingProxyType(
    {
        int(Tok.PRINT): _print,
        int(Tok.LPRINT): _lprint,
        int(Tok.WRITE): _write,
        int(Tok.INPUT): _input,
        int(Tok.LINE_): _line_input,
        int(Tok.WIDTH): _width,
        int(Tok.NULL): _null,
        int(Tok.TRON): _trace,
        int(Tok.TROFF): _trace,
    }
)
"""Parsers by the token that a statement begins with."""
