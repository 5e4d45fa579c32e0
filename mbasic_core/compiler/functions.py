"""The built-in functions as Python text: what kind of arguments each takes, what it gives, how it is written."""

from __future__ import annotations

from collections.abc import Callable

from mbasic_core.compiler import expressions, operators
from mbasic_core.compiler.emitter import Emitter, Operand, StaticError
from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast

__all__ = ["call", "input_keys"]

_Special = Callable[[Emitter, tuple[ast.Expr, ...]], Operand]

# Kinds of arguments: s single, n any number, i CINTed integer, b integer 0-255, $ string, a address.
_TABLE: dict[str, tuple[str, str, str]] = {
    "ASC": ("$", "I", "ascii_code({0})"),
    "ATN": ("s", "S", "atn({0})"),
    "CDBL": ("n", "D", "cdbl({0})"),
    "CHR$": ("b", "$", "CHARACTERS[{0}]"),
    "CINT": ("i", "I", "{0}"),
    "COS": ("s", "S", "cos({0})"),
    "CSNG": ("s", "S", "{0}"),
    "CVD": ("$", "D", "cvd({0})"),
    "CVI": ("$", "I", "cvi({0})"),
    "CVS": ("$", "S", "cvs({0})"),
    "EOF": ("i", "I", "eof({0})"),
    "ERL": ("", "S", "float(trap.at_line)"),
    "ERR": ("", "I", "trap.code"),
    "EXP": ("s", "S", "exp({0},fault)"),
    "HEX$": ("n", "$", "hex_text({0})"),
    "INKEY$": ("", "$", "inkey()"),
    "INP": ("b", "I", "inp({0})"),
    "LEN": ("$", "I", "len({0})"),
    "LOC": ("i", "N", "loc({0})"),
    "LOF": ("i", "N", "lof({0})"),
    "LOG": ("s", "S", "log({0})"),
    "LPOS": ("n", "I", "lpos()"),
    "MKD$": ("d", "$", "mkd({0})"),
    "MKI$": ("i", "$", "mki({0})"),
    "MKS$": ("s", "$", "mks({0})"),
    "OCT$": ("n", "$", "oct_text({0})"),
    "PEEK": ("n", "I", "peek({0})"),
    "POS": ("n", "I", "pos()"),
    "SGN": ("n", "I", "sgn({0})"),
    "SIN": ("s", "S", "sin({0})"),
    "SPACE$": ("b", "$", "' '*{0}"),
    "SQR": ("s", "S", "sqr({0})"),
    "STR$": ("n", "$", "number_text({0})"),
    "TAN": ("s", "S", "tan({0},fault)"),
    "VAL": ("$", "X", "val({0},fault)"),
    "VARPTR#": ("i", "I", "varptr_file({0})"),
}


def call(out: Emitter, expr: ast.Call) -> Operand:
    """The operand for a built-in function; raises StaticError for an argument of the wrong type."""
    special = _SPECIAL.get(expr.name)
    if special is not None:
        return special(out, expr.args)
    entry = _TABLE.get(expr.name)
    if entry is None or len(entry[0]) != len(expr.args):
        raise StaticError(ErrorCode.SYNTAX)
    kinds, type_, text = entry
    codes = [_argument(out, kind, arg) for kind, arg in zip(kinds, expr.args, strict=True)]
    return out.keep(text.format(*codes), type_)


def input_keys(out: Emitter, codes: list[str]) -> Operand:
    """INPUT$ of a number of characters, from the keyboard or from a file."""
    if len(codes) == 2:
        return out.keep(f"source({codes[1]}).take({codes[0]})", "$")
    return out.keep(f"take_keys({codes[0]})", "$")


def _input(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    """INPUT$ where it could not be done before its statement: in the body of a function, in a command."""
    return input_keys(out, [expressions.integer(out, arg) for arg in args])


def _argument(out: Emitter, kind: str, arg: ast.Expr) -> str:
    if kind == "$":
        return expressions.string(out, arg)
    if kind == "s":
        return expressions.single(out, arg)
    if kind == "i":
        return expressions.integer(out, arg)
    if kind == "b":
        return _byte(out, arg)
    operand = expressions.value(out, arg)
    if kind == "d":
        return operators.store_value(out, operand, "D")
    return _number(operand).code


def _number(operand: Operand) -> Operand:
    if operand.type == "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    return operand


def _byte(out: Emitter, arg: ast.Expr, low: int = 0) -> str:
    """An integer argument in low-255; others: Illegal function call."""
    code = expressions.integer(out, arg)
    if not (code.isdigit() and low <= int(code) <= 255):
        out.emit(f"if not {low}<={code}<=255:raise BasicError(5)")
    return code


def _abs(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    operand = _number(expressions.value(out, args[0]))
    if operand.type == "S":
        return out.keep(f"abs({operand.code})", "S")
    return out.keep(f"abs_({operand.code})", {"I": "N", "N": "N", "D": "D", "X": "X"}[operand.type])


def _whole(function: str) -> _Special:
    """INT and FIX. MBASIC makes an int of a single where it fits; a whole single stands for it: nothing tells."""

    def build(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
        operand = _number(expressions.value(out, args[0]))
        if operand.type in "IN":
            return operand
        if operand.type == "S":
            python = "floor" if function == "int_" else "int"
            return out.keep(f"float({python}({operand.code}))", "S")
        return out.keep(f"{function}({operand.code})", operand.type)

    return build


def _rnd(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    argument = expressions.single(out, args[0]) if args else "1.0"
    return out.keep(f"draw({argument})", "S")


def _fre(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    texts = bool(args) and expressions.value(out, args[0]).type == "$"
    return out.keep(f"fre({texts})", "S")


def _left(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    text = expressions.string(out, args[0])
    return out.keep(f"{text}[:{_byte(out, args[1])}]", "$")


def _right(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    text = expressions.string(out, args[0])
    count = _byte(out, args[1])
    return out.keep(f"{text}[-{count}:] if {count} else ''", "$")


def _mid(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    text = expressions.string(out, args[0])
    start = _byte(out, args[1], 1)
    if len(args) == 2:
        return out.keep(f"{text}[{start}-1:]", "$")
    return out.keep(f"{text}[{start}-1:{start}-1+{_byte(out, args[2])}]", "$")


def _string(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    count = _byte(out, args[0])
    filler = expressions.value(out, args[1])
    if filler.type == "$":
        return out.keep(f"CHARACTERS[ascii_code({filler.code})]*{count}", "$")
    code = operators.integer(out, filler)
    out.emit(f"if not 0<={code}<=255:raise BasicError(5)")
    return out.keep(f"CHARACTERS[{code}]*{count}", "$")


def _instr(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    start = "1"
    if len(args) == 3:
        start = _byte(out, args[0], 1)
    text, wanted = expressions.string(out, args[-2]), expressions.string(out, args[-1])
    return out.keep(f"instr({start},{text},{wanted})", "I")


def _usr(out: Emitter, args: tuple[ast.Expr, ...]) -> Operand:
    for arg in args[1:]:
        expressions.value(out, arg)
    out.fail(ErrorCode.ILLEGAL_FUNCTION_CALL)
    return Operand("0", "I")


_SPECIAL: dict[str, _Special] = {
    "ABS": _abs,
    "FIX": _whole("fix"),
    "FRE": _fre,
    "INPUT$": _input,
    "INSTR": _instr,
    "INT": _whole("int_"),
    "LEFT$": _left,
    "MID$": _mid,
    "RIGHT$": _right,
    "RND": _rnd,
    "STRING$": _string,
    "USR": _usr,
}
