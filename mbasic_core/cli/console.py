"""The host of a machine on the command line: prints its events and answers what it asks for."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, BinaryIO

from mbasic_core.cli.failure import BROKEN_OFF, Failure
from mbasic_core.cli.host_disk import HostDisk
from mbasic_core.cli.keyboard import Keyboard
from mbasic_core.cli.screen import Screen
from mbasic_core.machine import Machine
from mbasic_core.machine.events import Echo, Event, NeedKeys, NeedLine, Output, Prompt, SliceSpent

if TYPE_CHECKING:
    from mbasic_core.cli.prompt import LinePrompt

__all__ = ["Console", "standard_streams"]

_SLICE = 10_000  # statements between two looks at the output: a few milliseconds
_BREAK = "\x03"
_AT_ONCE = "\x0f\x13"  # Ctrl-O and Ctrl-S work on what is shown


class Console:
    """A machine on a pair of byte streams, with the current folder as its disk.

    The characters of an input line are not printed, a terminal has shown them already; the newline of Enter is, unless
    both streams are terminals. Direct mode's `Ok` is printed when `prompts` is true; without, an error edits no line.
    """

    def __init__(
        self,
        stdin: BinaryIO,
        stdout: BinaryIO,
        *,
        prompts: bool,
        strict: bool = False,
        files: int = 3,
        record: int = 128,
        prompt: LinePrompt | None = None,
    ) -> None:
        self.machine = Machine(disk=HostDisk(os.getcwd()), strict=strict)
        self.machine.state.file_numbers, self.machine.state.longest_record = files, record
        self.machine.state.edits_errors = prompts
        self.interrupted = False
        self.keyboard = Keyboard(stdin, encoding=_encoding(stdin), prompt=prompt)
        self.screen = Screen(stdout, encoding=_encoding(stdout))
        self._prompts = prompts
        self._newlines = not (stdin.isatty() and stdout.isatty())
        self._hidden_echoes = 0

    def settle(self) -> Event:
        """Run until the machine is in direct mode or has quit; returns the event it rests in.

        Raises Failure (status 1) when the program waits for input and there is no more.
        """
        try:
            return self._settle()
        finally:
            if self.keyboard.prompt is None:
                self.keyboard.release()

    def _settle(self) -> Event:
        # A program without INKEY$ leaves what is typed ahead to INPUT.
        polls = self.keyboard.is_terminal and "INKEY$" in self.machine.program_text()
        while True:
            self.keyboard.broken = False
            last = self._show(self.machine.advance(_SLICE))
            if not isinstance(last, SliceSpent | NeedKeys):
                self.keyboard.expect_line()
            self.screen.flush(midway=isinstance(last, SliceSpent))
            if isinstance(last, SliceSpent):
                if (polls or self.keyboard.prompt is not None) and (keys := self.keyboard.pressed()):
                    self._pressed(keys, polls=polls)
                continue
            if isinstance(last, NeedLine):
                more = self.line(remember=False)
            elif isinstance(last, NeedKeys):
                more = self._keys(last.count)
            else:
                self.keyboard.broken = False
                return last
            if not more:
                raise Failure("the input ended while the program was waiting for more", status=BROKEN_OFF)

    def command(self, line: str) -> None:
        """Hand a direct-mode line that nobody typed to the machine: its newline is not shown."""
        self._hidden_echoes += 1
        self.machine.feed_line(line)

    def line(self, *, remember: bool = True) -> bool:
        """Hand the next line of input to the machine, False when there is none; ^C in it interrupts as the key does.

        `remember` a direct-mode line, not the answer to INPUT.
        """
        before = ""
        if self.keyboard.prompt is not None:
            before = self.screen.begun
            self.screen.write("\r")  # the prompt shows again what stands there
            self.screen.flush()
        try:
            line = self.keyboard.line(before, remember=remember)
        except KeyboardInterrupt:
            self.interrupt()
            return True
        finally:
            if self.keyboard.prompt is not None:
                self.screen.begun = ""  # the prompt goes to a new line
        if line is None:
            return False
        _, broken, rest = line.rpartition(_BREAK)
        if broken:
            self.interrupt()
            self.keyboard.push_back(rest)
        else:
            self.machine.feed_line(line)
        return True

    def interrupt(self) -> None:
        """Press the break key."""
        self.interrupted = self.keyboard.broken = True
        self.machine.interrupt()

    @contextmanager
    def breakable(self) -> Iterator[None]:
        """Inside it, Ctrl-C interrupts the BASIC program, not this process."""

        def interrupt(_signal: int, _frame: FrameType | None) -> None:
            if self.keyboard.waiting:
                raise KeyboardInterrupt
            self.interrupt()

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _pressed(self, keys: str, *, polls: bool) -> None:
        """Keys that were pressed while a program runs; those it does not ask for begin the next line."""
        for key in keys:
            if polls or key in _AT_ONCE or self.keyboard.prompt is None:
                self.machine.feed_keys(key)
            else:
                self.keyboard.prompt.type_ahead(key)

    def _keys(self, count: int) -> bool:
        try:
            keys = self.keyboard.keys(count)
        except KeyboardInterrupt:
            keys = _BREAK
        if _BREAK in keys:
            self.interrupt()
        elif keys:
            self.machine.feed_keys(keys)
        return bool(keys)

    def _show(self, events: list[Event]) -> Event:
        for event in events:
            if isinstance(event, Output) or (isinstance(event, Prompt) and self._prompts):
                self.screen.write(event.text)
            elif isinstance(event, Echo):
                self._echo(event.text)
        return events[-1]

    def _echo(self, text: str) -> None:
        if self._hidden_echoes:
            self._hidden_echoes -= 1
        elif self._newlines and text.endswith("\r\n"):
            self.screen.write("\r\n")


def standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """The process's stdin and stdout as bytes; nothing comes from a stdin that is closed.

    Raises Failure (status 1) when stdout is closed.
    """
    if sys.stdout is None:
        raise Failure("cannot write the output: stdout is closed", status=BROKEN_OFF)
    stdin = open(os.devnull, "rb") if sys.stdin is None else sys.stdin.buffer  # noqa: SIM115 - open as long as we run
    return stdin, sys.stdout.buffer


def _encoding(stream: BinaryIO) -> str:
    if not stream.isatty():
        return "latin-1"
    import locale

    return locale.getencoding()
