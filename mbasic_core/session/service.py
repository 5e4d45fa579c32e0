"""All live sessions of one process, over one store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from mbasic_core.session import limits
from mbasic_core.session.codec import OPEN, Codec
from mbasic_core.session.depot import Depot
from mbasic_core.session.engine import Engine, MachineEngine
from mbasic_core.session.errors import SessionError, SessionUnreadable
from mbasic_core.session.farewell import farewell
from mbasic_core.session.holding import Holding
from mbasic_core.session.identifiers import new_owner, new_root, short
from mbasic_core.session.ledger import Ledger
from mbasic_core.session.observer import Observer
from mbasic_core.session.record import pack, parse
from mbasic_core.session.scheduler import Scheduler
from mbasic_core.session.session import Session
from mbasic_core.session.steward import Steward
from mbasic_core.storage import Rejected, SessionStore, Unavailable

__all__ = ["SessionService"]

_REMEMBERED = 1_000  # sessions whose trouble was logged
logger = logging.getLogger(__name__)


class SessionService:
    """Opens sessions, runs their programs, and keeps them in `store` (opened and closed by the caller).

    owner: name of this process, new at each start. checkpoint: seconds between two saves of a running program.
    grace: seconds that `close` gives the store. ttl: seconds that a session lives after its last use. away: seconds
    that a program runs on with no page open; idle: seconds that a session at rest with none stays in memory. poll:
    seconds between two looks at whether other processes changed something; None: 0.1 for a store that is shared, up
    to 0.25 with a thousand sessions; no looks at one that lives in this process. codec: has the keys, when what is
    stored is encrypted. observer: is told what happens, to be counted. strict: programs have no more memory than on
    the real machine.

    Example:
        service = SessionService(store)
        await service.start()
        session = await service.open("u1")
        session.apply(Action("tab", 1, session.root, session.life, "line", "PRINT 2+2"))
        await session.settle()
        await service.close()
    """

    def __init__(
        self,
        store: SessionStore,
        *,
        owner: str | None = None,
        checkpoint: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
        engine: Engine | None = None,
        ttl: float = limits.TTL,
        poll: float | None = None,
        grace: float = 10.0,
        away: float = limits.AWAY,
        idle: float = limits.IDLE_LIFE,
        codec: Codec = OPEN,
        observer: Observer | None = None,
        strict: bool = False,
    ) -> None:
        self.owner = owner or new_owner()
        self._depot = Depot(store, codec=codec)
        self._checkpoint = checkpoint
        self._clock = clock
        self._engine = engine
        self._strict = strict
        self._ttl = ttl
        self._poll = poll
        self._grace = grace
        self._away = away
        self._idle = idle
        self._observer = observer or Observer()
        self._scheduler = Scheduler(clock=clock, on_turn=self._observer.turn)
        self._sessions: dict[str, Session] = {}
        self._stewards: dict[str, Steward] = {}
        self._opening: dict[str, asyncio.Task[Steward]] = {}
        self._alone: dict[str, float] = {}
        self._unreadable: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    @property
    def sessions(self) -> Mapping[str, Session]:
        """The live sessions by id."""
        return MappingProxyType(self._sessions)

    async def start(self) -> None:
        """Begin to run programs and to watch over the records."""
        jobs = [self._scheduler.run(), self._tidy()]
        if self._poll is not None or self._depot.shared:
            jobs.append(self._watch())
        self._tasks = [asyncio.get_running_loop().create_task(job) for job in jobs]

    async def close(self) -> None:
        """Save every session and let it go, so that other processes go on with it at once; then stop. Idempotent.

        What the store does not take within `grace` seconds is lost. The log tells how far it has come.
        """
        if self._closed:
            return
        self._closed = True
        tasks = [*self._tasks, *self._leaving.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await farewell(self._stewards.values(), grace=self._grace, shared=self._depot.shared)
        for id in list(self._stewards):
            await self._end(id)

    async def open(self, session_id: str) -> Session:
        """Return the one live session of that id, from the store or new; to be called when a page connects.

        A program that the record says is running goes on. Nothing is written until the first input (but a damaged
        record is kept under `<id>/damaged/<time>` and a new session begun over it).

        Raises SessionUnreadable for a record of a newer format, Unavailable or Rejected when the store cannot tell
        whether there is a session.
        """
        if self._closed:
            raise Unavailable("the service is stopping")
        steward = self._stewards.get(session_id)
        if steward is None or steward.session.closed:
            task = self._opening.get(session_id)
            if task is None:
                task = asyncio.get_running_loop().create_task(self._open(session_id))
                self._opening[session_id] = task
                task.add_done_callback(lambda done: self._opened(session_id, done))
            steward = await asyncio.shield(task)
        else:
            await steward.refresh()
        self._alone.pop(session_id, None)
        steward.session.resume()
        steward.want()
        return steward.session

    async def delete(self, session_id: str) -> None:
        """Delete a session: a tombstone stays for an hour. Raises SessionUnreadable, Unavailable or Rejected."""
        steward = self._stewards.get(session_id)
        if steward is None:
            await self.open(session_id)
            steward = self._stewards[session_id]
        try:
            async with asyncio.timeout(limits.BACKSTOP):
                await steward.delete()
        except TimeoutError:
            raise Unavailable("the session is being saved, and the store does not answer") from None

    async def damaged(self, session_id: str, record_id: str) -> bytes:
        """Return the bytes of a record kept for a session's user: as they were stored, but decrypted if possible.

        Raises KeyError when the session has no such record, Unavailable or Rejected for store trouble.
        """
        if not record_id.startswith((f"{session_id}/damaged/", f"{session_id}/aside/")):
            raise KeyError(record_id)
        record = await self._depot.load(record_id)
        if record is None:
            raise KeyError(record_id)
        data = record.data
        try:
            kept = await self._depot.unpacked(partial(parse, data, session_id), data)
        except SessionError:
            return data
        return await self._depot.packed(lambda _: pack(kept.head, kept.body), len(kept.body))

    async def settle(self, session_id: str) -> None:
        """Return when everything applied so far to a live session is in a record that the store accepted."""
        await self._stewards[session_id].settle()

    # --- helpers

    def _opened(self, id: str, task: asyncio.Task[Steward]) -> None:
        self._opening.pop(id, None)
        if not task.cancelled():
            task.exception()  # looked at, for the pages that asked may be gone

    async def _open(self, id: str) -> Steward:
        room = self._depot.room
        engine = self._engine or MachineEngine(room.arrays, room.texts, strict=self._strict)
        session = Session(id, engine=engine, root=new_root(), life=1, room=room)
        ledger = Ledger(
            id,
            self._depot,
            me=self.owner,
            engine=engine,
            clock=self._clock,
            ttl=self._ttl,
            trouble=session.trouble,
        )
        holding = Holding(session, ledger, me=self.owner, engine=engine)
        steward = Steward(holding, me=self.owner, clock=self._clock, checkpoint=self._checkpoint)
        try:
            await steward.open()
        except SessionUnreadable as error:
            why = str(error.__cause__)
            if self._unreadable.get(id) != why:  # its page tries again and again
                logger.warning("session %s: %s", short(id), why)
            self._unreadable = {**dict(list(self._unreadable.items())[-_REMEMBERED:]), id: why}
            raise
        self._unreadable.pop(id, None)
        session.on_runnable = self._scheduler.add
        session.on_input = self._scheduler.hurry
        session.on_owned = self._observer.owned
        session.on_settle = steward.settle
        self._sessions[id], self._stewards[id] = session, steward
        return steward

    async def _watch(self) -> None:
        """Notice what other processes stored."""
        while True:
            many = limits.POLL * min(1.0, len(self._stewards) / limits.POLL_MANY)
            await asyncio.sleep(max(limits.POLL_QUICK, many) if self._poll is None else self._poll)
            known = {id: steward.ledger.version for id, steward in self._stewards.items() if not steward.busy}
            if not known:
                continue
            try:
                found = await self._depot.versions(known)
            except (Unavailable, Rejected) as error:
                logger.debug("cannot look for changes: %s", error)
                continue
            for id, version in known.items():
                steward = self._stewards.get(id)
                if steward is None or steward.busy or steward.ledger.version != version:
                    continue  # saved meanwhile: what was found may be older
                if found.get(id) == version:
                    steward.ledger.confirm()
                else:
                    steward.look()

    async def _tidy(self) -> None:
        """Extend the life of records in use; let go of sessions that nobody looks at."""
        pause = min(1.0, self._idle / 4, self._away / 4, self._ttl / 16)
        while True:
            await asyncio.sleep(pause)
            now = self._clock()
            for id, steward in list(self._stewards.items()):
                if (now - steward.ledger.used > self._ttl / 4 or steward.ledger.shelf.due) and not steward.busy:
                    with contextlib.suppress(Unavailable, Rejected):
                        await steward.touch()
                if steward.session.watched or id in self._opening:
                    self._alone.pop(id, None)
                    continue
                running = steward.session.console.phase == "running"
                if now - self._alone.setdefault(id, now) < (self._away if running else self._idle):
                    continue
                if running and steward.session.owned and not steward.session.paused:
                    logger.info("session %s: nobody has looked at its program for long; it pauses", short(id))
                    steward.session.paused = True
                    steward.session.mark("rest")
                elif steward.settled and id not in self._leaving:
                    task = asyncio.get_running_loop().create_task(self._let_go(id, steward))
                    self._leaving[id] = task
                    task.add_done_callback(lambda _, id=id: self._leaving.pop(id, None))  # type: ignore[misc]  # default

    async def _let_go(self, id: str, steward: Steward) -> None:
        """Nobody looks at a session: another process may have it at once, and this one forgets it."""
        try:
            if self._depot.shared:
                await steward.release()
        except (Unavailable, Rejected) as error:
            logger.warning("session %s: not let go: %s", short(id), error)
            self._alone[id] = self._clock()  # it stays for as long again
            return
        if id in self._alone and not steward.session.watched:
            await self._end(id)
        else:
            steward.want()  # a page came meanwhile

    async def _end(self, id: str) -> None:
        steward = self._stewards.pop(id)
        self._sessions.pop(id, None)
        self._alone.pop(id, None)
        await steward.end()
