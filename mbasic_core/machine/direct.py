"""Direct mode: the `Ok` prompt, typed lines, lines that AUTO numbers or EDIT changes, and what the host hears."""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode, message
from mbasic_core.language.lister import detokenise
from mbasic_core.machine import typed
from mbasic_core.machine.commands import Commands
from mbasic_core.machine.events import Echo, Event, Output, Prompt
from mbasic_core.machine.lineedit import LineEditor
from mbasic_core.runtime.position import DIRECT, END, at, line_of
from mbasic_core.runtime.screen import Screen
from mbasic_core.runtime.state import FOR, Frame, State, Waiting

__all__ = ["DirectMode"]


class DirectMode:
    """What stands between a person at the terminal and the programs: `events` is what the host is to be told."""

    def __init__(self, state: State, commands: Commands, screen: Screen) -> None:
        self.events: list[Event] = []
        self._state = state
        self._commands = commands
        self._screen = screen
        self._editor = LineEditor(state, screen)

    # --- back from a program

    def rest(self) -> None:
        """Back to direct mode in good order."""
        self._state.muted = False
        self._screen.fresh_line()
        self.ready()

    def ready(self, *, prompt: bool = True) -> None:
        """Direct mode: `Ok`; loops that live in the direct-mode line end with it.

        When the last error was a Syntax error in the program, its line is edited next; not at a breakpoint, where the
        program may still ask for ERR.
        """
        state = self._state
        state.running = state.muted = False
        state.edit = None
        state.pc = END
        state.waiting = Waiting()
        state.progress = 0
        state.passed = END
        state.stack[:] = [frame for frame in state.stack if not _is_direct(frame)]
        self.flush()
        if prompt:
            self.events.append(Prompt("Ok\r\n"))
            self._edit_error()

    def complain(self, error: BasicError, line: int = DIRECT) -> None:
        """An error of what was typed: its message, and `Ok`."""
        trap = self._state.trap
        trap.code, trap.at_line = error.code, line
        self._state.muted = False
        self._screen.fresh_line()
        self._screen.write(message(error.code) if line == DIRECT else f"{message(error.code)} in {line}")
        self._screen.newline()
        self.ready()

    def flush(self) -> None:
        """Tell the host what was printed."""
        screen = self._screen
        if screen.out:
            self.events.append(Output("".join(screen.out)))
            screen.out.clear()
            screen.size = 0

    # --- typed lines

    def take(self, keys: str) -> None:
        """A line that was fed: it answers INPUT, is kept as a program line, or is executed."""
        line = typed.read(keys)
        state = self._state
        for shown, echo in line.shown:
            if echo:
                self._echo(shown)
            else:
                self._screen.write(shown)
        for _ in range(line.mutes):
            self.mute()
        if line.keys is not None:
            self._screen.newline()
            state.keys = line.keys
            self._editor.begin(DIRECT, line.text, typed=True)
            return
        if state.waiting.newline or state.waiting.kind != "line":
            self._echo_enter()
        self._line(line.text)

    def press(self) -> bool:
        """Give EDIT the keys that were pressed, and lines typed ahead; False: it needs more."""
        state = self._state
        while (edit := state.edit) is not None:
            if not state.keys:
                if not state.typed:
                    return False
                state.keys = state.typed.pop(0) + "\r"
            key, state.keys = state.keys[0], state.keys[1:]
            ending = self._editor.press(key)
            if ending is None:
                continue
            state.edit = None
            if ending == "left":
                self.rest()
            elif ending == "again":
                self.edit(DIRECT if edit.typed else edit.line)
            elif edit.typed:
                self._line(edit.text)
            else:
                self._keep(edit.line, edit.text)
        *lines, state.keys = state.keys.split("\r")
        state.typed[:0] = lines
        return True

    def edit(self, line: int) -> None:
        """EDIT: show the line's number and wait for keys."""
        tokens = self._state.program.get(line)
        self._state.current = line
        if tokens is None:
            self.complain(BasicError(ErrorCode.UNDEFINED_LINE))
        else:
            self._editor.begin(line, detokenise(tokens))

    def leave(self) -> None:
        """Ctrl-C where lines are typed: what was typed is dropped; AUTO ends, and an edited line stays as it was."""
        state = self._state
        auto, edited = state.mode == "auto", state.edit is not None
        state.mode = ""
        state.edit = None
        if edited:
            self._screen.fresh_line()
        else:
            self._screen.write("^C")
            self._screen.newline()
        if auto or edited:
            self.ready()
        else:
            self.flush()

    def mute(self) -> None:
        """Ctrl-O: nothing is shown until it is pressed again, INPUT asks for something, or the program ends."""
        state = self._state
        if not state.muted:
            self._control("O")
        state.muted = not state.muted
        if not state.muted:
            self._control("O")

    def number(self) -> None:
        """AUTO: the next line's number, with `*` for a line that exists."""
        state = self._state
        if state.mode and state.edit is None:
            self._screen.write(f"{state.auto_line}{'*' if state.auto_line in state.program else ' '}")

    # --- helpers

    def _line(self, text: str) -> None:
        state = self._state
        if state.waiting.kind == "line":
            state.waiting.kind = ""
            state.waiting.reply = text
            return
        try:
            if state.mode == "auto":
                self._commands.auto_line(text)
            else:
                self._commands.line(text)
        except BasicError as error:
            self._fail(error)
        self.number()

    def _keep(self, line: int, text: str) -> None:
        try:
            self._commands.keep(line, text)
        except BasicError as error:
            self._fail(error)
        self.number()

    def _fail(self, error: BasicError) -> None:
        """An error in a line before any of it was carried out: the program's ON ERROR GOTO gets it, if there is one."""
        state, trap = self._state, self._state.trap
        if not trap.line or trap.position != END or state.mode:
            self.complain(error)
            return
        self._commands.begin_direct(b"")
        trap.code, trap.at_line, trap.position = error.code, DIRECT, state.pc
        state.pc = at(trap.line)

    def _edit_error(self) -> None:
        """The original edits the line of a Syntax error after the next `Ok`, and forgets the error."""
        trap = self._state.trap
        if trap.code != ErrorCode.SYNTAX or (self._state.at_breakpoint and trap.at_line != DIRECT):
            return
        trap.code = 0
        if trap.at_line == DIRECT or not self._state.edits_errors:
            return
        if self._state.protected:
            self.complain(BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL), trap.at_line)
        else:
            self.edit(trap.at_line)

    def _echo(self, text: str) -> None:
        if text and not self._state.muted:
            self.flush()
            self.events.append(Echo(text))
            self._state.column += len(text)

    def _echo_enter(self) -> None:
        self.flush()
        self._state.column = 0
        if self._state.muted:
            return
        last = self.events[-1] if self.events else None
        if isinstance(last, Echo) and not last.text.endswith("\n"):
            self.events[-1] = Echo(f"{last.text}\r\n")
        else:
            self.events.append(Echo("\r\n"))

    def _control(self, letter: str) -> None:
        self._screen.write(f"^{letter}")
        self._screen.newline()


def _is_direct(frame: Frame) -> bool:
    """Whether a frame names a statement of the direct-mode line."""
    return any(line_of(place) == DIRECT for place in (frame[4:] if frame[0] == FOR else frame[1:]))
