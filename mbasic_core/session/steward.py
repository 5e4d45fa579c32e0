"""One session's dealings with its record: show it, claim it, take it, save it, hand it over.

One task at a time does all of it, so that saves of a session are never concurrent. What is right in each case is
`decide`'s to say; here it is carried out, and shown to the user.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace

from mbasic_core.session import limits
from mbasic_core.session.decide import Decision, Role, Verb, buried
from mbasic_core.session.due import Cause, Due
from mbasic_core.session.errors import RecordDamaged, RecordTooNew, SessionUnreadable
from mbasic_core.session.holding import Holding
from mbasic_core.session.identifiers import short
from mbasic_core.session.ledger import Unanswered
from mbasic_core.session.notices import SILENT, not_saved
from mbasic_core.storage import Conflict, Rejected, Unavailable

__all__ = ["Steward"]

_REFUSED, _REFUSED_LAST = 0.5, 4.0  # seconds before a save that was refused is tried again: first, and in the end
_AGAIN = 1.0  # seconds before anything else that failed is tried again
_MOMENT = 1.0  # seconds that a page waits for what is under way: a claim takes less, if the store answers
logger = logging.getLogger(__name__)


class Steward:
    """Keeps a live session and its record together."""

    def __init__(self, holding: Holding, *, me: str, clock: Callable[[], float], checkpoint: float) -> None:
        self.holding = holding
        self.session = holding.session
        self.ledger = holding.ledger
        self._me = me
        self._clock = clock
        self._due = Due(checkpoint=checkpoint, clock=clock)
        self._looks = False
        self._wants = False
        self._ended = False
        self._patience = _REFUSED
        self._said = ""
        self._lock = asyncio.Lock()
        self._bell = asyncio.Event()
        self._progress = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.session.on_change = self._changed

    # --- what the service asks for

    @property
    def busy(self) -> bool:
        """Whether the store is being asked right now."""
        return self._lock.locked()

    @property
    def settled(self) -> bool:
        """Whether everything that was done here is in the store, and nothing needs watching."""
        if self._ended:
            return True
        return not (self._pending or self.holding.unsaved or self.holding.role is Role.KEEPER)

    async def open(self) -> None:
        """Show what is stored. Raises SessionUnreadable for a newer format, Unavailable or Rejected otherwise."""
        async with self._lock:
            try:
                await self.holding.read(self.ledger.read)
            except RecordTooNew as error:
                raise SessionUnreadable(error.told) from error
            self.holding.show()

    async def refresh(self) -> None:
        """Show what another process stored just now, after what is under way; if the store says so at once."""
        if self.holding.role is not None:
            return
        try:
            async with asyncio.timeout(_MOMENT):
                while self._asked and not self.holding.owner and not self._ended:
                    await self._progress.wait()
                await self._lock.acquire()
        except TimeoutError:
            return
        try:
            if self.holding.role is None:
                await self.holding.read(self.ledger.read)
                if self.ledger.seen is not None and not self.session.waiting:
                    self.holding.show()
        except (RecordTooNew, Unavailable, Rejected) as error:
            logger.info("session %s: shown as it was: %s", short(self.session.id), error)
        finally:
            self._lock.release()

    def look(self) -> None:
        """The stored version is said to be another one."""
        self._looks = True
        self._ring()

    def want(self) -> None:
        """Take the session over without an input: a page came while its program runs, and nobody else may be there."""
        if not self.holding.owner and self.session.console.phase == "running":
            self._wants = True
            self._ring()

    async def settle(self) -> None:
        """Return when everything applied so far is in a record that the store accepted, or is refused for good."""
        target = self.session.serial
        while not self._ended and (self._asked or (self.holding.owner and self.holding.stored_serial < target)):
            self._due.changed("rest")
            self._ring()
            await self._progress.wait()

    async def touch(self) -> None:
        """Extend the record's life. Raises Unavailable or Rejected."""
        async with self._lock:
            try:
                await self.ledger.touch()
            except Conflict:
                self.look()

    async def delete(self) -> None:
        """Put a tombstone where the session is, and delete what was kept.

        Raises Unavailable or Rejected, and SessionUnreadable for a record of a newer format.
        """
        async with self._lock:
            self.holding.lose()
            self.session.waiting.clear()
            self._wants = False
            while True:
                try:
                    await self.ledger.read()
                except RecordTooNew as error:
                    raise SessionUnreadable(error.told) from error
                except RecordDamaged:
                    await self.ledger.discard()
                    continue
                seen = self.ledger.seen
                if seen is None:  # no tombstone tells its life from the next, for which nothing sent so far must do
                    self.session.life += 1
                if seen is None or seen.head.deleted:
                    break
                with contextlib.suppress(Conflict):
                    await self.ledger.put(buried(seen.head, me=self._me), b"", ttl=limits.TOMBSTONE_LIFE)
            await self.ledger.forget([*self.session.kept, *filter(None, [self.ledger.shelf.name])])
            self.holding.forget()
        self.session.report("saved")
        logger.info("session %s: deleted", short(self.session.id))

    async def release(self) -> None:
        """Save what is to be saved; then the session is nobody's, so that the next process need not wait for this one.

        Raises Unavailable or Rejected.
        """
        if not self.holding.owner:
            await self.settle()
        async with self._lock:
            try:
                while self.holding.owner and not self._ended:
                    try:
                        await self.holding.release()
                    except (Conflict, Unanswered):
                        await self._reconcile()
            except RecordTooNew as error:
                await self._leave(error)
            finally:
                if self.holding.owner:
                    self.session.own(True)
        self._moved()

    async def end(self) -> None:
        """Do nothing any more; what is not stored is lost."""
        self._ended = True
        self.session.own(False)
        self.session.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._moved()

    # --- the one task

    def _changed(self, cause: Cause) -> None:
        self._due.changed(cause)
        if cause != "run" and self.session.saved == "saved":
            self.session.report("saving")
        self._ring()

    def _ring(self) -> None:
        self._bell.set()
        if self._task is None and not self._ended and self._pending:
            self._task = asyncio.get_running_loop().create_task(self._work(), name=f"session {short(self.session.id)}")
            self._task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._ring()  # something may have come while it ended
        else:
            logger.error("session %s: its steward failed", short(self.session.id), exc_info=error)
            self.session.report("not saved", f"Not saved: internal error ({type(error).__name__}).")
            self._due.retry(_REFUSED_LAST)
            self._moved()

    @property
    def _pending(self) -> bool:
        if self._looks:
            return True
        if self.holding.owner:
            return self._due.at is not None
        return self._asked

    @property
    def _asked(self) -> bool:
        """Whether this process has a reason to become the owner, or to put back what has none."""
        if self.session.console.phase != "running":
            self._wants = False  # the program that was to go on has ended, or is gone
        return self._wants or bool(self.session.waiting) or self.holding.orphaned

    async def _work(self) -> None:
        while self._pending and not self._ended:
            self._bell.clear()
            if self.holding.owner and not self._looks:
                delay = (self._due.at or 0.0) - self._clock()
                if delay > 0:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._bell.wait(), delay)
                    continue
            try:
                async with self._lock:
                    await self._step()
            except (Rejected, Unavailable) as error:
                level = logging.DEBUG if str(error) == self._said else logging.ERROR  # once, not with each try
                self._said = str(error)
                logger.log(level, "session %s: not saved: %s", short(self.session.id), error)
                refused = isinstance(error, Rejected)
                self.session.report("not saved", not_saved("refuses it" if refused else "fails"))
                self._moved()
                pause = self._patience if refused else _AGAIN
                self._patience = min(2 * self._patience, _REFUSED_LAST)
                if refused and self.holding.owner:
                    self._due.retry(pause)
                    continue
                self._looks = self.holding.role is not None
                await asyncio.sleep(pause)
            except RecordTooNew as error:
                await self._leave(error)
            self._moved()

    async def _step(self) -> None:
        if self._looks:
            self._looks = False
            await self._reconcile()
        elif self.holding.owner:
            await self._checkpoint()
        else:
            await self._acquire()

    def _moved(self) -> None:
        self._progress.set()
        self._progress = asyncio.Event()

    # --- as owner or keeper

    async def _checkpoint(self) -> None:
        mine = self.holding.mine
        assert mine is not None
        try:
            await self._save(Decision(verb=Verb.SAVE, head=replace(mine, seq=mine.seq + 1)))
        except (Conflict, Unanswered):
            await self._reconcile()

    async def _save(self, decision: Decision) -> None:
        assert decision.head is not None
        self._due.start()
        await self.holding.save(decision.head)
        self._patience, self._said = _REFUSED, ""
        self._wants = False

    async def _reconcile(self) -> None:
        """The record is not as known: see what it is, and do what is right for it."""
        holding = self.holding
        while True:
            known = self.ledger.version
            await holding.read(self.ledger.reread)
            if holding.role is None:
                return self._watch()
            if holding.owner and self.ledger.version == known and known is not None:
                self._due.changed("rest")
                return None
            try:
                return await self._obey(holding.decision(asked=False))
            except (Conflict, Unanswered):
                continue

    def _watch(self) -> None:
        """Show what another process stored; what it handed to this one is owned here."""
        if self.session.waiting:
            return  # it is dealt with as it is applied
        if self.ledger.seen is not None:
            self.holding.show()
            if self.holding.decision(asked=True).verb is Verb.OWN:
                self._own()
        self.session.report("saved")

    def _own(self) -> None:
        """Be the owner that the record names, even if what this process asked for was done elsewhere meanwhile."""
        assert self.ledger.seen is not None
        self.holding.show()
        self.holding.own(self.ledger.seen.head)
        self._wants = False
        self._due.changed("rest")

    async def _obey(self, decision: Decision) -> None:
        """Carry out a decision that an owner or a keeper may get; raises Unanswered and whatever a store does."""
        holding = self.holding
        await holding.prepare(decision)
        match decision.verb:
            case Verb.SAVE:
                await self._save(decision)
            case Verb.HAND_OVER:
                assert decision.head is not None
                await holding.hand_over(decision.head)
            case Verb.FOLLOW | Verb.DROP:
                holding.lose()
                holding.show()
            case Verb.ASK:
                self._give_up()

    def _give_up(self) -> None:
        """What is remembered is too old to be saved over anything; it was put aside."""
        self.session.waiting.clear()
        self._wants = False
        self.holding.forget()
        self.session.warn(SILENT)

    async def _leave(self, error: RecordTooNew) -> None:
        """A newer release has the session."""
        logger.warning("session %s: %s", short(self.session.id), error)
        if self.holding.unsaved:
            with contextlib.suppress(Unavailable, Rejected):
                await self.holding.put_aside_mine()
        self.holding.lose()
        self._ended = True
        self.session.report("not saved", error.told)
        self.session.closed = True

    # --- as anybody else

    async def _acquire(self) -> None:
        """Become the owner, with what waits here applied."""
        session, holding = self.session, self.holding
        while self._asked and not holding.owner and not self._ended:
            decision = holding.decision(asked=True)
            logger.debug("session %s: %s", short(session.id), decision.verb)
            try:
                await self._advance(decision)
            except (Conflict, Unanswered):
                await holding.read(self.ledger.reread)
        if not holding.owner:
            session.report("saved")  # nothing waits any more: it did not fit what another process stored

    async def _advance(self, decision: Decision) -> None:
        holding, seen = self.holding, self.ledger.seen
        if holding.role is Role.KEEPER and decision.verb not in (Verb.CLAIM, Verb.WAIT, Verb.TAKE):
            await self._obey(decision)
            return
        await holding.prepare(decision)
        if decision.verb is Verb.OWN:
            self._own()
            return
        if decision.verb not in (Verb.RESTORE, Verb.ASK) and holding.show():
            return  # what waits may no longer fit what is there
        head = decision.head
        match decision.verb:
            case Verb.BEGIN | Verb.TAKE:
                assert head is not None
                self.session.root = head.root
                await self._save(decision)
            case Verb.CLAIM:
                assert head is not None
                assert seen is not None
                await self.ledger.put(head, seen.data)
            case Verb.RESTORE:
                assert head is not None
                await self.ledger.put(head, holding.copy)
            case Verb.WAIT:
                await self.ledger.glance()
            case Verb.ASK:
                self._give_up()
