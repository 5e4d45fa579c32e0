"""Statements about variables, DATA, definitions and memory."""

from __future__ import annotations

from types import MappingProxyType

from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.language.items import data_end
from mbasic_core.language.parser.cursor import SyntaxFault
from mbasic_core.language.parser.expressions import (
    CLOSE,
    COMMA,
    OPEN,
    expression,
    function_name,
    target,
    usr_number,
)
from mbasic_core.language.parser.line import LineParse, expect_equal
from mbasic_core.language.tokens import FUNCTIONS, Tok


def assignment(line: LineParse) -> None:
    """A statement that begins with no keyword."""
    cursor = line.cursor
    variable = target(cursor)
    expect_equal(cursor)
    line.emit(ast.Let(variable, expression(cursor)))


def _let(line: LineParse) -> None:
    line.cursor.pos += 1
    assignment(line)


def _function_token(line: LineParse) -> None:
    """MID$ on the left; no other function can begin a statement."""
    cursor = line.cursor
    if cursor.line[cursor.pos + 1 : cursor.pos + 2] != bytes((FUNCTIONS["MID$"],)):
        raise SyntaxFault
    cursor.pos += 2
    cursor.expect(OPEN)
    variable = target(cursor)
    cursor.expect(COMMA)
    start = expression(cursor)
    length = expression(cursor) if cursor.accept(COMMA) else None
    cursor.expect(CLOSE)
    expect_equal(cursor)
    line.emit(ast.MidLet(variable, start, length, expression(cursor)))


def _dim(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    line.emit(ast.Dim(target(cursor)))
    while cursor.accept(COMMA):
        line.emit(ast.Dim(target(cursor)))


def _erase(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    line.emit(ast.Erase(*cursor.name()))
    while cursor.accept(COMMA):
        line.emit(ast.Erase(*cursor.name()))


def _swap(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    left = target(cursor)
    cursor.expect(COMMA)
    line.emit(ast.Swap(left, target(cursor)))


def _data(line: LineParse) -> None:
    cursor = line.cursor
    start = cursor.pos + 1
    cursor.pos = data_end(cursor.line, start)
    line.emit(ast.Data(cursor.line[start : cursor.pos].decode("latin-1")))


def _read(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    targets = [target(cursor)]
    try:
        while cursor.accept(COMMA):
            targets.append(target(cursor))
    finally:
        line.emit(ast.Read(tuple(targets)))


def _restore(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    line.emit(ast.Restore(None if cursor.ended else cursor.line_number() or 0))


def _def(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    if cursor.peek() == Tok.USR:
        number = usr_number(cursor)
        expect_equal(cursor)
        line.emit(ast.DefUsr(number, expression(cursor)))
        return
    name, suffix = function_name(cursor)
    parameters: list[ast.Var] = []
    if cursor.accept(OPEN):
        parameters.append(ast.Var(*cursor.name()))
        while cursor.accept(COMMA):
            parameters.append(ast.Var(*cursor.name()))
        cursor.expect(CLOSE)
    line.emit(ast.DefFn(name, suffix, tuple(parameters), _body(line)))
    line.skip()


def _body(line: LineParse) -> ast.Expr:
    """What a function computes; wrong syntax in it is an error of the statement that calls it."""
    cursor = line.cursor
    try:
        expect_equal(cursor)
        body = expression(cursor)
    except SyntaxFault as fault:
        return ast.BadExpr(fault.code)
    return body if cursor.ended else ast.BadExpr(ErrorCode.SYNTAX)


def _def_type(line: LineParse) -> None:
    cursor = line.cursor
    kind = _DEF_TYPES[cursor.peek()]
    cursor.pos += 1
    ranges: list[tuple[str, str]] = []
    try:
        while True:
            first = cursor.letter()
            last = cursor.letter() if cursor.accept(Tok.MINUS) else first
            if last < first:
                raise SyntaxFault
            ranges.append((first, last))
            if not cursor.accept(COMMA):
                break
    finally:
        if ranges:
            line.emit(ast.DefType(kind, tuple(ranges)))


def _option(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    cursor.expect_letters("BASE")
    base = cursor.peek() - ord("0")
    if base not in (0, 1):
        raise SyntaxFault
    cursor.pos += 1
    line.emit(ast.OptionBase(base))


def _randomize(line: LineParse) -> None:
    line.cursor.pos += 1
    line.emit(ast.Randomize(None if line.cursor.ended else expression(line.cursor)))


def _clear(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    first = memory = stack = None
    if not cursor.ended and cursor.peek() != COMMA:
        first = expression(cursor)
    if cursor.accept(COMMA):
        if not cursor.ended and cursor.peek() != COMMA:
            memory = expression(cursor)
        if cursor.accept(COMMA) and not cursor.ended:
            stack = expression(cursor)
    line.alone(ast.Clear(first, memory, stack))


def _poke(line: LineParse) -> None:
    line.emit(ast.Poke(*_pair(line)))


def _out(line: LineParse) -> None:
    line.emit(ast.Out(*_pair(line)))


def _wait(line: LineParse) -> None:
    port, mask = _pair(line)
    if line.cursor.ended:
        line.emit(ast.Wait(port, mask, None))
        return
    line.cursor.expect(COMMA)
    line.emit(ast.Wait(port, mask, expression(line.cursor)))


def _call(line: LineParse) -> None:
    cursor = line.cursor
    cursor.pos += 1
    address = ast.Var(*cursor.name())
    args: list[ast.Target] = []
    if cursor.accept(OPEN):
        args.append(target(cursor))
        while cursor.accept(COMMA):
            args.append(target(cursor))
        cursor.expect(CLOSE)
    line.emit(ast.CallMachine(address, tuple(args)))


def _pair(line: LineParse) -> tuple[ast.Expr, ast.Expr]:
    cursor = line.cursor
    cursor.pos += 1
    first = expression(cursor)
    cursor.expect(COMMA)
    return first, expression(cursor)


_DEF_TYPES: dict[int, str] = {int(Tok.DEFSTR): "$", int(Tok.DEFINT): "I", int(Tok.DEFSNG): "S", int(Tok.DEFDBL): "D"}

STATEMENTS = MappingProxyType(
    {
        int(Tok.LET): _let,
        int(Tok.FUNCTION): _function_token,
        int(Tok.DIM): _dim,
        int(Tok.ERASE): _erase,
        int(Tok.SWAP): _swap,
        int(Tok.DATA): _data,
        int(Tok.READ): _read,
        int(Tok.RESTORE): _restore,
        int(Tok.DEF): _def,
        **dict.fromkeys(_DEF_TYPES, _def_type),
        int(Tok.OPTION): _option,
        int(Tok.RANDOMIZE): _randomize,
        int(Tok.CLEAR): _clear,
        int(Tok.POKE): _poke,
        int(Tok.OUT): _out,
        int(Tok.WAIT): _wait,
        int(Tok.CALL): _call,
    }
)
"""Parsers by the token that a statement begins with."""
