"""An event loop whose time passes only when nothing is left to do, so that half an hour takes no time at all."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

TICK = 0.001
"""Seconds that pass at each look at the clock, so that programs that never end use up their turns."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Jumps to the next timer instead of waiting for it."""

    _now = 1_000.0

    def time(self) -> float:
        return self._now

    def tick(self) -> float:
        """The clock for a service: time passes while it looks."""
        self._now += TICK
        return self._now

    def _run_once(self) -> None:
        timers: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]  # asyncio's own list
        live = [timer.when() for timer in timers if not timer.cancelled()]
        if live and not self._ready:  # type: ignore[attr-defined]  # asyncio's own list
            self._now = max(self._now, min(live))
        super()._run_once()  # type: ignore[misc]  # asyncio's own method


def played(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a test of a coroutine function: it is played in virtual time."""

    @functools.wraps(story)
    def test(*args: Any, **options: Any) -> None:
        loop = VirtualLoop()
        failures: list[dict[str, Any]] = []
        loop.set_exception_handler(lambda _, context: failures.append(context))
        try:
            loop.run_until_complete(asyncio.wait_for(story(*args, **options), 1e7))
        finally:
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
        assert not failures, failures

    return test


def now() -> float:
    """The virtual time."""
    return asyncio.get_running_loop().time()


def tick() -> float:
    """The virtual time, which passes a little with each call."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.tick()
