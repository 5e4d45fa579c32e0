"""Stores that are wrong in what they keep, or under which id: bytes, sizes, limits, letters."""

from __future__ import annotations

import fnmatch
from collections.abc import AsyncIterator, Iterable

from mbasic_core.storage import Record, Rejected, StoreError, Traits
from mbasic_store_memory import MemoryStore

__all__ = ["WRONG_RECORDS", "Keeping"]


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


class NeedsIds(MemoryStore):
    """Cannot be asked for the versions of no ids, as "IN ()" cannot."""

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        ids = list(ids)
        if not ids:
            raise StoreError("syntax error near ')'")
        return await super().versions(ids)


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


class Buffers(MemoryStore):
    """Answers with the buffer that its driver gave it."""

    async def load(self, id: str) -> Record | None:
        record = await super().load(id)
        return record and Record(memoryview(record.data), record.version)  # type: ignore[arg-type]  # its mistake


class ShortIds(MemoryStore):
    """Has a column of 500 characters."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        if len(id) > 500:
            raise Rejected("value too long")
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class SessionIsAFolder(MemoryStore):
    """Has a folder for each session, whose name may have 255 characters, and a column for the rest."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        if len(id.partition("/")[0]) > 255:
            raise Rejected("File name too long")
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class PlusIsBlank(MemoryStore):
    """Decodes ids as a form in a page does."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        async for id in super().scan(prefix):
            yield id.replace("+", " ")


class Separator(MemoryStore):
    """Keeps the id and something else in one text, with a mark between them that ids may have too."""

    async def load(self, id: str) -> Record | None:
        return await super().load(id.partition("|")[0])

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id.partition("|")[0], data, version=version, expected=expected, ttl=ttl)


class FewVersions(MemoryStore):
    """Has a parameter for each id, of which its database takes 999."""

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        ids = list(ids)
        if len(ids) > 999:
            raise Rejected("too many SQL variables")
        return await super().versions(ids)


# Each with the checks, without "check_", that must catch it: these and no other.
WRONG_RECORDS: dict[type[MemoryStore], str] = {
    TextMode: "every_byte sizes cancelled_saves",
    Truncating: "sizes",
    NeverEmpty: "sizes",
    Globbing: "awkward_ids",
    FileNames: "awkward_ids every_character",
    NeedsIds: "absent",
    Limited: "record_limit",
    CutToSize: "record_limit",
    FullTooSoon: "record_limit",
    CountsItsHead: "record_limit",
    WritesThenRefuses: "record_limit",
    Buffers: "every_byte",
    ShortIds: "awkward_ids",
    SessionIsAFolder: "awkward_ids",
    PlusIsBlank: "every_character",
    Separator: "every_character",
    FewVersions: "versions",
}
