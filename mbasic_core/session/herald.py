"""Telling the pages of a session that something changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, Literal, TypeVar

from mbasic_core.session import limits

__all__ = ["Herald", "What"]

What = Literal["output", "phase", "saved", "document", "files", "breakpoints", "notices", "acknowledged", "reset"]
"""What changed. "output": what the program put out, on the terminal or on the disk. "reset": everything, and the
transcript may have gone back; redraw all."""
T = TypeVar("T")


class Herald(Generic[T]):
    """Calls listeners with (source, what), from the event loop; output at most once in 33 ms."""

    def __init__(self, source: T, *, on_output: Callable[[], None]) -> None:
        self._source = source
        self._on_output = on_output
        self._listeners: dict[object, Callable[[T, What], None]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._last_output = 0.0

    def __len__(self) -> int:
        return len(self._listeners)

    def subscribe(self, listener: Callable[[T, What], None]) -> Callable[[], None]:
        """Call `listener` for each change from now on, until the returned function is called."""
        token = object()
        self._listeners[token] = listener
        return lambda: self._unsubscribe(token)

    def tell(self, what: What) -> None:
        """Tell everybody, soon; a listener that raises disturbs nobody else."""
        if what == "output":
            if self._timer is None and self._listeners:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_at(max(loop.time(), self._last_output + limits.REDRAW), self._tell_output)
            return
        self._spread(what)

    def close(self) -> None:
        """Tell nobody anything any more."""
        self._listeners.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _unsubscribe(self, token: object) -> None:
        self._listeners.pop(token, None)
        if not self._listeners:
            self._on_output()  # nobody is left to be waited for

    def _tell_output(self) -> None:
        self._timer = None
        self._last_output = asyncio.get_running_loop().time()
        self._spread("output")
        self._on_output()

    def _spread(self, what: What) -> None:
        if self._listeners:
            loop = asyncio.get_running_loop()
            for listener in self._listeners.values():
                loop.call_soon(listener, self._source, what)
