"""Expressions to Python text, evaluated strictly from left to right."""

from __future__ import annotations

from mbasic_core.compiler import functions, operators, zeros
from mbasic_core.compiler.emitter import Emitter, Operand, StaticError
from mbasic_core.errors import ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.strings import LONGEST
from mbasic_core.runtime.variables import TYPE_OF, type_of

__all__ = ["assign", "condition", "integer", "single", "string", "subscripts_of", "value"]

TEMPORARIES = 10
"""String temporaries that an expression may hold at once; past it: String formula too complex."""


def value(out: Emitter, expr: ast.Expr) -> Operand:
    """The operand for an expression; raises StaticError where evaluation is bound to fail."""
    match expr:
        case ast.Num(number):
            return _constant(out, number)
        case ast.Str(text):
            if len(text) > LONGEST:
                raise StaticError(ErrorCode.STRING_TOO_LONG)
            return Operand(repr(text), "$")
        case ast.Var():
            return _variable(out, expr)
        case ast.Index():
            return _element(out, expr)
        case ast.Deep(inner, size):
            out.emit(f"deep({size})")
            return value(out, inner)
        case ast.Binary():
            return _binary(out, expr)
        case ast.Unary(op, operand):
            return _unary(out, op, operand)
        case ast.Call("INPUT$") if id(expr) in out.hoisted:
            return out.hoisted[id(expr)]
        case ast.Call():
            return functions.call(out, expr)
        case ast.FnCall(name, suffix, args):
            return _user_function(out, name, suffix, args)
        case ast.BadExpr(code):
            raise StaticError(ErrorCode(code))
        case ast.VarPtr(target):
            key = out.variables.key(target.name, target.suffix)
            subscripts = "".join(f"{code}," for code in subscripts_of(out, target) or ())
            return out.keep(f"varptr({key!r},({subscripts}))", "I")
    raise StaticError(ErrorCode.SYNTAX)


def _constant(out: Emitter, number: ast.Number) -> Operand:
    type_ = "D" if isinstance(number, tuple) else "I" if isinstance(number, int) else "S"
    zero = 0
    if out.passed is not None:
        zero, out.passed = zeros.left(number, out.passed)
    return Operand(repr(number), type_, zero)


def _variable(out: Emitter, expr: ast.Var) -> Operand:
    key = out.variables.key(expr.name, expr.suffix)
    return Operand(f"v[{out.variables.slot(key)}]", type_of(key))


def _subscripts(out: Emitter, args: tuple[ast.Expr, ...]) -> list[str]:
    return [integer(out, arg) for arg in args]


def _element(out: Emitter, expr: ast.Index) -> Operand:
    key = out.variables.key(expr.name, expr.suffix)
    slot = out.variables.array_slot(key)
    subscripts = _subscripts(out, expr.subscripts)
    result = out.name()
    listed = ",".join(subscripts)
    if not _fixed(out, slot, subscripts):
        out.emit(f"{result}=element({slot},({listed},))")
        return Operand(result, type_of(key))
    path = "".join(f"[{_based(out, s)}]" for s in subscripts)
    guard = _negative(out, subscripts)
    fast = f"A[{slot}]{path}" if guard == "False" else f"element({slot},({listed},)) if {guard} else A[{slot}]{path}"
    out.emit(f"try:{result}={fast}")
    out.emit(f"except IndexError:{result}=element({slot},({listed},))")
    return Operand(result, type_of(key))


def _fixed(out: Emitter, slot: int, subscripts: list[str]) -> bool:
    """Whether the array has that many dimensions, so that its nested lists can be read directly.

    Until it is dimensioned, the statement goes the general way and is compiled again when it next runs.
    """
    if out.variables.cells[slot] is None:
        out.provisional = True
        return False
    return len(out.variables.bounds[slot]) == len(subscripts)


def _based(out: Emitter, subscript: str) -> str:
    return f"{subscript}-1" if out.variables.base else subscript


def _negative(out: Emitter, subscripts: list[str]) -> str:
    """A condition for subscripts that Python would take from the end of the list."""
    base = out.variables.base
    tests = [f"{s}<{base}" for s in subscripts if not s.isdigit() or int(s) < base]
    return " or ".join(tests) or "False"


def assign(out: Emitter, target: ast.Target, operand: Operand, subscripts: list[str] | None = None) -> None:
    """Emit the assignment of an operand; the target's subscripts may have been evaluated before."""
    key = out.variables.key(target.name, target.suffix)
    if out.variables.space is not None and type_of(key) == "$" == operand.type:
        operand = Operand(f"allot({operand.code})", "$")
    if isinstance(target, ast.Var):
        slot = out.variables.define(key)
        out.emit(f"v[{slot}]={operators.store_value(out, operand, type_of(key))}")
        return
    if subscripts is None:
        subscripts = _subscripts(out, target.subscripts)
    slot = out.variables.array_slot(key)
    stored = out.keep(operators.store_value(out, operand, type_of(key)), type_of(key)).code
    slow = f"set_element({slot},({','.join(subscripts)},),{stored})"
    if not _fixed(out, slot, subscripts):
        out.emit(slow)
        return
    path = "".join(f"[{_based(out, s)}]" for s in subscripts)
    guard = _negative(out, subscripts)
    out.emit("try:")
    if guard == "False":
        out.emit(f" A[{slot}]{path}={stored}")
    else:
        out.emit(f" if {guard}:{slow}")
        out.emit(f" else:A[{slot}]{path}={stored}")
    out.emit(f"except IndexError:{slow}")


def subscripts_of(out: Emitter, target: ast.Target) -> list[str] | None:
    """A target's subscripts evaluated now, since MBASIC locates the target before it evaluates the value."""
    return _subscripts(out, target.subscripts) if isinstance(target, ast.Index) else None


def _binary(out: Emitter, expr: ast.Binary) -> Operand:
    op = expr.op
    if op in operators.RELATIONS or op in operators.LOGIC:
        test = _test(out, expr)
        if test is not None:
            return out.keep(f"-({test})", "I")
        left, right = value(out, expr.left), value(out, expr.right)
        return operators.logic(out, op, left, right)
    left = value(out, expr.left)
    right = value(out, expr.right)
    if op == "+" and left.type == "$" and right.type == "$":
        if _complex(expr, 0):
            raise StaticError(ErrorCode.STRING_FORMULA_TOO_COMPLEX)
        joined = out.keep(f"{left.code}+{right.code}", "$")
        out.emit(f"if len({joined.code})>255:raise BasicError(15)")
        return joined
    return operators.arithmetic(out, op, left, right)


def _complex(expr: ast.Expr, held: int) -> bool:
    """Whether evaluation holds more string temporaries at once than the machine has descriptors for."""
    if isinstance(expr, ast.Binary):
        temporary = not isinstance(expr.left, ast.Var | ast.Index)
        return _complex(expr.left, held) or _complex(expr.right, held + temporary)
    if isinstance(expr, ast.Str):
        return held + 1 > TEMPORARIES
    return held > TEMPORARIES


def _unary(out: Emitter, op: str, operand: ast.Expr) -> Operand:
    if op == "NOT":
        return out.keep(
            f"~{integer(out, operand)}" if not isinstance(operand, ast.Num) else f"~({integer(out, operand)})", "I"
        )
    inner = value(out, operand)
    if op == "-" and isinstance(operand, ast.Num) and not isinstance(operand.value, tuple) and operand.value > 0:
        return Operand(f"-{inner.code}", inner.type)
    if op == "-":
        return operators.negate(out, inner)
    return inner


def _test(out: Emitter, expr: ast.Expr) -> str | None:
    """A Python condition for an expression that is a truth value by its form; None for others."""
    if not isinstance(expr, ast.Binary) or not _is_truth(expr):
        return None
    if expr.op in operators.RELATIONS:
        left = value(out, expr.left)
        right = value(out, expr.right)
        return operators.compare(expr.op, left, right)
    left_test, right_test = _test(out, expr.left), _test(out, expr.right)
    return f"({left_test}) {expr.op.lower()} ({right_test})"


def _is_truth(expr: ast.Expr) -> bool:
    if not isinstance(expr, ast.Binary):
        return False
    if expr.op in ("AND", "OR"):
        return _is_truth(expr.left) and _is_truth(expr.right)
    return expr.op in operators.RELATIONS


def condition(out: Emitter, expr: ast.Expr) -> str:
    """A Python condition that holds when the expression is not zero (IF, WHILE)."""
    test = _test(out, expr)
    if test is not None:
        return test
    operand = value(out, expr)
    if operand.type == "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if operand.type in "DX":
        return f"sgn({operand.code})"
    return operand.code


def string(out: Emitter, expr: ast.Expr) -> str:
    """The code of a text; raises StaticError (Type mismatch) for a number."""
    operand = value(out, expr)
    if operand.type != "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    return operand.code


def integer(out: Emitter, expr: ast.Expr) -> str:
    """The code of the number as CINT makes it; what is no integer yet becomes one when the code runs."""
    return operators.integer(out, value(out, expr))


def single(out: Emitter, expr: ast.Expr) -> str:
    """The code of the number as CSNG makes it."""
    return operators.single(value(out, expr))


def _user_function(out: Emitter, name: str, suffix: str, args: tuple[ast.Expr, ...]) -> Operand:
    key = out.variables.key(name, suffix)
    operands = [value(out, arg).code for arg in args]
    listed = "".join(f"{code}," for code in operands)
    return out.keep(f"user_function({key!r},({listed}))", TYPE_OF[key[-1]])
