"""Expressions: precedence, functions, variables.

An operator stack instead of recursion, so that no number of parentheses or signs exhausts Python's stack.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from mbasic_core.errors import ErrorCode
from mbasic_core.language.ast import (
    Binary,
    Call,
    Deep,
    Expr,
    FnCall,
    Index,
    Num,
    Str,
    Target,
    Unary,
    Var,
    VarPtr,
)
from mbasic_core.language.parser.cursor import Cursor, SyntaxFault
from mbasic_core.language.tokens import FUNCTION_NAMES, FUNCTIONS, Tok
from mbasic_core.numeric.convert import neg

OPEN, CLOSE, COMMA, HASH = b"(),#"

MAX_DEPTH = 100
"""Calls and subscripts inside one another; a line that fits MBASIC's buffer has at most 85."""
SHALLOW = 128
"""Bytes of stack that an expression may take besides those of CLEAR: with all used, ordinary ones still work."""
_PARENTHESIS_BYTES, _OPERATOR_BYTES, _ARGUMENT_BYTES = 6, 12, 10
"""What stays on the real stack, about, for an open parenthesis (two return addresses and a precedence), an operator
that waits for its right operand (and the left one), and an argument or subscript."""
MAX_OPERATIONS = 260
"""Operators in an expression; a line that fits MBASIC's buffer has at most 254."""

_PRECEDENCE = {
    Tok.POWER: (127, "^"),
    Tok.TIMES: (124, "*"),
    Tok.DIVIDE: (124, "/"),
    Tok.BACKSLASH: (123, "\\"),
    Tok.MOD: (122, "MOD"),
    Tok.PLUS: (121, "+"),
    Tok.MINUS: (121, "-"),
    Tok.AND: (80, "AND"),
    Tok.OR: (70, "OR"),
    Tok.XOR: (60, "XOR"),
    Tok.EQV: (50, "EQV"),
    Tok.IMP: (40, "IMP"),
}
_BINARY: dict[int, tuple[int, str]] = {int(token): entry for token, entry in _PRECEDENCE.items()}
_NEGATION, _NOT, _RELATION, _PARENTHESIS = 125, 90, 100, -1
_RELATION_BITS: dict[int, int] = {int(Tok.GREATER): 1, int(Tok.EQUAL): 2, int(Tok.LESS): 4}
_RELATIONS = {1: ">", 2: "=", 3: ">=", 4: "<", 5: "<>", 6: "<=", 7: "<=>"}


def expression(cursor: Cursor) -> Expr:
    """The expression that begins here.

    Raises SyntaxFault: Missing operand when the statement ends where a value must stand, Out of memory when it is
    nested deeper than any line can be that was typed.
    """
    operands: list[Expr] = []
    operators: list[tuple[int, str]] = []
    if cursor.depth == 0:
        cursor.operations = cursor.held = cursor.most = 0
    base = cursor.held
    while True:
        _prefixes(cursor, operators)
        cursor.held = base
        if operators:
            cursor.held += sum(_PARENTHESIS_BYTES if op == "(" else _OPERATOR_BYTES for _, op in operators)
            cursor.most = max(cursor.most, cursor.held)
        operands.append(_primary(cursor))
        while cursor.peek() == CLOSE and (_PARENTHESIS, "(") in operators:
            _reduce(cursor, operands, operators, 0)
            operators.pop()
            cursor.pos += 1
        operator = _operator(cursor)
        if operator is None:
            break
        _reduce(cursor, operands, operators, operator[0])
        operators.append(operator)
    _reduce(cursor, operands, operators, 0)
    if operators:
        raise SyntaxFault
    cursor.held = base
    if cursor.depth == 0 and cursor.most > SHALLOW:
        return Deep(operands[0], cursor.most)
    return operands[0]


def target(cursor: Cursor) -> Target:
    """The variable or array element that begins here."""
    name, suffix = cursor.name()
    if cursor.peek() not in b"([":
        return Var(name, suffix)
    cursor.pos += 1
    return Index(name, suffix, _list(cursor, b")]"))


def arguments(cursor: Cursor, least: int, most: int) -> tuple[Expr, ...]:
    """`least` to `most` expressions in parentheses."""
    cursor.expect(OPEN)
    args = [_inner(cursor)]
    while len(args) < least or (len(args) < most and cursor.peek() == COMMA):
        cursor.expect(COMMA)
        args.append(_inner(cursor))
    cursor.expect(CLOSE)
    return tuple(args)


def file_number(cursor: Cursor) -> Expr:
    """A file number, with or without `#`."""
    cursor.accept(HASH)
    return expression(cursor)


def function_name(cursor: Cursor) -> tuple[str, str]:
    """The name of a user function without its FN, and its suffix."""
    cursor.expect(Tok.FN)
    return cursor.name()


def usr_number(cursor: Cursor) -> int:
    """The digit of USR, 0 when there is none."""
    cursor.expect(Tok.USR)
    byte = cursor.peek()
    if not Tok.DIGIT <= byte <= Tok.DIGIT + 9:
        return 0
    cursor.pos += 1
    return byte - Tok.DIGIT


def _prefixes(cursor: Cursor, operators: list[tuple[int, str]]) -> None:
    while True:
        byte = cursor.peek()
        if byte == Tok.MINUS:
            operators.append((_NEGATION, "-"))
        elif byte == Tok.NOT:
            operators.append((_NOT, "NOT"))
        elif byte == OPEN:
            operators.append((_PARENTHESIS, "("))
        elif byte != Tok.PLUS:
            return
        cursor.pos += 1


def _operator(cursor: Cursor) -> tuple[int, str] | None:
    byte = cursor.peek()
    if byte in _RELATION_BITS:
        mask = 0
        while (bit := _RELATION_BITS.get(cursor.peek(), 0)) != 0:
            if mask & bit:
                raise SyntaxFault
            mask |= bit
            cursor.pos += 1
        return _RELATION, _RELATIONS[mask]
    if byte in _BINARY:
        cursor.pos += 1
        return _BINARY[byte]
    return None


def _reduce(cursor: Cursor, operands: list[Expr], operators: list[tuple[int, str]], precedence: int) -> None:
    """Applies the operators that bind at least as strongly as `precedence`, back to an open parenthesis."""
    while operators and operators[-1][0] >= precedence:
        level, op = operators.pop()
        cursor.operations += 1
        if cursor.operations > MAX_OPERATIONS:
            raise SyntaxFault(ErrorCode.OUT_OF_MEMORY)
        right = operands.pop()
        if level == _NEGATION:
            operands.append(Num(neg(right.value)) if isinstance(right, Num) else Unary("-", right))
        elif level == _NOT:
            operands.append(Unary("NOT", right))
        else:
            left = operands.pop()
            operands.append(Binary(op, left, right) if op != "<=>" else _always(left, right))


def _always(left: Expr, right: Expr) -> Expr:
    """`<=>` in any order compares, and is true whatever comes out."""
    return Unary("NOT", Binary("AND", Binary("=", left, right), Num(0)))


def _primary(cursor: Cursor) -> Expr:
    if cursor.ended:
        raise SyntaxFault(ErrorCode.MISSING_OPERAND)
    byte = cursor.peek()
    if ord("A") <= byte <= ord("Z"):
        return target(cursor)
    value = cursor.constant()
    if value is not None:
        return Num(value)
    if byte == ord('"'):
        return Str(cursor.string())
    if byte == Tok.FUNCTION:
        return _function(cursor)
    special = _SPECIAL.get(byte)
    if special is None:
        raise SyntaxFault
    return special(cursor)


def _function(cursor: Cursor) -> Expr:
    pos = cursor.pos + 1
    code = cursor.line[pos] if pos < len(cursor.line) else 0
    name = FUNCTION_NAMES.get(code)
    if name is None:
        raise SyntaxFault
    cursor.pos = pos + 1
    if code == FUNCTIONS["RND"] and cursor.peek() != OPEN:
        return Call(name, ())
    least, most = _COUNTS.get(name, (1, 1))
    return Call(name, arguments(cursor, least, most))


def _inner(cursor: Cursor) -> Expr:
    if cursor.depth >= MAX_DEPTH:
        raise SyntaxFault(ErrorCode.OUT_OF_MEMORY)
    cursor.depth += 1
    cursor.held += _ARGUMENT_BYTES
    cursor.most = max(cursor.most, cursor.held)
    value = expression(cursor)
    cursor.held -= _ARGUMENT_BYTES
    cursor.depth -= 1
    return value


def _list(cursor: Cursor, closing: bytes) -> tuple[Expr, ...]:
    items = [_inner(cursor)]
    while cursor.accept(COMMA):
        items.append(_inner(cursor))
    if cursor.peek() not in closing:
        raise SyntaxFault
    cursor.pos += 1
    return tuple(items)


def _user_function(cursor: Cursor) -> Expr:
    name, suffix = function_name(cursor)
    return FnCall(name, suffix, _list(cursor, b")") if cursor.accept(OPEN) else ())


def _usr(cursor: Cursor) -> Expr:
    number = usr_number(cursor)
    return Call("USR", (Num(number), *arguments(cursor, 1, 1)))


def _varptr(cursor: Cursor) -> Expr:
    cursor.pos += 1
    cursor.expect(OPEN)
    found: Expr = Call("VARPTR#", (_inner(cursor),)) if cursor.accept(HASH) else VarPtr(target(cursor))
    cursor.expect(CLOSE)
    return found


def _input(cursor: Cursor) -> Expr:
    cursor.pos += 1
    cursor.expect(ord("$"))
    cursor.expect(OPEN)
    args = [_inner(cursor)]
    if cursor.accept(COMMA):
        cursor.accept(HASH)
        args.append(_inner(cursor))
    cursor.expect(CLOSE)
    return Call("INPUT$", tuple(args))


def _word(name: str, least: int = 0, most: int = 0) -> Callable[[Cursor], Expr]:
    """A reader of what has a token of its own: a system variable, or a function with so many arguments."""

    def read(cursor: Cursor) -> Expr:
        cursor.pos += 1
        return Call(name, arguments(cursor, least, most) if most else ())

    return read


_COUNTS = MappingProxyType({"LEFT$": (2, 2), "RIGHT$": (2, 2), "MID$": (2, 3)})
_SPECIAL: MappingProxyType[int, Callable[[Cursor], Expr]] = MappingProxyType(
    {
        Tok.ERR: _word("ERR"),
        Tok.ERL: _word("ERL"),
        Tok.INKEY: _word("INKEY$"),
        Tok.STRING: _word("STRING$", 2, 2),
        Tok.INSTR: _word("INSTR", 2, 3),
        Tok.FN: _user_function,
        Tok.USR: _usr,
        Tok.VARPTR: _varptr,
        Tok.INPUT: _input,
    }
)
