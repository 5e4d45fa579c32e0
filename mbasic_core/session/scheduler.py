"""Whose program runs next: short turns on the event loop, one session after the other."""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict
from collections.abc import Callable

from mbasic_core.session.session import Session

__all__ = ["Scheduler"]

SLICE = 0.0035
"""Seconds of one turn; between two turns the event loop serves everything else."""
SHORT = 0.0015
"""The same when several sessions want turns: fifty keep a key waiting for a tenth of a second otherwise."""
HOPS = 6
"""Rounds of the event loop between two turns: a key needs some from its socket to the session, and each would otherwise
wait for a turn."""
_SWITCH = SHORT / 3


def _ignore(_: float) -> None:
    pass


class Scheduler:
    """Runs the machines of all sessions that have something to do, in turn; every other turn is theirs that hurry."""

    def __init__(self, *, clock: Callable[[], float], on_turn: Callable[[float], None] = _ignore) -> None:
        self._clock = clock
        self._on_turn = on_turn
        self._queue: OrderedDict[str, Session] = OrderedDict()
        self._first: OrderedDict[str, Session] = OrderedDict()
        self._others_next = False
        self._work = asyncio.Event()

    def add(self, session: Session) -> None:
        """Give `session` turns for as long as it is runnable."""
        if session.id not in self._queue and session.id not in self._first:
            self._queue[session.id] = session
            self._work.set()

    def hurry(self, session: Session) -> None:
        """Give `session` its next turn soon, for somebody waits for what it does with an input."""
        if session.id in self._queue:
            self._first[session.id] = self._queue.pop(session.id)

    async def run(self) -> None:
        """Give turns until cancelled. Threads, as that of a store, get the interpreter's lock within a turn meanwhile.

        They ask for it when nobody gave it up for so long; the event loop does after each turn, only to take it back.
        """
        usual = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        try:
            await self._run()
        finally:
            sys.setswitchinterval(usual)

    async def _run(self) -> None:
        while True:
            if not self._queue and not self._first:
                self._work.clear()
                await self._work.wait()
            session = self._next()
            if session.runnable:
                begun = self._clock()
                turn = SHORT if self._queue or self._first else SLICE
                try:
                    session.work(self._clock, begun + turn)
                except Exception as error:  # noqa: BLE001 - a bug of ours; it stops one program and not everybody's
                    session.console.fail(error)
                self._on_turn(self._clock() - begun)
                if session.runnable:
                    self.add(session)
                for _ in range(HOPS):
                    await asyncio.sleep(0)

    def _next(self) -> Session:
        self._others_next = bool(self._queue) and (self._others_next or not self._first)
        _, session = (self._queue if self._others_next else self._first).popitem(last=False)
        self._others_next = not self._others_next
        return session
