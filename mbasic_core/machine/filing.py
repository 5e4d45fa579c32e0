"""File statements and commands: OPEN to NAME, SAVE, LOAD, MERGE, CHAIN."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mbasic_core.compiler.program import Program
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast, binary
from mbasic_core.machine import editing, turns
from mbasic_core.numeric import convert
from mbasic_core.runtime.disk import Disk, file_name
from mbasic_core.runtime.position import Position
from mbasic_core.runtime.state import FieldPart, State
from mbasic_core.runtime.variables import type_of

__all__ = ["Filing"]

PROGRAM = "BAS"
"""The extension that program files get when the name has none."""

_LISTED = 14
"""Columns that FILES wants for one more name."""


class Filing:
    """Carries out file statements on the machine's disk; programs come and go through `editing`."""

    def __init__(self, state: State, program: Program, disk: Disk) -> None:
        self._state = state
        self._program = program
        self._disk = disk
        self._files = program.operations.files
        self.table: dict[type[ast.Statement], Callable[[Any, Position], Position]] = {
            ast.Close: self._close,
            ast.Field: self._field,
            ast.Files: self._list,
            ast.GetPut: self._get_put,
            ast.Kill: self._kill,
            ast.Name: self._name,
            ast.Open: self._open,
            ast.Save: self._save,
        }

    def text(self, expr: ast.Expr) -> str:
        """A string expression's value; raises Type mismatch."""
        value = self._program.evaluate(expr)
        if not isinstance(value, str):
            raise BasicError(ErrorCode.TYPE_MISMATCH)
        return value

    def integer(self, expr: ast.Expr) -> int:
        """The expression's value as CINT makes it; raises Type mismatch for a text."""
        value = self._program.evaluate(expr)
        if isinstance(value, str):
            raise BasicError(ErrorCode.TYPE_MISMATCH)
        return convert.cint(value)

    def program_file(self, statement: ast.Load | ast.Merge | ast.Chain, *, text: bool = False) -> bytes:
        """A program file's content; raises File not found, and Bad file mode when it must be text and is not.

        The lines of a long text are looked at in several turns, before it is entered in one.
        """
        data = self._disk.read(file_name(self.text(statement.name), PROGRAM))
        if data is None:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        if binary.is_tokenised(data):
            if text:
                raise BasicError(ErrorCode.BAD_FILE_MODE)
        elif turns.repeatable(statement):
            turns.prepare(self._state, editing.text_lines(data.decode("latin-1")), editing.foresee)
        return data

    # --- statements

    def _open(self, statement: ast.Open, following: Position) -> Position:
        mode = self.text(statement.mode)[:1].upper()
        number = self.integer(statement.file)
        name = self.text(statement.name)
        length = 128 if statement.length is None else self.integer(statement.length)
        if mode not in ("I", "O", "R") or not mode:
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        self._files.open(mode, number, file_name(name), length)
        return following

    def _close(self, statement: ast.Close, following: Position) -> Position:
        if not statement.files:
            self._files.close()
        for expr in statement.files:
            self._files.close(self.integer(expr))
        return following

    def _field(self, statement: ast.Field, following: Position) -> Position:
        variables = self._state.variables
        number = self.integer(statement.file)
        self._files.file(number, "R")
        parts = []
        for width, target in statement.fields:
            key = variables.key(target.name, target.suffix)
            if type_of(key) != "$":
                raise BasicError(ErrorCode.TYPE_MISMATCH)
            subscripts = [self.integer(s) for s in target.subscripts] if isinstance(target, ast.Index) else []
            count = self.integer(width)
            if not 0 <= count <= 255:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
            parts.append(FieldPart([key, *subscripts], count))
        self._files.field(number, parts)
        return following

    def _get_put(self, statement: ast.GetPut, following: Position) -> Position:
        record = None if statement.record is None else self.integer(statement.record)
        (self._files.put if statement.put else self._files.get)(self.integer(statement.file), record)
        return following

    def _kill(self, statement: ast.Kill, following: Position) -> Position:
        name = file_name(self.text(statement.name))
        if not self._disk.delete(name):
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        self._files.discard(name)
        return following

    def _name(self, statement: ast.Name, following: Position) -> Position:
        old, new = file_name(self.text(statement.old)), file_name(self.text(statement.new))
        data = self._disk.read(old)
        if data is None:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        if self._disk.read(new) is not None:
            raise BasicError(ErrorCode.FILE_ALREADY_EXISTS)
        self._disk.delete(old)
        self._disk.write(new, data)
        return following

    def _list(self, statement: ast.Files, following: Position) -> Position:
        screen = self._program.operations.screen
        wanted = _padded("" if statement.pattern is None else self.text(statement.pattern))
        found = False
        for name in self._disk.names():
            entry = _padded(name)
            if all(want in ("?", char) for want, char in zip(wanted, entry, strict=True)):
                screen.write(f"{entry[:8]}{' ' if entry[8] == ' ' else '.'}{entry[8:]}")
                if self._state.column + _LISTED < self._state.width:
                    screen.write("  ")
                else:
                    screen.newline()
                found = True
        if not found:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        screen.fresh_line()
        return following

    def _save(self, statement: ast.Save, following: Position) -> Position:
        state = self._state
        name = file_name(self.text(statement.name), PROGRAM)
        if state.protected and statement.mode != "P":
            if self._disk.read(name) is None:
                self._disk.write(name, b"")  # MBASIC has made the file by the time it refuses
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if statement.mode == "A":
            if turns.repeatable(statement):
                turns.prepare(state, sorted(state.program.items()), lambda line: editing.listed(*line))
            data = "".join(editing.lines_of(state.program)).replace("\n", "\r\n").encode("latin-1")
        else:
            data = binary.encode(state.program, protected=statement.mode == "P")
        self._disk.write(name, data)
        return following


def _padded(text: str) -> str:
    """A name or a pattern as a directory of CP/M has it, 8 and 3 characters; `*` is `?` to the end of either part."""
    name = re.sub("^[A-P]:", "", text.upper()) or "*.*"
    stem, _, suffix = name.partition(".")
    return "".join(
        (part.split("*")[0].ljust(width, "?") if "*" in part[:width] else part.ljust(width))[:width]
        for part, width in ((stem, 8), (suffix, 3))
    )
