"""Where a program's input comes from on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from mbasic_core.cli.prompt import LinePrompt
    from mbasic_core.cli.rawkeys import Terminal

__all__ = ["Keyboard"]


class Keyboard:
    """Lines and keys out of a stream of bytes, read only when they are asked for.

    `waiting` is true while a read is under way: then a Ctrl-C has to end the read, not a running program. With a
    `prompt` lines are edited there.
    """

    def __init__(self, stream: BinaryIO, *, encoding: str = "latin-1", prompt: LinePrompt | None = None) -> None:
        self.waiting = False
        self.broken = False
        """Ctrl-C came when nothing waited for keys, and the program has not seen it: what waits next is broken off."""
        self.prompt = prompt
        self._stream = stream
        self._encoding = encoding
        self._pushed: str | None = None
        self._terminal = _terminal(stream)

    @property
    def is_terminal(self) -> bool:
        """Whether somebody can press keys while a program runs."""
        return self._terminal is not None

    def line(self, before: str = "", *, remember: bool = False) -> str | None:
        """The next line without its end, None at the end of the input; raises KeyboardInterrupt on Ctrl-C.

        `before` is what stands on the screen's line already, `remember` puts the line into the history.
        """
        if self._pushed is not None:
            line, self._pushed = self._pushed, None
            return line
        if self.prompt is None:
            self.release()
        self.expect_line()
        self.waiting = True
        try:
            self._break_off()
            if self.prompt is not None:
                try:
                    typed = self.prompt.line(before, remember=remember)
                finally:
                    if self._terminal is not None:
                        self._terminal.interrupts(True)
                return None if typed is None else _bytes_only(typed)
            data = self._stream.readline()
        finally:
            self.waiting = False
        if not data:
            return None
        return self._text(data.removesuffix(b"\n").removesuffix(b"\r"))

    def expect_line(self) -> None:
        """A line is asked for next at the prompt: what is pressed from now on is the prompt's, Ctrl-C and Ctrl-D too.

        To be called before the question is shown: the prompt takes a while until it reads.
        """
        if self.prompt is not None and self._terminal is not None:
            self._terminal.give_keys()  # between two lines too, or keys for EDIT would be shown twice
            self._terminal.interrupts(False)

    def push_back(self, line: str) -> None:
        """Let `line` be what the next call of `line()` answers."""
        self._pushed = line

    def keys(self, count: int) -> str:
        """The next `count` keys, Enter as CR; fewer at the end of the input. Raises KeyboardInterrupt on Ctrl-C."""
        if self.prompt is not None and (typed := self.prompt.typed_ahead()):
            self.prompt.type_ahead(typed[count:])
            return _bytes_only(typed[:count]).replace("\n", "\r")
        self.waiting = True
        try:
            self._break_off()
            if self._terminal is None:
                keys = self._stream.read(count)
            else:
                self._terminal.give_keys()
                keys = self._terminal.read(count)
        finally:
            self.waiting = False
        return self._text(keys).replace("\n", "\r")

    def pressed(self) -> str:
        """Keys that somebody has pressed at a terminal meanwhile; a stream has none unless it is asked for them."""
        if self._terminal is None:
            return ""
        self._terminal.give_keys()
        return self._text(self._terminal.pressed()).replace("\n", "\r")

    def release(self) -> None:
        """Leave a terminal as it was found."""
        if self._terminal is not None:
            self._terminal.give_lines()

    def _break_off(self) -> None:
        if self.broken:
            self.broken = False
            raise KeyboardInterrupt

    def _text(self, data: bytes) -> str:
        """One character for each byte that BASIC sees; what it has no byte for becomes a question mark."""
        return _bytes_only(data.decode(self._encoding, "replace"))


def _bytes_only(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")


def _terminal(stream: BinaryIO) -> Terminal | None:
    if not stream.isatty():
        return None
    from mbasic_core.cli.rawkeys import Terminal

    return Terminal(stream.fileno())
