"""Stores that are wrong in one way each, as real ones have been; the kit must catch every one of them."""

from __future__ import annotations

import asyncio
import fnmatch
import time
from collections.abc import AsyncIterator, Iterable

from mbasic_core.storage import Conflict, Record, Rejected, StoreError, Traits
from mbasic_store_memory import MemoryStore

__all__ = ["WRONG", "Keeping"]


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
        if record and record.version == expected:
            entry = self._sessions[id.partition("/")[0]][id]
            entry.record = Record(data, expected)
            await asyncio.sleep(0.001)
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


class TextMode(MemoryStore):
    """Opens its files as text."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        text = data.replace(b"\r\n", b"\n")
        await super().save(id, text, version=version, expected=expected, ttl=ttl)


class Truncating(MemoryStore):
    """Keeps the first megabyte."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data[:1_048_576], version=version, expected=expected, ttl=ttl)


class NeverEmpty(MemoryStore):
    """Answers None for a record of no bytes."""

    async def load(self, id: str) -> Record | None:
        record = await super().load(id)
        return record if record and record.data else None


class Globbing(MemoryStore):
    """Hands the prefix to a pattern matcher."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        async for id in super().scan():
            if fnmatch.fnmatchcase(id, prefix + "*"):
                yield id


class FileNames(MemoryStore):
    """Folds letters, as some file systems do."""

    async def load(self, id: str) -> Record | None:
        return await super().load(id.lower())

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id.lower(), data, version=version, expected=expected, ttl=ttl)


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


class NeedsIds(MemoryStore):
    """Cannot be asked for the versions of no ids, as "IN ()" cannot."""

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        ids = list(ids)
        if not ids:
            raise StoreError("syntax error near ')'")
        return await super().versions(ids)


class Vanishing(MemoryStore):
    """Removes the old record, waits, and then writes the new one: a save that is cancelled in between loses both."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        async with self._lock:
            record = await self.load(id)
            if record and record.version == expected:
                self._remove(id)
                await asyncio.sleep(0)
                expected = None
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
        time.sleep(0.015)  # noqa: ASYNC251 which is its mistake
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


class Boasting(MemoryStore):
    """Says that it serves the network, and keeps everything in its own process."""

    async def open(self) -> None:
        await super().open()
        self.traits = Traits(scope="network", durable=True)


class Vague(MemoryStore):
    """Is durable, perhaps."""

    async def open(self) -> None:
        await super().open()
        self.traits = Traits(scope="process", durable=None)  # type: ignore[arg-type]  # which is its mistake


class Limited(MemoryStore):
    """Names a limit, and does not keep it."""

    async def open(self) -> None:
        await super().open()
        self.traits = Traits(scope="process", durable=False, max_bytes=3_000_000)


class CutToSize(Limited):
    """Cuts a record that is too large, and says nothing."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data[:3_000_000], version=version, expected=expected, ttl=ttl)


class Keeping(Limited):
    """Keeps to the limit; those that follow have one line that does not."""

    def _fits(self, data: bytes) -> bool:
        return len(data) <= 3_000_000

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        if not self._fits(data):
            raise Rejected("too large")
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class FullTooSoon(Keeping):
    """Takes less than its limit by a byte."""

    def _fits(self, data: bytes) -> bool:
        return len(data) < 3_000_000


class CountsItsHead(Keeping):
    """Cuts what is exactly as large as may be, for it has a mark of its own to put before it."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=ttl)
        entry = self._sessions[id.partition("/")[0]][id]
        entry.record = Record(entry.record.data[:2_999_999], entry.record.version)


class WritesThenRefuses(Limited):
    """Notices when it is too late that a record is too large."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=ttl)
        if len(data) > 3_000_000:
            raise Rejected("too large")


# Each with the checks, without "check_", that must catch it: these and no other.
WRONG: dict[type[MemoryStore], str] = {
    Unconditional: "create_once one_winner save_after_delete save_again_too_late stale_version expiry",
    CreatesOver: "create_once one_winner save_again_too_late",
    Resurrecting: "save_after_delete expiry",
    NoRetry: "save_again",
    WritesAgain: "save_again",
    CheckThenAct: "no_lost_updates one_winner",
    Torn: "cancelled_saves",
    Immortal: "expiry save_shortens touch_shortens",
    FirstLife: "save_renews save_shortens",
    Hasty: "expiry save_shortens",
    TouchesAnything: "save_after_delete expiry touch_refused",
    TouchOnlyExtends: "touch_shortens",
    TouchEmpties: "touch",
    TouchRenames: "touch scan_paused",
    TouchIdle: "touch touch_shortens",
    DeletesAnything: "delete",
    DeletesParts: "parts_are_separate",
    TextMode: "every_byte sizes cancelled_saves",
    Truncating: "sizes",
    NeverEmpty: "sizes",
    Globbing: "awkward_ids",
    FileNames: "awkward_ids",
    OnePage: "scan scan_abandoned scan_paused",
    LockedScan: "scan_abandoned scan_paused",
    StaleVersions: "versions",
    NeedsIds: "absent",
    Vanishing: "cancelled_saves no_lost_updates",
    OneConnection: "cancelled_loads",
    Blocking: "event_loop_is_free",
    BlockingOpen: "event_loop_is_free",
    ClosesOnce: "close unopened",
    AfterLife: "close",
    Leaky: "close unopened",
    Boasting: "no_lost_updates one_winner scan_paused seen_by_others traits",
    Vague: "traits",
    Limited: "record_limit",
    CutToSize: "record_limit",
    FullTooSoon: "record_limit",
    CountsItsHead: "record_limit",
    WritesThenRefuses: "record_limit",
}
