"""Arithmetic, relations and logic as inline Python (docs/numerics.md sections 2 and 3).

Singles take the cheap rounding inline and call the exact function only where the cheap form is not proven exact.
"""

from __future__ import annotations

from mbasic_core.compiler.emitter import Emitter, Operand, StaticError
from mbasic_core.errors import ErrorCode

__all__ = ["LOGIC", "RELATIONS", "arithmetic", "compare", "integer", "logic", "negate", "single", "store_value"]

RELATIONS = {"=": "==", "<>": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
LOGIC = {"AND", "OR", "XOR", "EQV", "IMP"}

_SINGLE = "ISN"
_SPLIT = "536870913.0"
_NUDGE = "1.0000000000000002"
_LOW = repr(2.0**-250)
_HIGH = repr(2.0**252)
_GENERIC = {"+": "plus", "-": "minus", "*": "times", "/": "over"}
_DOUBLE = {"+": "dadd", "-": "dsub", "*": "dmul", "/": "ddiv"}


def arithmetic(out: Emitter, op: str, left: Operand, right: Operand) -> Operand:
    """One of + - * / ^ \\ MOD on numbers."""
    if "$" in (left.type, right.type):
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if op == "^":
        return out.keep(f"power({single(left)},{single(right)},fault)", "S")
    if op in ("\\", "MOD"):
        a, b = integer(out, left), integer(out, right)
        return out.keep(f"{'idiv' if op == chr(92) else 'mod'}({a},{b})", "N" if op == "\\" else "I")
    if "X" in (left.type, right.type):
        return out.keep(f"{_GENERIC[op]}({left.code},{right.code},fault)", "X")
    if "D" in (left.type, right.type):
        return out.keep(f"{_DOUBLE[op]}({_double(left)},{_double(right)},fault)", "D")
    if left.type == right.type == "I" and op != "/":
        return _integers(out, op, left, right)
    return {"+": _add, "-": _subtract, "*": _multiply, "/": _divide}[op](out, left.code, right.code)


def _integers(out: Emitter, op: str, left: Operand, right: Operand) -> Operand:
    result = out.keep(
        f"{left.code}{op}{right.code}" if not right.code.startswith("-") else f"{left.code}{op}({right.code})", "N"
    )
    wide = f"float({result.code})" if op != "*" else f"mul(float({left.code}),float({right.code}),fault)"
    out.emit(f"if not -32768<={result.code}<=32767:{result.code}={wide}")
    return result


def _add(out: Emitter, x: str, y: str) -> Operand:
    s = out.name()
    r = out.name()
    out.emit(f"{s}={x}+{y};{r}={s}*{_NUDGE};q={r}*{_SPLIT};{r}=q-(q-{r});q={r}*{r}")
    out.emit(
        f"if {r}!={s} and {x}*{y}<=0.0 or not {_LOW}<q<{_HIGH} and {r}!=0.0:{r}=add_slow(float({x}),float({y}),fault)"
    )
    return Operand(r, "S")


def _subtract(out: Emitter, x: str, y: str) -> Operand:
    s = out.name()
    r = out.name()
    out.emit(f"{s}={x}-{_tight(y)};{r}={s}*{_NUDGE};q={r}*{_SPLIT};{r}=q-(q-{r});q={r}*{r}")
    out.emit(
        f"if {r}!={s} and {x}*{y}>=0.0 or not {_LOW}<q<{_HIGH} and {r}!=0.0:{r}=add_slow(float({x}),-float({y}),fault)"
    )
    return Operand(r, "S")


def _multiply(out: Emitter, x: str, y: str) -> Operand:
    r = out.name()
    out.emit(f"{r}={x}*{y};q={r}*{r}")
    out.emit(f"if {_LOW}<q<{_HIGH}:{r}*={_NUDGE};q={r}*{_SPLIT};{r}=q-(q-{r})")
    out.emit(f"else:{r}=mul_slow(float({x}),float({y}),fault)")
    return Operand(r, "S")


def _divide(out: Emitter, x: str, y: str) -> Operand:
    r = out.name()
    out.emit(f"{r}={x}/{_tight(y)} if {y} else 0.0")
    out.emit(f"q={r}*{r}")
    out.emit(f"if {_LOW}<q<{_HIGH}:q={r}*{_SPLIT};{r}=q-(q-{r})")
    out.emit(f"else:{r}=div_slow(float({x}),float({y}),fault)")
    return Operand(r, "S")


def _tight(code: str) -> str:
    return f"({code})" if code.startswith("-") else code


def negate(out: Emitter, operand: Operand) -> Operand:
    """Unary minus; -(-32768) is single."""
    if operand.type == "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if operand.type == "D":
        return out.keep(f"(-{operand.code}[0],{operand.code}[1])", "D")
    if operand.type == "X":
        return out.keep(f"neg({operand.code})", "X")
    if operand.type == "S":
        return out.keep(f"0.0-{_tight(operand.code)}", "S")
    result = out.keep(f"0-{_tight(operand.code)}", "N")
    out.emit(f"if {result.code}==32768:{result.code}=32768.0")
    return result


def single(operand: Operand) -> str:
    """The operand as a single."""
    if operand.zero:
        return f"ZEROS[{operand.zero}]"
    if operand.type == "S":
        return operand.code
    if operand.type == "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if operand.type in "IN":
        return f"float({operand.code})"
    return f"csng({operand.code},fault)"


def _double(operand: Operand) -> str:
    if operand.zero:
        return f"DOUBLE_ZEROS[{operand.zero}]"
    return operand.code if operand.type == "D" else f"cdbl({operand.code})"


def integer(out: Emitter, operand: Operand) -> str:
    """The operand CINTed: an int in -32768..32767, or Overflow."""
    if operand.type == "I":
        return operand.code
    if operand.type == "$":
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if operand.type in "DX":
        return out.keep(f"cint({operand.code})", "I").code
    result = out.keep(f"int({operand.code})", "I")
    out.emit(f"if {result.code}!={operand.code} or not -32768<={result.code}<=32767:{result.code}=cint({operand.code})")
    return result.code


def store_value(out: Emitter, operand: Operand, type_: str) -> str:
    """The operand converted to a variable's type, as assignment does."""
    if (operand.type == "$") != (type_ == "$"):
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if type_ == "$":
        return operand.code
    if type_ == "S":
        return single(operand)
    if type_ == "D":
        return _double(operand)
    if operand.type == "N":
        return f"{operand.code} if type({operand.code}) is int else cint({operand.code})"
    return integer(out, operand)


def compare(op: str, left: Operand, right: Operand) -> str:
    """A Python condition for a relation."""
    if (left.type == "$") != (right.type == "$"):
        raise StaticError(ErrorCode.TYPE_MISMATCH)
    if left.type in "DX" or right.type in "DX":
        return f"compare({left.code},{right.code}){RELATIONS[op]}0"
    return f"{left.code}{RELATIONS[op]}{right.code}"


def logic(out: Emitter, op: str, left: Operand, right: Operand) -> Operand:
    """AND OR XOR EQV IMP on the 16 bits of CINTed operands."""
    a, b = integer(out, left), integer(out, right)
    text = {"AND": "{}&{}", "OR": "{}|{}", "XOR": "{}^{}", "EQV": "~({}^{})", "IMP": "~{}|{}"}[op]
    return out.keep(text.format(_tight(a), _tight(b)), "I")
