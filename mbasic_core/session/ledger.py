"""The stored record of one session, as this process last saw it, and the ways to read and to replace it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from mbasic_core.runtime.disk import StateDisk
from mbasic_core.session import limits
from mbasic_core.session.body import Body, pack_body
from mbasic_core.session.depot import Depot, Part
from mbasic_core.session.engine import Engine
from mbasic_core.session.identifiers import new_root, new_version, short
from mbasic_core.session.record import Head, pack, parse
from mbasic_core.session.shelf import Shelf
from mbasic_core.session.sight import Sight, read
from mbasic_core.storage import Conflict, Record, Unavailable

__all__ = ["Ledger", "Unanswered"]

_GLANCE = 0.05  # seconds between two looks while a claim waits for its answer
_QUICKEST, _SLOWEST = 0.1, 2.0  # seconds between two tries while the store does not answer
logger = logging.getLogger(__name__)


class Unanswered(Exception):
    """A save stayed without an answer for so long that it must not be repeated any more."""


class Ledger:
    """Reads and writes the record; `trouble` is called with a text while the store does not answer, with "" when it
    does.

    seen: the record last read or written, None for none.
    heard: when the store last answered for this session; used: when the record's life was last extended.
    """

    def __init__(
        self,
        id: str,
        depot: Depot,
        *,
        me: str,
        engine: Engine,
        clock: Callable[[], float],
        ttl: float,
        trouble: Callable[[str], None],
    ) -> None:
        self.id = id
        self.seen: Sight | None = None
        self.heard = self.used = clock()
        self.shelf = Shelf(id, depot, clock=clock, ttl=ttl)
        self._depot = depot
        self._me = me
        self._engine = engine
        self._clock = clock
        self._ttl = ttl
        self._trouble = trouble
        self._claimed = ("", 0.0)
        self._silent = False
        self._raw: Record | None = None
        self._told = ""

    @property
    def version(self) -> str | None:
        """The version of the record last seen; None: there was none."""
        return self.seen.version if self.seen else None

    @property
    def waited(self) -> bool:
        """Whether the owner had its time to answer the claim in the record last seen."""
        version, since = self._claimed
        return self.version == version and self._clock() - since >= limits.CLAIM_WAIT

    @property
    def fresh(self) -> bool:
        """Whether what is remembered may be acted on: no half hour of silence came before the last answers."""
        return not self._silent

    def new_disk(self) -> StateDisk:
        """Return an empty disk, as large as the store allows."""
        return StateDisk(quota=self._depot.room.disk)

    async def read(self) -> None:
        """See what is stored. Raises RecordDamaged, RecordTooNew, Unavailable, Rejected."""
        record = await self._depot.load(self.id)
        self._answered()
        self._raw = record
        if record is not None and record.version == self.version:
            self.confirm()
        if record is None:
            self._see(None)
        elif self.seen is None or record.version != self.seen.version or self.seen.content is None:
            self._see(await self._sight(record))

    async def _sight(self, record: Record) -> Sight:
        whole = await self._depot.unpacked(partial(parse, record.data, self.id), record.data)
        return await read(whole, record.version, self.id, engine=self._engine, shelf=self.shelf, disk=self.new_disk())

    async def reread(self) -> None:
        """As `read`, for as long as it takes until the store answers."""
        delay = _QUICKEST
        while True:
            try:
                return await self.read()
            except Unavailable as error:
                self._log("not read", error)
                self._trouble("The store does not answer. What you do is kept here until it does.")
            await asyncio.sleep(delay)
            delay = min(2 * delay, _SLOWEST)

    async def put(self, head: Head, body: bytes, *, ttl: float | None = None) -> None:
        """Save over the version last seen. Raises Conflict or Rejected, and Unanswered after half an hour."""
        data = await self._depot.packed(partial(pack, head, body), len(body))
        version = await self.persist(self.id, data, expected=self.version, ttl=ttl)
        self.used = self._clock()
        self._see(Sight(version, head, body))
        self.confirm()

    async def persist(self, id: str, data: bytes, *, expected: str | None, ttl: float | None = None) -> str:
        """Save a record, the same version and bytes again for as long as it takes until the store answers; the version.

        Raises as `put`.
        """
        version, since, delay = new_version(), self._clock(), _QUICKEST
        while True:
            try:
                await self._depot.save(id, data, version=version, expected=expected, ttl=ttl or self._ttl)
            except Conflict:
                self._answered()
                raise
            except Unavailable as error:
                self._log("not saved", error)
                # The cause holds addresses of servers, which are the operator's business.
                self._trouble("Not saved: the store cannot save now. What you do is kept here until it can.")
            else:
                self._answered()
                return version
            if self._clock() - since > limits.UNANSWERED:
                raise Unanswered
            await asyncio.sleep(delay)
            delay = min(2 * delay, _SLOWEST)

    async def touch(self) -> None:
        """Extend the life of the record last seen and of its disk. Raises Conflict, Unavailable or Rejected."""
        if self.seen is not None and not self.seen.head.deleted:
            await self._depot.touch(self.id, expected=self.seen.version, ttl=self._ttl)
            await self.shelf.touch()
            self.confirm()
            self.used = self._clock()

    async def keep(self, part: Part, data: bytes) -> str:
        """Store bytes for the user to download; the id under which they are. Raises Unavailable or Rejected."""
        return await self._depot.keep(self.id, part, data, ttl=self._ttl)

    async def put_aside(self, head: Head, body: bytes) -> str:
        """Store a state of the session for the user to download; as `keep`."""
        return await self.keep("aside", await self._depot.packed(partial(pack, head, body), len(body)))

    async def keep_raw(self, *, root: str) -> str:
        """Keep the bytes last read, which are damaged. They count as an early record of `root`, to be saved over."""
        assert self._raw is not None
        name = await self.keep("damaged", self._raw.data)
        self._see(Sight(self._raw.version, Head(id=self.id, owner="damaged", root=root, epoch=0)))
        return name

    async def bury(self) -> None:
        """Keep the damaged bytes last read, and begin a new session over them. Raises Unavailable or Rejected."""
        root = new_root()
        name = await self.keep_raw(root=root)
        body = pack_body(Body.new(kept=[name]))
        head = Head(id=self.id, owner=self._me, root=root, seq=1)
        try:
            await self._depot.save(
                self.id,
                pack(head, body, self._depot.codec),
                version=new_version(),
                expected=self.version,
                ttl=self._ttl,
            )
        except Conflict:
            logger.info("session %s: its damaged record was replaced by another process", short(self.id))

    async def forget(self, names: list[str]) -> None:
        """Delete kept records."""
        for name in names:
            await self._depot.delete(name)

    async def discard(self) -> None:
        """Delete the record last read, whatever its bytes are. Raises Unavailable or Rejected."""
        if self._raw is not None:
            await self._depot.delete(self.id, expected=self._raw.version)

    async def glance(self) -> None:
        """Wait a moment for the owner to answer a claim, and read the record if it changed."""
        await asyncio.sleep(_GLANCE)
        try:
            found = await self._depot.versions([self.id])
        except Unavailable:
            return
        self._answered()
        if found.get(self.id) != self.version:
            await self.reread()

    def confirm(self) -> None:
        """The store has what was last seen."""
        self.heard, self._silent = self._clock(), False

    def _answered(self) -> None:
        now = self._clock()
        self._silent = self._silent or now - self.heard >= limits.UNANSWERED
        self.heard = now
        if self._told:
            logger.info("session %s: the store answers again", short(self.id))
            self._told = ""
        self._trouble("")

    def _log(self, what: str, error: Unavailable) -> None:
        """Warn of what fails when it begins to, not with each try."""
        told = f"{what}: {error}"
        logger.log(logging.DEBUG if told == self._told else logging.WARNING, "session %s: %s", short(self.id), told)
        self._told = told

    def _see(self, sight: Sight | None) -> None:
        self.seen = sight
        if sight is not None and sight.head.wanted_by and self._claimed[0] != sight.version:
            self._claimed = (sight.version, self._clock())
