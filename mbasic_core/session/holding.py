"""What one process holds of a session: its role, the state or copy that it defends, and what it shows of the record."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from mbasic_core.session.body import Body, pack_body
from mbasic_core.session.decide import Decision, Mine, Role, Verb, decide, released
from mbasic_core.session.engine import Engine
from mbasic_core.session.errors import RecordDamaged
from mbasic_core.session.identifiers import redrawn, short
from mbasic_core.session.ledger import Ledger
from mbasic_core.session.record import NOBODY, Head
from mbasic_core.session.session import Session
from mbasic_core.storage import Unavailable

__all__ = ["Holding"]

logger = logging.getLogger(__name__)


class Holding:
    """The link between a live session and its stored record.

    role: OWNER or KEEPER; None for one that only shows the record, if there is any.
    mine: head of the owner's state, of the keeper's hand-over, or of the copy shown; copy: the latter two's body.
    stored_serial: of the session, when it was last saved here.
    """

    def __init__(self, session: Session, ledger: Ledger, *, me: str, engine: Engine) -> None:
        self.session = session
        self.ledger = ledger
        self.role: Role | None = None
        self.mine: Head | None = None
        self.copy = b""
        self.stored_serial = -1
        self._me = me
        self._engine = engine
        self._shown: tuple[object, ...] | None = None
        self._held: set[int] = set()

    @property
    def owner(self) -> bool:
        """Whether this process is the owner."""
        return self.role is Role.OWNER

    @property
    def unsaved(self) -> bool:
        """Whether the owner's session is further than its record."""
        return self.owner and self.stored_serial != self.session.serial

    @property
    def orphaned(self) -> bool:
        """Whether the store has lost a session that was let go: no owner writes it again, but here is a copy."""
        return self.role is None and self.mine is not None and self.mine.owner == NOBODY and self.ledger.seen is None

    def decision(self, *, asked: bool) -> Decision:
        """Return what to do about the record last seen; `asked`: there is an input to apply."""
        role = self.role or (Role.NEWCOMER if self.mine is None else Role.CLAIMANT)
        mine = Mine(
            me=self._me,
            head=self.mine,
            held=frozenset(self._held),
            asked=asked,
            waited=self.ledger.waited,
            heard=self.ledger.fresh,
            new_root=redrawn(self.session.root),
            new_life=self.session.life,
        )
        seen = self.ledger.seen
        return decide(mine, seen.head if seen else None, role, id=self.session.id)

    async def read(self, how: Callable[[], Awaitable[None]]) -> None:
        """Read the record, and deal with a damaged one: who holds the session saves over it, others begin anew.

        Raises RecordTooNew, Unavailable and Rejected.
        """
        while True:
            try:
                return await how()
            except RecordDamaged as error:
                logger.error("session %s: its record is damaged: %s", short(self.session.id), error)
            if self.role is not None and self.mine is not None:
                self.session.keep(await self.ledger.keep_raw(root=self.mine.root))
                return None
            await self.ledger.bury()

    def show(self) -> bool:
        """Show what is stored, unless it is shown; True when that changed anything."""
        seen, session = self.ledger.seen, self.session
        moment = seen.moment if seen else None
        if moment == self._shown:
            return False
        self._shown = moment
        root = session.root
        if seen is None or seen.head.deleted:
            self.mine, self.copy = None, b""
            if seen is not None:
                session.root, session.life = seen.head.root, seen.head.life + 1
            disk = self.ledger.new_disk()
            session.show(Body.new(), self._engine.make(b"", disk), disk)
        else:
            self.mine, self.copy = seen.head, seen.data
            session.root, session.life = seen.head.root, seen.head.life
            content = seen.take_content()
            session.show(content.body, content.machine, content.disk)
            if content.lost:
                session.warn(content.lost)
        if root != session.root:
            self._held.clear()
        return True

    async def save(self, head: Head) -> None:
        """Save the session as it is now, and be its owner; raises as `Ledger.put`."""
        session, shelf = self.session, self.ledger.shelf
        serial, body, files = session.serial, session.body(), dict(session.files.files)
        if not self.owner:
            await self._touch_disk()
        body.disk = await shelf.store(files, self.ledger.persist)
        await self.ledger.put(head, pack_body(body))
        assert self.ledger.seen is not None
        await shelf.retire()
        self.ledger.seen.data = b""  # nobody claims one's own record
        self.stored_serial = serial
        self.own(head)
        session.acknowledge(body.applied)
        if serial == session.serial or (session.console.phase == "running" and session.applied == body.applied):
            session.report("saved")

    async def _touch_disk(self) -> None:
        """The former owner may just have cut the life of the disk that the record names."""
        try:
            await self.ledger.shelf.touch(takeover=True)
        except Unavailable as error:
            logger.info("session %s: its disk could not be touched: %s", short(self.session.id), error)

    def own(self, head: Head) -> None:
        """The record last seen says that this process is the owner."""
        assert self.ledger.seen is not None
        self.mine, self.copy = head, b""
        self._shown = self.ledger.seen.moment
        if not self.owner:
            logger.info("session %s: owned here, epoch %d", short(self.session.id), head.epoch)
            self.role = Role.OWNER
        if not self.session.owned:
            self.session.own(True)

    async def hand_over(self, head: Head) -> None:
        """Stop running, save the session under another owner's name, keep it until that one shows; as `Ledger.put`."""
        if self.owner:
            await self._part(head)
            self.role, self.mine = Role.KEEPER, head
            logger.info("session %s: handed over to %s", short(self.session.id), short(head.owner))
            await self.ledger.shelf.retire()
        else:
            await self.ledger.put(head, self.copy)
            self.mine = head
            assert self.ledger.seen is not None
            self._shown = self.ledger.seen.moment

    async def release(self) -> None:
        """Stop running, save the session as nobody's, and only show it from now on; as `Ledger.put`."""
        assert self.mine is not None
        head = released(self.mine)
        await self._part(head)
        self.role, self.mine = None, head
        logger.info("session %s: let go, epoch %d", short(self.session.id), head.epoch)
        await self.ledger.shelf.retire()

    async def _part(self, head: Head) -> None:
        """Save the owner's last state; it runs no more, whether that succeeds or not."""
        session = self.session
        assert self.mine is not None
        session.own(False)
        body, files = session.body(), dict(session.files.files)
        body.disk = await self.ledger.shelf.store(files, self.ledger.persist)
        packed = pack_body(body)
        await self.ledger.put(head, packed)
        self._held.add(self.mine.epoch)
        self.copy = packed
        assert self.ledger.seen is not None
        self._shown = self.ledger.seen.moment
        session.acknowledge(body.applied)
        session.report("saved")

    def lose(self) -> None:
        """Be neither owner nor keeper."""
        if self.owner and self.mine is not None:
            self._held.add(self.mine.epoch)
            logger.info("session %s: no longer owned here", short(self.session.id))
        self.role = None
        self.session.own(False)

    def forget(self) -> None:
        """Hold nothing, and show what is stored."""
        self.lose()
        self.mine = None
        self.show()

    async def prepare(self, decision: Decision) -> None:
        """Do what comes before a decision's save. Raises Unavailable or Rejected."""
        if decision.aside:
            await self._put_aside(decision.aside)
        if decision.verb in (Verb.SAVE, Verb.HAND_OVER, Verb.RESTORE):  # the disk may be lost as well
            await self.ledger.shelf.touch(takeover=True)

    async def put_aside_mine(self) -> None:
        """Store the session as it is here for the user to download. Raises Unavailable or Rejected."""
        await self._put_aside("mine")

    async def _put_aside(self, which: str) -> None:
        if which == "mine":
            assert self.mine is not None
            name = await self.ledger.put_aside(self.mine, pack_body(self.session.body()))
        else:
            assert self.ledger.seen is not None
            name = await self.ledger.put_aside(self.ledger.seen.head, self.ledger.seen.data)
        self.session.keep(name)
