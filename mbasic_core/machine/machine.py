"""The machine: a state, the steps of its program, and the one place where errors and endings are dealt with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mbasic_core.compiler.program import Program
from mbasic_core.errors import BasicError, ErrorCode, message
from mbasic_core.language import ast
from mbasic_core.machine import breakpoints, editing
from mbasic_core.machine.commands import Commands
from mbasic_core.machine.direct import DirectMode
from mbasic_core.machine.events import (
    Event,
    Failed,
    NeedKeys,
    NeedLine,
    Quit,
    Ready,
    SliceSpent,
    Stopped,
)
from mbasic_core.machine.filing import Filing
from mbasic_core.runtime.control import Exhausted, Finished, Halt, Located, Suspend
from mbasic_core.runtime.disk import Disk, StateDisk
from mbasic_core.runtime.position import DIRECT, END, Position, at, index_of, line_of
from mbasic_core.runtime.screen import OUTPUT_LIMIT
from mbasic_core.runtime.state import State

__all__ = ["Machine"]

CHUNK = 64
"""Statements between two looks at the output's size, and at whether the host has enough."""

TYPED_AHEAD = 255
"""Keys that wait until a program takes them."""

MUTE, PAUSE = "\x0f", "\x13"
"""Ctrl-O and Ctrl-S."""

BUILD_COST = 250
"""What it takes to build a statement, in statements executed."""

LINE_COST = 100
"""What it takes to deal with a further line typed in direct mode, in statements executed."""


def _never() -> bool:
    return False


class Machine:
    """A sans-io MBASIC 5.21: feed it lines and keys, `advance` it, act on the events.

    >>> machine = Machine()
    >>> machine.feed_line("PRINT 2+2")
    >>> [event.text for event in machine.advance(100) if isinstance(event, Output)]
    [' 4 \\r\\n']

    A `strict` machine has no more room for program, variables and texts than the real one had.
    """

    def __init__(self, state: State | None = None, disk: Disk | None = None, *, strict: bool = False) -> None:
        self.state = state or State()
        if strict:
            self.state.variables.space = 0  # bytes count from now on; how many there are follows from the program
        self.disk: Disk = StateDisk() if disk is None else disk
        self._commands = Commands(self.state)
        self._program = Program(self.state, self._commands.execute, self.disk)
        self._commands.program = self._program
        self._commands.filing = Filing(self.state, self._program, self.disk)
        self._screen = self._program.operations.screen
        self._direct = DirectMode(self.state, self._commands, self._screen)
        self._break = False
        self._left = 0
        """Statements that this `advance` may still execute."""
        self._enough: Callable[[], bool] = _never
        self._began = False
        """This `advance` has executed something; it always does, so that no host is ever told `enough` before."""
        self._returns = False
        """Under TRON: WEND goes back to its WHILE, at once, so that no snapshot falls between them."""

    # --- what the host feeds

    def feed_line(self, text: str) -> None:
        """A line from the keyboard, without its end: answers INPUT, or is a direct-mode line.

        BASIC's characters are one byte: any other becomes `?`, here and in `feed_keys`.
        """
        self.state.typed.append(_bytes_only(text))

    def feed_keys(self, keys: str) -> None:
        """Keys for INKEY$, INPUT$ and EDIT; more than 255 are kept only when INPUT$ waits for them.

        While a program runs Ctrl-S stops it until the next key, and Ctrl-O stops what it shows until the next Ctrl-O.
        """
        state, waiting = self.state, self.state.waiting
        most = max(TYPED_AHEAD, len(state.keys) + waiting.count)
        for key in _bytes_only(keys):
            if key == MUTE and state.edit is None and state.running:
                self._direct.mute()
                continue
            if key == PAUSE and state.edit is None and state.running and not waiting.kind:
                waiting.kind = "pause"
                continue
            if len(state.keys) < most:
                state.keys += key
            if waiting.kind in ("keys", "pause"):
                waiting.kind = ""

    def interrupt(self) -> None:
        """Ctrl-C: break the program at the next statement; CONT can go on."""
        self._break = True

    def load_program(self, text: str) -> list[int]:
        """NEW, then the numbered lines of a text, as LOAD reads an ASCII file; answers the line numbers.

        Lines may end in LF, CR or CR LF; ^Z ends the text. Raises BasicError: Direct statement in file, Line buffer
        overflow, Out of memory. What was running or waiting is over.
        """
        self._direct.ready(prompt=False)
        self.state.mode = ""
        return self._commands.enter(_bytes_only(text))

    def load_file(self, data: bytes) -> None:
        """NEW, then the program of a file as LOAD reads it: tokenised (it begins with FF), protected (FE) or text.

        Raises BasicError as `load_program`. What was running or waiting is over.
        """
        self._direct.ready(prompt=False)
        self.state.mode = ""
        self._commands.read_program(data)
        self.state.edits = 0

    def begin_program(self, text: str) -> None:
        """As `load_program`, but `advance` enters the lines, within its budget and before it takes a typed line.

        Raises BasicError as `load_program`, and Out of memory for more than 262,144 characters; nothing is changed
        then. A line too long only as tokens is found by `advance`: its message and `Ok` are printed, there is no
        program, what was typed is dropped, and `state.edits` is -1.
        """
        self._commands.begin(_bytes_only(text))
        self._direct.ready(prompt=False)
        self.state.mode = ""

    def set_breakpoints(self, lines: Iterable[int]) -> None:
        """Stop a program before each of these lines, and before no others, from now on; a running one as well.

        It rests with `Stopped`, having printed `Break in 30` as STOP does, and CONT goes on with the line. Lines need
        not exist. RENUM moves breakpoints; who deletes the line takes them away, and so do NEW, LOAD, RUN with a file,
        CHAIN without MERGE and `load_program`. Raises ValueError for what is no line number.
        """
        breakpoints.put(self.state, self._program, lines)

    def program_text(self) -> str:
        """The program as LIST shows it, lines ending in LF."""
        return "".join(self.program_lines())

    def program_lines(self) -> Iterator[str]:
        """The lines of `program_text`, each made when it is asked for: many new ones take long."""
        return editing.lines_of(self.state.program)

    def variables(self) -> list[tuple[str, str, str]]:
        """Name, type letter and printed value of each scalar, in the order in which they came to be."""
        return editing.scalars(self.state.variables)

    # --- running

    def advance(self, budget: int, enough: Callable[[], bool] = _never) -> list[Event]:
        """Execute at most `budget` statements; the events end in exactly one resting event.

        `enough` is asked every few statements, and behind each one that may take long; its yes ends the slice. How
        long a statement takes is known only afterwards, and a thousand quick ones may be followed by slow ones.
        """
        state = self.state
        self._enough, self._began = enough, False
        rest: Event | None = None
        self._left = budget
        fresh = True
        if self._break:
            self._break = False
            rest = self._interrupted()
        while rest is None:
            if state.edit is not None:
                rest = None if self._direct.press() else NeedKeys(1)
            elif state.waiting.kind == "line":
                rest = None if state.typed else NeedLine()
                if state.typed:
                    self._direct.take(state.typed.pop(0))
            elif state.waiting.kind:
                rest = NeedKeys(max(1, state.waiting.count))
            elif state.loading:
                self._enter()
                rest = SliceSpent() if state.loading else None
            elif state.running:
                rest = self._run()
                if isinstance(rest, NeedLine) and state.typed:
                    rest = None
            elif state.typed and (fresh or self._left > 0):
                self._left -= 0 if fresh else LINE_COST
                self._direct.take(state.typed.pop(0))
            elif state.typed:
                rest = SliceSpent()
            else:
                rest = Ready()
            fresh = False
        self._direct.flush()
        events, self._direct.events = self._direct.events, []
        events.append(rest if state.edit is None else NeedKeys(1))
        return events

    def _run(self) -> Event | None:
        """Execute statements until something rests the machine; None: back in direct mode."""
        state, screen, steps, enough = self.state, self._screen, self._program.steps, self._enough
        self._program.credit = max(1, self._left // BUILD_COST)
        position = state.pc
        while True:
            try:
                while self._returns or (
                    self._left > 0 and screen.size < OUTPUT_LIMIT and not (self._began and enough())
                ):
                    self._began = True
                    if state.tron:
                        position = self._traced(position)
                        continue
                    chunk = min(self._left, CHUNK)
                    self._left -= chunk
                    for _ in range(chunk):
                        position = steps[position]()
                state.pc = position
                return SliceSpent()
            except Exhausted:
                state.pc = position
                self._left = 0
                return SliceSpent()
            except Suspend:
                state.pc = position
                return NeedLine() if state.waiting.kind == "line" else NeedKeys(state.waiting.count)
            except Finished:
                return self._finished(position)
            except Halt as halt:
                if halt.kind != "go":
                    return self._halted(halt.kind, position)
                position = state.pc
            except BasicError as error:
                outcome = self._failed(error, position)
                if not isinstance(outcome, int):
                    return outcome
                position = outcome
            except (RecursionError, MemoryError):
                outcome = self._failed(BasicError(ErrorCode.OUT_OF_MEMORY), position)
                if not isinstance(outcome, int):
                    return outcome
                position = outcome

    def _traced(self, position: Position) -> Position:
        """One statement under TRON: a line's number is shown as it begins, unless it was begun before.

        A line that WEND goes back to does not begin once more.
        """
        returns, self._returns = self._returns, False
        self._program.credit += returns
        step = self._program.steps[position]
        waiting, stops = self.state.waiting, self._program.stops
        stored = position >= 0 and line_of(position) != DIRECT
        begins = stored and index_of(position) == 0 and not returns
        if begins and waiting.reply is None and not waiting.count and not self.state.progress and not stops(position):
            self._screen.write(f"[{line_of(position)}]")
        self._left -= 1
        listing = self._program.listing
        loops = stored and listing.holds(position) and isinstance(listing.statement(position), ast.Wend)
        following = step()  # its line may be gone after it
        self._returns = loops
        return following

    def _finished(self, position: Position) -> Event | None:
        """Behind the last statement: an error routine that got there lacks its RESUME."""
        state = self.state
        if position == END:
            state.resume = END
            breakpoints.stopped(state, -1)
            if state.trap.position != END and self._program.listing.numbers:
                last = at(self._program.listing.numbers[-1])
                failure = self._failed(Located(ErrorCode.NO_RESUME, line_of(last), final=True), last)
                assert not isinstance(failure, int)
                return failure
        return self._ended(position)

    def _failed(self, error: BasicError, position: Position) -> Position | Event:
        """The one path of errors: on to the trap's line, or a message and direct mode.

        Errors of direct mode are trapped as well (BASIC-80 Reference Manual, ON ERROR GOTO).
        """
        state, trap = self.state, self.state.trap
        line = error.line if isinstance(error, Located) else line_of(position)
        final = isinstance(error, Located) and error.final
        trap.code = error.code
        trap.at_line = line
        direct = DIRECT in (line, line_of(position))
        if trap.line and trap.position == END and not final:
            trap.position = self._program.listing.whole(position)
            return at(trap.line)
        trap.position = END
        text = message(error.code)
        state.muted = False
        self._screen.fresh_line()
        self._screen.write(text if line == DIRECT else f"{text} in {line}")
        self._screen.newline()
        if not direct:
            state.current = line
            breakpoints.stopped(state, line)
            listing = self._program.listing
            state.resume = listing.whole(position) if listing.holds(position) else None
        self._direct.ready()
        return Failed(error.code, line, text)

    def _halted(self, kind: str, position: Position) -> Event | None:
        state = self.state
        line = line_of(position)
        if kind == "quit":
            self._direct.ready(prompt=False)
            return Quit()
        if kind in ("end", "stop") and line != DIRECT:
            state.resume = state.pc
            breakpoints.stopped(state, line if kind == "stop" else -1)
        if kind == "breakpoint":
            state.resume = position
            breakpoints.stopped(state, line, at_breakpoint=True)
        if kind in ("stop", "breakpoint"):
            return self._broken(line)
        if kind == "end":
            return self._ended(END)
        if kind in ("auto", "edit"):
            self._direct.ready(prompt=False)
            if kind == "auto":
                self._direct.number()
            else:
                self._direct.edit(state.current)
        elif kind == "delete":
            state.column = 0  # its Ok comes at once, wherever the cursor is
            self._direct.ready()
        else:
            self._direct.rest()
        return None

    def _ended(self, position: Position) -> Event | None:
        """END, or past the last line: files are closed. A direct-mode line leaves them open."""
        if position == END:
            try:
                self._program.operations.files.close()
            except BasicError as error:
                outcome = self._failed(Located(error.code, DIRECT, final=True), position)
                assert not isinstance(outcome, int)
                return outcome
        self._direct.rest()
        return None

    def _broken(self, line: int) -> Event:
        self.state.muted = False
        self._screen.fresh_line()
        self._screen.write("Break" if line == DIRECT else f"Break in {line}")
        self._screen.newline()
        self._direct.ready()
        return Stopped(line)

    def _interrupted(self) -> Event | None:
        """Ctrl-C."""
        state = self.state
        state.typed.clear()
        state.keys = ""
        if not state.running:
            if not state.loading:
                self._direct.leave()
            return None
        state.edit = None
        line = line_of(state.pc) if state.pc >= 0 else DIRECT
        if line != DIRECT:
            state.resume = state.pc
            breakpoints.stopped(state, line)
        state.muted = False
        if state.waiting.kind == "keys":  # INPUT$ ends without a word
            self._direct.rest()
            return Stopped(line)
        self._screen.write("^C")
        self._screen.newline()
        return self._broken(line)

    def _enter(self) -> None:
        """Lines of the program's text."""
        try:
            self._left -= self._commands.go_on(self._left)
        except BasicError as error:
            self.state.typed.clear()
            self._direct.complain(error)


def _bytes_only(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")
