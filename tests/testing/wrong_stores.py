"""Stores that are wrong in one way each, as real ones have been; the kit must catch every one of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

from mbasic_core.storage import Conflict, Record, StoreError, Traits
from mbasic_store_memory import MemoryStore

__all__ = ["WRONG_STORES"]


class Unconditional(MemoryStore):
    """The last writer wins."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        expected = None if record is None else record.version
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class CreatesOver(MemoryStore):
    """`expected=None` is taken for "whatever is there"."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        if record and expected is None and record.version != version:
            expected = record.version
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class Resurrecting(MemoryStore):
    """A save on a version that is gone makes a new record."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        gone = await self.load(id) is None
        await super().save(id, data, version=version, expected=None if gone else expected, ttl=ttl)


class NoRetry(MemoryStore):
    """A save that comes again with its own version is a conflict."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        if record and record.version == version:
            raise Conflict("again")
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class WritesAgain(MemoryStore):
    """A save that comes again with its own version writes its bytes."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        if record and record.version == version:
            await self.delete(id)
            expected = None
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class OnItself(MemoryStore):
    """A save of the version that is stored, said to be made on that one, writes its bytes."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        if record and record.version == version == expected:
            await self.delete(id)
            expected = None
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class Immortal(MemoryStore):
    """Keeps everything for a day."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=ttl + 86400)

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await super().touch(id, expected=expected, ttl=ttl + 86400)


class FirstLife(MemoryStore):
    """A record keeps the end of life that its first save gave it."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        entry = self._sessions.get(id.partition("/")[0], {}).get(id)
        if entry is not None and expected is not None:
            ttl = entry.deadline - self._clock()
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class Hasty(MemoryStore):
    """Halves short lives."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=ttl / 2 if ttl < 1 else ttl)


class TouchesAnything(MemoryStore):
    """Touch does not look at the version."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        record = await self.load(id)
        if record is not None:
            await super().touch(id, expected=record.version, ttl=ttl)


class TouchOnlyExtends(MemoryStore):
    """Touch adds to a life, and never cuts it."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await super().touch(id, expected=expected, ttl=ttl + 60)


class TouchEmpties(MemoryStore):
    """Touch writes the record again, and forgets its bytes."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await super().touch(id, expected=expected, ttl=ttl)
        self._sessions[id.partition("/")[0]][id].record = Record(b"", expected)


class TouchRenames(MemoryStore):
    """Touch counts as a write, and gives the record another version."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await super().touch(id, expected=expected, ttl=ttl)
        entry = self._sessions[id.partition("/")[0]][id]
        entry.record = Record(entry.record.data, f"{expected}+")


class TouchCuts(MemoryStore):
    """Touch writes the record again, of which its buffer holds a megabyte."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await super().touch(id, expected=expected, ttl=ttl)
        entry = self._sessions[id.partition("/")[0]][id]
        entry.record = Record(entry.record.data[:1_048_576], expected)


class TouchesBeginnings(MemoryStore):
    """Touch looks how the version begins."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        record = await self.load(id)
        if record is not None and record.version.startswith(expected):
            expected = record.version
        await super().touch(id, expected=expected, ttl=ttl)


class TouchIdle(MemoryStore):
    """Touch looks whether the record is there, and does nothing."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        record = await self.load(id)
        if record is None or record.version != expected:
            raise Conflict("another version")


class DeletesAnything(MemoryStore):
    """Delete does not look at the version."""

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        return await super().delete(id)


class DeletesParts(MemoryStore):
    """Delete of a session takes its parts with it."""

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        deleted = await super().delete(id, expected=expected)
        if deleted and "/" not in id:
            for part in [part async for part in self.scan(id + "/")]:
                await super().delete(part)
        return deleted


class Anywhere(MemoryStore):
    """Scans for ids that have the prefix somewhere."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        async for id in super().scan():
            if prefix in id:
                yield id


class OnePage(MemoryStore):
    """Scans the first hundred."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        left = 100
        async for id in super().scan(prefix):
            left -= 1
            if left >= 0:
                yield id


class LockedScan(MemoryStore):
    """Holds a lock for as long as a scan is under way."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        async with self._lock:
            async for id in super().scan(prefix):
                yield id

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        try:
            async with asyncio.timeout(0.3), self._lock:
                await super().save(id, data, version=version, expected=expected, ttl=ttl)
        except TimeoutError:
            raise StoreError("locked") from None


class StaleVersions(MemoryStore):
    """Remembers versions, and answers from memory."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        return {id: self._known.setdefault(id, version) for id, version in (await super().versions(ids)).items()}


class Blocking(MemoryStore):
    """Works on large records without letting anybody else."""

    async def load(self, id: str) -> Record | None:
        record = await super().load(id)
        if record and len(record.data) > 1_000_000:
            time.sleep(0.015)  # noqa: ASYNC251 which is its mistake
        return record


class BlockingOpen(MemoryStore):
    """Connects without letting anybody else."""

    async def open(self) -> None:
        time.sleep(0.12)  # noqa: ASYNC251 which is its mistake
        await super().open()


class ClosesOnce(MemoryStore):
    """Cannot be closed when it is closed."""

    async def close(self) -> None:
        if not self._open:
            raise RuntimeError("closed already")
        await super().close()


class AfterLife(MemoryStore):
    """Serves on after close."""

    async def close(self) -> None: ...


class Leaky(MemoryStore):
    """Lets the exceptions of its inside out."""

    def _check_open(self) -> None:
        if not self._open:
            raise AttributeError("'NoneType' object has no attribute 'execute'")


class Vague(MemoryStore):
    """Is durable, perhaps."""

    async def open(self) -> None:
        await super().open()
        self.traits = Traits(scope="process", durable=None)  # type: ignore[arg-type]  # which is its mistake


class LongerAgain(MemoryStore):
    """A save that comes again with its own version lengthens the life."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        record = await self.load(id)
        if record and record.version == version:
            entry = self._sessions[id.partition("/")[0]][id]
            entry.deadline = max(entry.deadline, self._clock() + ttl)
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class ThirtyDays(MemoryStore):
    """Takes a life of more than 30 days for a time in 1970, as memcached does."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=ttl if ttl <= 2_592_000 else 0)


class Milliseconds(MemoryStore):
    """Hands the life on in milliseconds, in 32 bits."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        milliseconds = (round(ttl * 1000) + 2**31) % 2**32 - 2**31
        await super().touch(id, expected=expected, ttl=milliseconds / 1000)


class RemembersTheDead(MemoryStore):
    """Takes a save for one that comes again, though what it saved before has expired."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        entry = self._sessions.get(id.partition("/")[0], {}).get(id)
        if entry is None or entry.record.version != version:
            await super().save(id, data, version=version, expected=expected, ttl=ttl)


# Each with the checks, without "check_", that must catch it: these and no other.
WRONG_STORES: dict[type[MemoryStore], str] = {
    Unconditional: "create_once one_winner save_after_delete save_again_too_late stale_version expiry"
    " delete_beside_save",
    CreatesOver: "create_once one_winner save_again_too_late",
    Resurrecting: "save_after_delete expiry delete_beside_save",
    NoRetry: "save_again",
    WritesAgain: "save_again save_again_keeps_life",
    OnItself: "save_again",
    Immortal: "expiry save_shortens touch_shortens save_again_keeps_life life_is_kept",
    FirstLife: "save_renews save_shortens",
    Hasty: "expiry save_shortens save_again_keeps_life life_is_kept",
    TouchesAnything: "save_after_delete expiry touch_refused",
    TouchOnlyExtends: "touch_shortens",
    TouchEmpties: "touch sizes",
    TouchRenames: "touch scan_paused touch_beside_save sizes",
    TouchCuts: "sizes",
    TouchesBeginnings: "touch_refused",
    TouchIdle: "touch touch_shortens",
    DeletesAnything: "delete",
    DeletesParts: "parts_are_separate",
    Anywhere: "scan",
    OnePage: "scan scan_abandoned scan_paused",
    LockedScan: "scan_abandoned scan_paused",
    StaleVersions: "versions seen_by_others",
    Blocking: "event_loop_is_free",
    BlockingOpen: "event_loop_is_free",
    ClosesOnce: "close unopened",
    AfterLife: "close",
    Leaky: "close unopened close_in_flight",
    Vague: "traits",
    LongerAgain: "save_again_keeps_life",
    ThirtyDays: "long_life",
    Milliseconds: "long_life",
    RemembersTheDead: "expiry",
}
