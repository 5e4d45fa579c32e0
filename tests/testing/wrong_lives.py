"""Stores that are wrong in how long a record lives, or in what they do with one whose life is over."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterable

from mbasic_core.storage import Conflict
from mbasic_store_memory import MemoryStore

__all__ = ["WRONG_LIVES"]


class WholeSeconds(MemoryStore):
    """Cuts a life to whole seconds, of which it gives one at least."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=max(1, math.floor(ttl)))


class TouchesWholeSeconds(MemoryStore):
    """Rounds the life that a touch gives to the nearest second."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await super().touch(id, expected=expected, ttl=max(1, round(ttl)))


class Grave(MemoryStore):
    """Removes the dead when they are loaded; those that follow forget to look in one of the other calls."""

    def _version(self, id: str) -> str | None:
        """The version that is stored under `id`, of a dead one too."""
        self._check_open()
        entry = self._sessions.get(id.partition("/")[0], {}).get(id)
        return None if entry is None else entry.record.version


class FindsTheDead(Grave):
    """Scans what is there, alive or not."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        self._check_open()
        for id in [id for entries in self._sessions.values() for id in entries if id.startswith(prefix)]:
            yield id


class AnswersForTheDead(Grave):
    """Looks at versions, and not whether they live."""

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        return {id: version for id in dict.fromkeys(ids) if (version := self._version(id))}


class TouchesTheDead(Grave):
    """Gives a record that is still there a new life."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        if self._version(id) != expected:
            raise Conflict("another version")
        self._sessions[id.partition("/")[0]][id].deadline = self._clock() + ttl


class ReplacesTheDead(Grave):
    """Saves over a record that is still there."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        if expected is not None and self._version(id) == expected != version:
            self._sessions[id.partition("/")[0]][id].deadline = self._clock() + ttl
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class DeletesTheDead(Grave):
    """Says that it removed a record which nobody could see any more."""

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        stored = self._version(id)
        if stored is None or expected not in (None, stored):
            return False
        self._remove(id)
        return True


class MindsTheDead(Grave):
    """Creates nothing where a record is still there."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        if expected is None and self._version(id) not in (None, version):
            raise Conflict("there is one")
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class TouchesFirst(MemoryStore):
    """Gives the new life, and then looks at the version."""

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        entry = self._entry(id)
        if entry is not None:
            entry.deadline = self._clock() + ttl
        await super().touch(id, expected=expected, ttl=ttl)


class RefusedExtends(MemoryStore):
    """Gives a new life also when a save is refused."""

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        entry = self._entry(id)
        if entry is not None and entry.record.version not in (version, expected):
            entry.deadline = max(entry.deadline, self._clock() + ttl)
        await super().save(id, data, version=version, expected=expected, ttl=ttl)


class DeletesSoon(MemoryStore):
    """Marks what is to be deleted, and then looks at the version."""

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        entry = self._entry(id)
        removed = await super().delete(id, expected=expected)
        if entry is not None and not removed:
            entry.deadline = min(entry.deadline, self._clock() + 0.1)
        return removed


class LookedAt(MemoryStore):
    """Takes a look at the versions for a use of the records."""

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        found = await super().versions(ids)
        for id in found:
            if entry := self._entry(id):
                entry.deadline = max(entry.deadline, self._clock() + 60)
        return found


# Each with the checks, without "check_", that must catch it: these and no other.
WRONG_LIVES: dict[type[MemoryStore], str] = {
    WholeSeconds: "part_of_a_second",
    TouchesWholeSeconds: "part_of_a_second",
    FindsTheDead: "expiry",
    AnswersForTheDead: "expiry",
    TouchesTheDead: "expiry",
    ReplacesTheDead: "expiry",
    DeletesTheDead: "expiry",
    MindsTheDead: "expiry",
    TouchesFirst: "life_is_kept touch_refused",
    RefusedExtends: "life_is_kept",
    DeletesSoon: "life_is_kept",
    LookedAt: "life_is_kept",
}
