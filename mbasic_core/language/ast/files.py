"""Statements on data files."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.language.ast.expressions import Expr, Statement, Target


@dataclass(frozen=True, slots=True)
class Open(Statement):
    mode: Expr
    file: Expr
    name: Expr
    length: Expr | None


@dataclass(frozen=True, slots=True)
class Close(Statement):
    """CLOSE and RESET; no files means all."""

    files: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Field(Statement):
    file: Expr
    fields: tuple[tuple[Expr, Target], ...]


@dataclass(frozen=True, slots=True)
class GetPut(Statement):
    put: bool
    file: Expr
    record: Expr | None


@dataclass(frozen=True, slots=True)
class LSet(Statement):
    """LSET, and RSET when `right`."""

    target: Target
    value: Expr
    right: bool


@dataclass(frozen=True, slots=True)
class Kill(Statement):
    name: Expr


@dataclass(frozen=True, slots=True)
class Name(Statement):
    old: Expr
    new: Expr


@dataclass(frozen=True, slots=True)
class Files(Statement):
    pattern: Expr | None
