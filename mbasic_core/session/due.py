"""When the next checkpoint of a session is to be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

__all__ = ["Cause", "Due"]

Cause = Literal["edit", "input", "rest", "run"]
"""typing | Run, Stop, a line | the machine came to rest | the program went on."""
_QUIET = 0.3  # seconds without typing before an edit is saved
_PATIENCE = 1.0  # seconds that typing without a pause may put it off
_SETTLE = 0.02  # seconds in which most inputs bring the machine to rest, so that one save does
_APART = 0.05  # seconds between two saves of one session


class Due:
    """Collects what changed and answers `at`: the time for the next save on the clock given, or None."""

    __slots__ = ("_checkpoint", "_clock", "_edited", "_first", "_other", "_started")

    def __init__(self, *, checkpoint: float, clock: Callable[[], float]) -> None:
        self._checkpoint = checkpoint
        self._clock = clock
        self._started = float("-inf")
        self._first: float | None = None
        self._edited: float | None = None
        self._other: float | None = None

    @property
    def at(self) -> float | None:
        """When to save; None while nothing changed."""
        times = [time for time in (self._edited, self._other) if time is not None]
        return max(min(times), self._started + _APART) if times else None

    def changed(self, cause: Cause) -> None:
        """Something changed now."""
        now = self._clock()
        if cause == "edit":
            if self._first is None:
                self._first = now
            self._edited = min(now + _QUIET, self._first + _PATIENCE)
            return
        if cause == "run":
            when = max(now, self._started + self._checkpoint)
        else:
            when = now + (_SETTLE if cause == "input" else 0.0)
        self._other = when if self._other is None else min(self._other, when)

    def retry(self, seconds: float) -> None:
        """Save in `seconds` from now, whatever changes."""
        self._started = self._clock() + seconds - _APART
        self._other = self._started + _APART

    def start(self) -> None:
        """A save of all that changed so far begins now."""
        self._started = self._clock()
        self._first = self._edited = self._other = None
