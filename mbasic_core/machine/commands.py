"""Statements that the machine carries out itself: commands, and what changes the machine as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mbasic_core.compiler.program import Program
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast, binary
from mbasic_core.language.crunch import crunch, split_number
from mbasic_core.language.renumber import renumber
from mbasic_core.machine import breakpoints, editing, loading, places
from mbasic_core.machine.chaining import Carried
from mbasic_core.machine.filing import Filing
from mbasic_core.numeric import convert, rnd
from mbasic_core.runtime.control import Exhausted, Halt, Located
from mbasic_core.runtime.position import DIRECT, END, Position, at, line_of
from mbasic_core.runtime.state import ErrorTrap, State, Waiting

__all__ = ["Commands"]

LINES_AT_ONCE = 100
"""Lines that LIST shows before others get their turn."""


class Commands:
    """Dispatch by node; each command answers where to go on or raises Halt."""

    program: Program
    filing: Filing

    def __init__(self, state: State) -> None:
        self._state = state
        self._table: dict[type[ast.Statement], Callable[[Any, Position], Position]] = {
            ast.Auto: self._auto,
            ast.Clear: self._clear,
            ast.Chain: self._chain,
            ast.Common: self._nothing,
            ast.Cont: self._cont,
            ast.Delete: self._delete,
            ast.Edit: self._edit,
            ast.List: self._list,
            ast.Load: lambda load, following: self._load(load, following, keep_files=load.run),
            ast.Merge: self._merge,
            ast.New: self._new,
            ast.Null: lambda null, following: self._checked(following, null.count),
            ast.Out: lambda out, following: self._checked(following, out.port, out.value),
            ast.Renum: self._renum,
            ast.Run: self._run,
            ast.System: self._system,
            ast.Tron: self._tron,
            ast.Wait: lambda wait, following: self._checked(following, wait.port, wait.mask, wait.select),
            ast.Width: self._width,
        }

    def execute(self, statement: ast.Statement, following: Position) -> Position:
        """Carry out one statement; raises BasicError, Illegal function call for what this machine has not."""
        command = self._table.get(type(statement)) or self.filing.table.get(type(statement))
        if command is None:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return command(statement, following)

    # --- lines from the keyboard and from files

    def line(self, text: str) -> None:
        """A direct-mode line: kept when it has a number, else about to run. Raises BasicError."""
        if len(text) > editing.LONGEST_LINE:
            raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW)
        number, rest = split_number(text)
        if number is not None:
            self.keep(number, rest)
            return
        if rest.strip():
            self.begin_direct(crunch(rest, self.program.operations.fault))

    def begin_direct(self, tokens: bytes) -> None:
        """Carry out this direct-mode line next; an error of the one before that is being handled has its place here."""
        state = self._state
        state.direct = tokens
        self.program.forget_direct()
        state.running = True
        state.pc = at(DIRECT)
        if line_of(state.trap.position) == DIRECT:
            state.trap.position = state.pc

    def keep(self, number: int, text: str) -> None:
        """The text of a program line, without its number; an empty one deletes the line. Raises BasicError."""
        state = self._state
        if state.protected:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        state.current = number
        before = state.program.get(number, b"")
        editing.keep(state.program, number, text, self.program.operations.fault)
        longer = len(state.program.get(number, b"")) > len(before)
        fits = not longer or editing.size_of(state.program) <= min(editing.ROOM, self.program.operations.memory.room())
        if not fits:
            state.program[number] = before
            if not before:
                del state.program[number]
        breakpoints.prune(state, (number,))
        self._changed()
        if not fits:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)

    def enter(self, text: str) -> list[int]:
        """NEW, then the numbered lines of a text; answers their numbers."""
        self._wipe()
        numbers = self._merge_text(text)
        self._state.edits = 0
        return numbers

    def begin(self, text: str) -> None:
        """NEW; the numbered lines of a text are to be entered by `go_on`. Raises BasicError, and changes nothing."""
        text = loading.cleaned(text)
        self._wipe(marks=False)
        self._state.loading, self._state.edits = text, 0

    def go_on(self, budget: int) -> int:
        """Enter lines of the text that waits, at least one; what it took. Raises BasicError: no program then."""
        state, edits = self._state, self._state.edits
        most = min(budget, loading.AT_ONCE)
        try:
            state.loading, cost = loading.enter(state.program, state.loading, most, self.program.operations.fault)
            if not state.loading:
                breakpoints.prune(state)
                self._changed()
                state.edits = edits
        except BasicError:
            self._wipe(marks=False)
            state.edits = -1
            raise
        return cost

    def _merge_text(self, text: str) -> list[int]:
        numbers: list[int] = []
        room = editing.ROOM - editing.size_of(self._state.program)
        try:
            for line in editing.text_lines(text):
                if not line.strip():
                    continue
                room -= len(line)
                if room < 0:
                    raise BasicError(ErrorCode.OUT_OF_MEMORY)
                number = editing.store(self._state.program, line, self.program.operations.fault, strict=True)
                if number is None:
                    raise BasicError(ErrorCode.DIRECT_STATEMENT_IN_FILE)
                numbers.append(number)
        finally:
            breakpoints.prune(self._state)
            self._changed()
        return numbers

    def _wipe(self, *, marks: bool = True) -> None:
        """NEW; breakpoints go with what they were set in, unless it is to be entered again."""
        state = self._state
        if marks:
            state.breakpoints.clear()
        self.program.operations.files.close()
        state.program.clear()
        state.loading = ""
        state.protected = False
        self._changed()

    def read_program(self, data: bytes) -> None:
        """NEW, then the program of a file, tokenised, protected or text."""
        self._wipe()
        if binary.is_tokenised(data):
            lines = binary.decode(data, room=editing.ROOM)
            self._state.program.update({n: tokens for n, tokens in lines.items() if n <= editing.HIGHEST})
            self._state.protected = binary.is_protected(data)
            self._changed()
        else:
            self._merge_text(data.decode("latin-1"))

    def _changed(self) -> None:
        """The program was edited: what it had computed is gone, as on the real machine."""
        self.program.forget()
        self._reset()
        self._state.edits = max(0, self._state.edits) + 1
        self.program.operations.memory.check()

    def _reset(self, *, keep_files: bool = False) -> None:
        """RUN, NEW, CLEAR and editing: no variables, loops, traps, files, nothing to CONT; RND and DATA begin anew."""
        state = self._state
        state.variables.clear()
        state.functions.clear()
        state.stack.clear()
        state.resume = None
        state.data, state.data_offset = END, 0
        trap, fresh = state.trap, ErrorTrap()
        trap.line, trap.position = fresh.line, fresh.position
        state.rnd = rnd.RESET
        self.program.forget_steps()
        if not keep_files:
            self.program.operations.files.close()

    # --- commands

    def _nothing(self, statement: ast.Statement, following: Position) -> Position:
        return following

    def _run(self, statement: ast.Run, following: Position) -> Position:
        if statement.name is not None:
            return self._load(ast.Load(statement.name, True), following, keep_files=statement.keep_files)
        return self._start(statement.line)

    def _start(self, line: int | None = None, *, keep_files: bool = False) -> Position:
        """RUN: all is cleared, the trap as well, before the line is looked for. Raises Undefined line number."""
        self._reset(keep_files=keep_files)
        breakpoints.stopped(self._state, -1)
        self._state.waiting = Waiting()
        listing = self.program.listing
        return listing.first() if line is None else listing.find(line)

    def _load(self, statement: ast.Load, following: Position, *, keep_files: bool = False) -> Position:
        data = self.filing.program_file(statement)
        kept = dict(self._state.files) if keep_files else {}
        if keep_files:
            self._state.files.clear()
        try:
            self.read_program(data)
        finally:
            self._state.files.update(kept)
        if statement.run:
            return self._start(keep_files=keep_files)
        raise Halt("load")

    def _merge(self, statement: ast.Merge, following: Position) -> Position:
        data = self.filing.program_file(statement, text=True)
        self._merge_text(data.decode("latin-1"))
        raise Halt("merge")

    def _chain(self, statement: ast.Chain, following: Position) -> Position:
        """CHAIN [MERGE] file [, line] [, ALL] [, DELETE range] (BASIC-80 Reference Manual, CHAIN)."""
        state = self._state
        self.program.listing.parse(ast.Common)
        line = None if statement.line is None else self._address(statement.line)
        data = self.filing.program_file(statement, text=statement.merge)
        doomed = [] if statement.delete is None else self._range(statement.delete)
        carried = Carried(state, self.program.listing, everything=statement.all, merge=statement.merge)
        files = dict(state.files)
        try:
            state.files.clear()
            if statement.merge:
                for number in doomed:
                    del state.program[number]
                self._merge_text(data.decode("latin-1"))
            else:
                self.read_program(data)
        finally:
            state.files.update(files)
        if line is not None and line not in state.program and not binary.is_tokenised(data):
            raise Located(ErrorCode.UNDEFINED_LINE, DIRECT, final=True)  # text was read as if it were typed
        start = self._start(line, keep_files=True)
        carried.restore()
        return start

    def _new(self, statement: ast.New, following: Position) -> Position:
        self._wipe()
        self._state.tron = False
        raise Halt("new")

    def _clear(self, statement: ast.Clear, following: Position) -> Position:
        if statement.first is not None and not self._address(statement.first):
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        top, stack = (None if expr is None else self._address(expr) for expr in (statement.memory, statement.stack))
        self.program.operations.memory.limit(top, stack)
        self.program.operations.stack.resize(self._state.stack_size)
        self._reset()
        return following

    def _cont(self, statement: ast.Cont, following: Position) -> Position:
        place = self._state.resume
        if place is None:
            raise BasicError(ErrorCode.CANT_CONTINUE)
        breakpoints.let_pass(self._state, place)
        return place

    def _list(self, statement: ast.List, following: Position) -> Position:
        state = self._state
        screen = self.program.operations.screen
        if state.protected:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        for count, number in enumerate(editing.select(state.program, statement.range, state.current, state.progress)):
            if count == LINES_AT_ONCE:
                state.progress = number
                raise Exhausted
            if not statement.printer:
                screen.write(editing.listed(number, state.program[number]))
                screen.newline()
        state.progress = 0
        raise Halt("list")

    def _range(self, lines: ast.LineRange) -> list[int]:
        """The lines that DELETE means; Illegal function call unless the last one is there, and not before the first."""
        state = self._state
        last = state.current if lines.last == -1 else lines.last
        first = state.current if lines.first == -1 else lines.first
        if last not in state.program or (first is not None and first > last):
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return editing.select(state.program, lines, state.current)

    def _delete(self, statement: ast.Delete, following: Position) -> Position:
        state = self._state
        for number in self._range(statement.range):
            del state.program[number]
        breakpoints.prune(state)
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

    def _checked(self, following: Position, *operands: ast.Expr | None) -> Position:
        """NULL, OUT and WAIT do nothing, but their operands are bytes."""
        for expr in operands:
            if expr is not None and not 0 <= self._integer(expr) <= 255:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return following

    def _system(self, statement: ast.System, following: Position) -> Position:
        raise Halt("quit")

    def _auto(self, statement: ast.Auto, following: Position) -> Position:
        state = self._state
        start = state.current if statement.start == -1 else statement.start
        step = state.auto_step if statement.same_step else 10 if statement.step is None else statement.step
        if not step:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        state.auto_line = 10 if start is None else start
        state.auto_step = step
        state.mode = "auto"
        raise Halt("auto")

    def auto_line(self, text: str) -> None:
        """A line typed behind the number that AUTO gave, nothing leaves the line as it is; raises BasicError."""
        state = self._state
        number = state.auto_line
        state.auto_line += state.auto_step
        if state.auto_line >= editing.HIGHEST:
            state.mode = ""
        if text:
            self.keep(number, text)

    def _edit(self, statement: ast.Edit, following: Position) -> Position:
        state = self._state
        if statement.line != -1:
            state.current = statement.line
        if state.current not in state.program:
            raise BasicError(ErrorCode.UNDEFINED_LINE)
        if state.protected:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        raise Halt("edit")

    def _renum(self, statement: ast.Renum, following: Position) -> Position:
        state = self._state
        new = 10 if statement.new is None else state.current if statement.new == -1 else statement.new
        old = state.current if statement.old == -1 else statement.old or 0
        step = 10 if statement.step is None else statement.step
        numbered, numbers, unknown = renumber(state.program, new, old, step)
        state.program.clear()
        state.program.update(numbered)
        places.move(state, numbers)
        self.program.forget()
        state.edits = max(0, state.edits) + 1
        screen = self.program.operations.screen
        for target, line in unknown:
            screen.write(f"Undefined line {target} in {line}")
            screen.newline()
        raise Halt("renum")

    def _number(self, expr: ast.Expr) -> int | float | tuple[int, int]:
        value = self.program.evaluate(expr)
        if isinstance(value, str):
            raise BasicError(ErrorCode.TYPE_MISMATCH)
        return value

    def _integer(self, expr: ast.Expr) -> int:
        return convert.cint(self._number(expr))

    def _address(self, expr: ast.Expr) -> int:
        return convert.address(self._number(expr)) & 0xFFFF
