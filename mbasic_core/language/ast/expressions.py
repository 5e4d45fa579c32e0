"""The bases of all nodes, expressions, and the items of PRINT."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Number = int | float | tuple[int, int]
"""A numeric constant by type: % int, ! float, # (mantissa, exponent)."""


class Node:
    """Base of all nodes."""

    __slots__ = ()


def parts(node: object) -> Iterator[Node]:
    """A node, or those of a tuple, and all within, in the order of the fields."""
    if isinstance(node, Node):
        yield node
        for name in getattr(type(node), "__dataclass_fields__", ()):
            yield from parts(getattr(node, name))
    elif isinstance(node, tuple):
        for part in node:
            yield from parts(part)


class Expr(Node):
    """Something with a value."""

    __slots__ = ()


class Statement(Node):
    """One step of a program."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Num(Expr):
    value: Number


@dataclass(frozen=True, slots=True)
class Deep(Expr):
    """An expression nested so deeply that the machine's stack may not have the bytes that it takes."""

    inner: Expr
    size: int


@dataclass(frozen=True, slots=True)
class Str(Expr):
    value: str


@dataclass(frozen=True, slots=True)
class Var(Expr):
    """A scalar; `suffix` is one of `% ! # $`, or "" when the DEFtype table decides at run time. Upper case."""

    name: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Index(Expr):
    """An array element."""

    name: str
    suffix: str
    subscripts: tuple[Expr, ...]


Target = Var | Index


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """`op` is "-", "+" or "NOT"."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    r"""`op` is one of ^ * / \ MOD + - = <> < > <= >= AND OR XOR EQV IMP."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A built-in function or system variable by its MBASIC name (`LEFT$`, `RND`, `ERR`, `INKEY$`, ...).

    The parser has checked how many arguments there are. `USRn` is `Call("USR", (Num(n), argument))`; `EOF`, `LOC`,
    `LOF` and `VARPTR(#n)` (as `VARPTR#`) take the file number as an expression; `INSTR` has two or three arguments;
    `INPUT$` has one or two (count, file).
    """

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class VarPtr(Expr):
    target: Target


@dataclass(frozen=True, slots=True)
class FnCall(Expr):
    """FNname(args); `name` without the FN."""

    name: str
    suffix: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class BadExpr(Expr):
    """The body of a function with wrong syntax: evaluating it raises the error `code` in the calling statement."""

    code: int


@dataclass(frozen=True, slots=True)
class Tab(Node):
    column: Expr


@dataclass(frozen=True, slots=True)
class Spc(Node):
    count: Expr


@dataclass(frozen=True, slots=True)
class Separator(Node):
    """`,` or `;`."""

    mark: str


PrintItem = Expr | Tab | Spc | Separator
