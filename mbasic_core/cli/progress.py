"""How far a long command has come, on stderr: a line that changes on a terminal, else one now and then."""

from __future__ import annotations

import sys
import time
from typing import Self

__all__ = ["Progress", "counted"]

_ON_TERMINAL, _ELSEWHERE = 0.2, 10.0  # seconds between two reports
_WIDTH = 78


def counted(number: int, noun: str) -> str:
    """Return "1 record" or "1,234 records"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class Progress:
    """Counts steps; `total` (None: not known) and `noun` say of what.

    Example:
        with Progress("records", total=120) as progress:
            progress.step()
    """

    def __init__(self, noun: str, *, total: int | None = None) -> None:
        self.done = 0
        self._noun = noun
        self._total = total
        self._terminal = sys.stderr.isatty()
        self._pause = _ON_TERMINAL if self._terminal else _ELSEWHERE
        self._told = time.monotonic()
        self._shown = False

    def step(self, count: int = 1) -> None:
        """`count` more are done."""
        self.done += count
        now = time.monotonic()
        if now - self._told >= self._pause:
            self._told, self._shown = now, True
            of = "" if self._total is None else f" of {self._total:,}"
            self._write(f"{self.done:,}{of} {self._noun}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal and self._shown:
            self._write("")

    def _write(self, text: str) -> None:
        line = f"\r{text:<{_WIDTH}}\r{text}" if self._terminal else f"{text}\n"
        print(line, end="", file=sys.stderr, flush=True)
