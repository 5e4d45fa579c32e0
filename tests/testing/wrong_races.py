"""Stores that are wrong only when calls meet: at once, one given up, one paused, one from another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any, ClassVar

from mbasic_core.storage import Conflict, Record, StoreError, Traits
from mbasic_store_memory import MemoryStore

__all__ = ["WRONG_RACES"]


class CheckThenAct(MemoryStore):
    """Reads the version, waits, and then writes without looking."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        stored = record and record.version
        if stored == version:
            return
        if stored != expected:
            raise Conflict("another version")
        await asyncio.sleep(0)
        await self.delete(id)
        await super().save(id, data, version=version, expected=None, ttl=ttl)


class Torn(MemoryStore):
    """Writes the bytes, waits, and then the version."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        if record and record.version == expected != version:
            entry = self._sessions[id.partition("/")[0]][id]
            entry.record = Record(data, expected)
            await asyncio.sleep(0.001)
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class Vanishing(MemoryStore):
    """Removes the old record, waits, and then writes the new one: a save that is cancelled in between loses both."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        async with self._lock:
            record = await self.load(id)
            if record and record.version == expected != version:
                self._remove(id)
                await asyncio.sleep(0)
                expected = None
            await super().save(id, data, version=version, expected=expected, ttl=ttl)


class GoesOn(MemoryStore):
    """Takes no notice when a save is cancelled."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.0003)
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class OneConnection(MemoryStore):
    """Sends requests down one line, and gives the next answer to whoever asks next, though somebody gave up waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._answers: list[str] = []

    async def load(self, id: str) -> Record | None:
        self._answers.append(id)
        await asyncio.sleep(0.0005)
        return await super().load(self._answers.pop(0))

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        return {id: record.version for id in ids if (record := await super(OneConnection, self).load(id))}


class Boasting(MemoryStore):
    """Says that it serves the network, and keeps everything in its own process."""

    async def open(self) -> None:
        await super().open()
        self.traits = Traits(scope="network", durable=True)


class TouchWritesBack(MemoryStore):
    """Touch reads the record, waits, and writes it as it was."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        record = await self.load(id)
        if record is None or record.version != expected:
            raise Conflict("another version")
        await asyncio.sleep(0)
        self._remove(id)
        await super().save(id, record.data, version=record.version, expected=None, ttl=ttl)


class DeletesWhatCame(MemoryStore):
    """Delete looks at the version, waits, and removes whatever is there."""

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        record = await self.load(id)
        if record is None or expected not in (None, record.version):
            return False
        await asyncio.sleep(0)
        self._remove(id)
        return True


class LockLost(MemoryStore):
    """Keeps its lock when a touch is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await asyncio.wait_for(self._lock.acquire(), 0.2)
        await asyncio.sleep(0)
        try:
            await super().touch(id, expected=expected, ttl=ttl)
        except StoreError:
            self._lock.release()
            raise
        self._lock.release()


class DropsAtClose(MemoryStore):
    """Looks for its connection again when a save goes on, though the store was closed meanwhile."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        self._check_open()
        await asyncio.sleep(0)
        if not self._open:
            raise AttributeError("'NoneType' object has no attribute 'execute'")
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class HangsAtClose(MemoryStore):
    """Leaves those waiting whom it has not answered when it is closed."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        self._check_open()
        await asyncio.sleep(0)
        if not self._open:
            await asyncio.Event().wait()
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class OffsetScan(MemoryStore):
    """Scans page by page, and counts how many come before the next one."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        offset = 0
        while page := sorted([id async for id in super().scan(prefix)])[offset : offset + 100]:
            for id in page:
                yield id
            offset += 100


class OneCursor(MemoryStore):
    """Has one cursor, which a second scan takes away from the first."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        self._cursor = [id async for id in super().scan(prefix)]
        while self._cursor:
            yield self._cursor.pop()


class KnowsAbsent(MemoryStore):
    """Shares its records with others of its kind, and remembers what it did not find."""

    _everything: ClassVar[dict[str, dict[str, Any]]] = {}

    def __init__(self) -> None:
        super().__init__()
        self._absent: set[str] = set()

    async def open(self) -> None:
        await super().open()
        self._sessions = self._everything
        self.traits = Traits(scope="host", durable=True)

    async def close(self) -> None:
        self._sessions = {}
        await super().close()

    async def load(self, id: str) -> Record | None:
        record = None if id in self._absent else await super().load(id)
        if record is None:
            self._absent.add(id)
        return record

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=ttl)
        self._absent.discard(id)


# Each with the checks, without "check_", that must catch it: these and no other.
WRONG_RACES: dict[type[MemoryStore], str] = {
    CheckThenAct: "no_lost_updates one_winner",
    Torn: "cancelled_saves",
    GoesOn: "cancelled_saves",
    Vanishing: "cancelled_saves no_lost_updates",
    OneConnection: "cancelled_loads",
    Boasting: "no_lost_updates one_winner scan_paused seen_by_others traits",
    TouchWritesBack: "touch_beside_save",
    DeletesWhatCame: "delete_beside_save",
    LockLost: "cancelled_calls",
    DropsAtClose: "close_in_flight",
    HangsAtClose: "close_in_flight",
    OffsetScan: "scan_paused",
    OneCursor: "scan_paused",
    KnowsAbsent: "seen_by_others",
}
