"""The store as sessions use it: every call ends, and ends in an answer or in one of the contract's three errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, TypeVar

from mbasic_core.session import limits
from mbasic_core.session.codec import OPEN, Codec
from mbasic_core.session.identifiers import new_version, short, stamp
from mbasic_core.session.room import Room
from mbasic_core.storage import Conflict, Record, SessionStore, StoreError, Unavailable

__all__ = ["Depot", "Part"]

Part = Literal["damaged", "aside"]
T = TypeVar("T")
logger = logging.getLogger(__name__)


class Depot:
    """A store whose slow or wrong behaviour is turned into Unavailable."""

    def __init__(self, store: SessionStore, *, backstop: float = limits.BACKSTOP, codec: Codec = OPEN) -> None:
        self.codec = codec
        self._store = store
        self._backstop = backstop

    @property
    def shared(self) -> bool:
        """Whether other processes may write the same records."""
        return self._store.traits.scope != "process"

    @property
    def room(self) -> Room:
        """How large a session may grow here."""
        return Room.within(self._store.traits.max_bytes)

    async def packed(self, pack: Callable[[Codec], bytes], size: int) -> bytes:
        """Return the bytes that `pack` makes; in a thread when they are of so many that others would have to wait."""
        if size < limits.PACKED_AT_ONCE:
            return pack(self.codec)
        return await asyncio.to_thread(pack, self.codec)

    async def unpacked(self, unpack: Callable[[Codec], T], data: bytes) -> T:
        """Return what `unpack` makes of a stored record's `data`; in a thread when others would have to wait."""
        if len(data) < limits.UNPACKED_AT_ONCE:
            return unpack(self.codec)
        return await asyncio.to_thread(unpack, self.codec)

    async def load(self, id: str) -> Record | None:
        """As SessionStore.load."""
        return await self._ask(self._store.load(id))

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        """As SessionStore.save."""
        await self._ask(self._store.save(id, data, version=version, expected=expected, ttl=ttl))

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        """As SessionStore.touch."""
        await self._ask(self._store.touch(id, expected=expected, ttl=ttl))

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        """As SessionStore.delete."""
        return await self._ask(self._store.delete(id, expected=expected))

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        """As SessionStore.versions."""
        return await self._ask(self._store.versions(ids))

    async def keep(self, session: str, part: Part, data: bytes, *, ttl: float) -> str:
        """Store bytes for the user to download, and return the id under which they are."""
        while True:
            name = f"{session}/{part}/{stamp()}"
            try:
                await self.save(name, data, version=new_version(), expected=None, ttl=ttl)
            except Conflict:  # another one of the same microsecond
                continue
            logger.warning(
                "session %s: %d bytes kept as %s/%s", short(session), len(data), part, name.rpartition("/")[2]
            )
            return name

    async def _ask(self, call: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._backstop):
                return await call
        except TimeoutError:
            raise Unavailable(f"no answer in {self._backstop:g} s") from None
        except StoreError:
            raise
        except Exception as error:
            logger.exception("the store broke its contract")
            raise Unavailable(f"the store failed: {type(error).__name__}") from error
