"""Whose program runs next: short turns on the event loop, one session after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from mbasic_core.session.session import Session

__all__ = ["Scheduler"]

SLICE = 0.0035
"""Seconds of one turn; between two turns the event loop serves everything else."""


def _ignore(_: float) -> None:
    pass


class Scheduler:
    """Runs the machines of all sessions that have something to do, in turn."""

    def __init__(
        self, *, clock: Callable[[], float], turn: float = SLICE, on_turn: Callable[[float], None] = _ignore
    ) -> None:
        self._clock = clock
        self._turn = turn
        self._on_turn = on_turn
        self._queue: deque[Session] = deque()
        self._queued: set[str] = set()
        self._work = asyncio.Event()

    def add(self, session: Session) -> None:
        """Give `session` turns for as long as it is runnable."""
        if session.id not in self._queued:
            self._queued.add(session.id)
            self._queue.append(session)
            self._work.set()

    async def run(self) -> None:
        """Give turns until cancelled."""
        while True:
            if not self._queue:
                self._work.clear()
                await self._work.wait()
            session = self._queue.popleft()
            self._queued.discard(session.id)
            if session.runnable:
                begun = self._clock()
                try:
                    session.work(self._clock, begun + self._turn)
                except Exception as error:  # noqa: BLE001 - a bug of ours; it stops one program and not everybody's
                    session.console.fail(error)
                self._on_turn(self._clock() - begun)
                if session.runnable:
                    self.add(session)
                await asyncio.sleep(0)
