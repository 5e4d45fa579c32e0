"""Statements about the program itself, most of them typed directly."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.language.ast.expressions import Expr, Node, Statement


@dataclass(frozen=True, slots=True)
class LineRange(Node):
    """`10-50`, `10-`, `-50`, `10`, `.` (current line, as -1); None at an open end. `10` alone has both ends equal."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Run(Statement):
    line: int | None = None
    name: Expr | None = None
    keep_files: bool = False


@dataclass(frozen=True, slots=True)
class List(Statement):
    range: LineRange | None
    printer: bool = False


@dataclass(frozen=True, slots=True)
class New(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Delete(Statement):
    range: LineRange


@dataclass(frozen=True, slots=True)
class Cont(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Auto(Statement):
    start: int | None
    step: int | None
    same_step: bool = False
    """A comma and nothing behind it: the step is that of the AUTO before."""


@dataclass(frozen=True, slots=True)
class Renum(Statement):
    new: int | None
    old: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Edit(Statement):
    line: int


@dataclass(frozen=True, slots=True)
class Load(Statement):
    name: Expr
    run: bool


@dataclass(frozen=True, slots=True)
class Save(Statement):
    """`mode` is "" (tokenised), "A" or "P"."""

    name: Expr
    mode: str


@dataclass(frozen=True, slots=True)
class Merge(Statement):
    name: Expr


@dataclass(frozen=True, slots=True)
class Chain(Statement):
    name: Expr
    merge: bool
    line: Expr | None
    all: bool
    delete: LineRange | None


@dataclass(frozen=True, slots=True)
class Common(Statement):
    """COMMON: scalars as (name, suffix, False), arrays as (name, suffix, True)."""

    variables: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class System(Statement):
    pass
