"""Statements that the machine carries out itself: commands, and what changes the machine as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mbasic_core.compiler.program import Program
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast
from mbasic_core.language.crunch import crunch, split_number
from mbasic_core.language.lister import list_line
from mbasic_core.machine import editing
from mbasic_core.numeric import convert, rnd
from mbasic_core.runtime.control import Halt
from mbasic_core.runtime.position import DIRECT, END, Position, at
from mbasic_core.runtime.state import ErrorTrap, State, Waiting

__all__ = ["Commands"]


class Commands:
    """Dispatch by node; each command answers where to go on or raises Halt."""

    program: Program

    def __init__(self, state: State) -> None:
        self._state = state
        self._table: dict[type[ast.Statement], Callable[[Any, Position], Position]] = {
            ast.Auto: self._auto,
            ast.Clear: self._clear,
            ast.Close: self._nothing,
            ast.Common: self._nothing,
            ast.Cont: self._cont,
            ast.Delete: self._delete,
            ast.List: self._list,
            ast.New: self._new,
            ast.Null: self._null,
            ast.Out: self._out,
            ast.Renum: self._renum,
            ast.Run: self._run,
            ast.System: self._system,
            ast.Tron: self._tron,
            ast.Wait: self._wait,
            ast.Width: self._width,
        }

    def execute(self, statement: ast.Statement, following: Position) -> Position:
        """Carry out one statement; raises BasicError, Illegal function call for what this machine has not."""
        command = self._table.get(type(statement))
        if command is None:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return command(statement, following)

    # --- lines from the keyboard and from files

    def line(self, text: str) -> None:
        """A direct-mode line: kept when it has a number, else about to run. Raises BasicError."""
        state = self._state
        if state.mode == "auto":
            self._auto_line(text)
            return
        fault = self.program.operations.fault
        number = editing.store(state.program, text, fault)
        if number is not None:
            state.current = number
            self._changed()
            return
        if not text.strip():
            return
        state.direct = crunch(split_number(text)[1], fault)
        self.program.forget_direct()
        state.running = True
        state.pc = at(DIRECT)

    def enter(self, text: str) -> list[int]:
        """NEW, then the numbered lines of a text; answers their numbers."""
        state = self._state
        state.program.clear()
        self._changed()
        numbers = []
        for line in editing.text_lines(text):
            if not line.strip():
                continue
            number = editing.store(state.program, line, self.program.operations.fault, strict=True)
            if number is None:
                raise BasicError(ErrorCode.DIRECT_STATEMENT_IN_FILE)
            numbers.append(number)
        self.program.forget()
        return numbers

    def _changed(self) -> None:
        """The program was edited: what it had computed is gone, as on the real machine."""
        self.program.forget()
        self._reset()
        self._state.resume = None

    def _reset(self) -> None:
        """RUN, NEW, CLEAR and editing: no variables, no loops, no traps, RND and DATA from the start."""
        state = self._state
        state.variables.clear()
        state.functions.clear()
        state.stack.clear()
        state.data, state.data_offset = END, 0
        trap, fresh = state.trap, ErrorTrap()
        trap.line, trap.position = fresh.line, fresh.position
        state.rnd = rnd.RESET
        self.program.forget_steps()

    # --- commands

    def _nothing(self, statement: ast.Statement, following: Position) -> Position:
        return following

    def _run(self, statement: ast.Run, following: Position) -> Position:
        if statement.name is not None:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        listing = self.program.listing
        start = listing.first() if statement.line is None else listing.find(statement.line)
        self._reset()
        self._state.resume = None
        self._state.waiting = Waiting()
        return start

    def _new(self, statement: ast.New, following: Position) -> Position:
        self._state.program.clear()
        self._state.tron = False
        self._changed()
        raise Halt("new")

    def _clear(self, statement: ast.Clear, following: Position) -> Position:
        for expr in (statement.first, statement.memory):
            if expr is not None and not self._address(expr):
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if statement.stack is not None:
            size = self._address(statement.stack)
            if not size:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
            self.program.operations.stack.resize(size)
        self._reset()
        return following

    def _cont(self, statement: ast.Cont, following: Position) -> Position:
        place = self._state.resume
        if place is None:
            raise BasicError(ErrorCode.CANT_CONTINUE)
        return place

    def _list(self, statement: ast.List, following: Position) -> Position:
        state = self._state
        screen = self.program.operations.screen
        for number in editing.select(state.program, statement.range, state.current):
            if not statement.printer:
                screen.write(list_line(number, state.program[number]))
                screen.newline()
        raise Halt("list")

    def _delete(self, statement: ast.Delete, following: Position) -> Position:
        state = self._state
        lines = statement.range
        last = state.current if lines.last == -1 else lines.last
        first = state.current if lines.first == -1 else lines.first
        if (last is not None and last not in state.program) or (last is None and first is None):
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        for number in editing.select(state.program, lines, state.current):
            del state.program[number]
        self._changed()
        raise Halt("delete")

    def _tron(self, statement: ast.Tron, following: Position) -> Position:
        self._state.tron = statement.on
        self._state.pc = following
        raise Halt("go")

    def _width(self, statement: ast.Width, following: Position) -> Position:
        columns = self._integer(statement.columns)
        if not 1 <= columns <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if statement.printer:
            self._state.printer_width = columns
        else:
            self._state.width = columns
        return following

    def _null(self, statement: ast.Null, following: Position) -> Position:
        if not 0 <= self._integer(statement.count) <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return following

    def _out(self, statement: ast.Out, following: Position) -> Position:
        for expr in (statement.port, statement.value):
            if not 0 <= self._integer(expr) <= 255:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return following

    def _wait(self, statement: ast.Wait, following: Position) -> Position:
        for expr in (statement.port, statement.mask, statement.select):
            if expr is not None and not 0 <= self._integer(expr) <= 255:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return following

    def _system(self, statement: ast.System, following: Position) -> Position:
        raise Halt("quit")

    def _auto(self, statement: ast.Auto, following: Position) -> Position:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def _auto_line(self, text: str) -> None:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def _renum(self, statement: ast.Renum, following: Position) -> Position:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def _number(self, expr: ast.Expr) -> Any:
        value = self.program.evaluate(expr)
        if isinstance(value, str):
            raise BasicError(ErrorCode.TYPE_MISMATCH)
        return value

    def _integer(self, expr: ast.Expr) -> int:
        return convert.cint(self._number(expr))

    def _address(self, expr: ast.Expr) -> int:
        return convert.address(self._number(expr)) & 0xFFFF
