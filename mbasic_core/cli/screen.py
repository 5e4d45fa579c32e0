"""Where a program's output goes on the command line."""

from __future__ import annotations

from typing import BinaryIO

__all__ = ["Screen"]


class Screen:
    """Writes what MBASIC prints to a stream of bytes, with CR LF as LF; a lone CR or LF stays what it is.

    `encoding` is latin-1, one byte a character, for files and pipes; a terminal gets its own.
    """

    def __init__(self, stream: BinaryIO, *, encoding: str = "latin-1") -> None:
        self._stream = stream
        self._encoding = encoding
        self._held = ""  # a CR whose LF may come with the next piece

    def write(self, text: str) -> None:
        """Print `text`, whose line ends are CR LF."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r").replace("\r\n", "\n")
        self._put(text.encode(self._encoding, "replace"))

    def flush(self, *, midway: bool = False) -> None:
        """Show everything written so far; `midway`, a CR at the end still waits for its LF."""
        if self._held and not midway:
            self._put(self._held.encode())
            self._held = ""
        self._stream.flush()

    def _put(self, data: bytes) -> None:
        # An unbuffered stream (python -u) may take a part only, when a signal comes in between.
        while data:
            data = data[self._stream.write(data) :]
