"""Where a program's output goes on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from mbasic_core.cli.failure import BROKEN_OFF, Failure

__all__ = ["Screen"]


class Screen:
    """Writes what MBASIC prints to a stream of bytes, with CR LF as LF; a lone CR or LF stays what it is.

    `encoding` is latin-1, one byte a character, for files and pipes; a terminal gets its own.
    """

    def __init__(self, stream: BinaryIO, *, encoding: str = "latin-1") -> None:
        self._stream = stream
        self._encoding = encoding
        self.begun = ""
        """What was written behind the last line end."""
        self._held = ""  # a CR whose LF may come with the next piece

    def write(self, text: str) -> None:
        """Print `text`, whose line ends are CR LF."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r").replace("\r\n", "\n")
        _, end, last = text.rpartition("\n")
        self.begun = last if end else self.begun + last
        self._put(text.encode(self._encoding, "replace"))

    def flush(self, *, midway: bool = False) -> None:
        """Show everything written so far; `midway`, a CR at the end still waits for its LF."""
        if self._held and not midway:
            self._put(self._held.encode())
            self._held = ""
        with _failures():
            self._stream.flush()

    def _put(self, data: bytes) -> None:
        # An unbuffered stream (python -u) may take a part only, when a signal comes in between.
        with _failures():
            while data:
                data = data[self._stream.write(data) :]


@contextmanager
def _failures() -> Iterator[None]:
    """A full disk is told to whoever started the command; a reader that went away is not (see `main`)."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise Failure(f"cannot write the output: {problem.strerror}", status=BROKEN_OFF) from problem
