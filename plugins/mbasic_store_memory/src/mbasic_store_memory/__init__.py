"""Sessions kept in this process: no services, nothing on disk, gone when the process ends."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from mbasic_core.storage import (
    Conflict,
    Record,
    Rejected,
    SessionStore,
    StoreConfig,
    StoreSpec,
    Traits,
    hookimpl,
    redact,
)

__all__ = ["MemoryStore", "mbasic_stores"]

logger = logging.getLogger(__name__)

_SWEEP = 60.0  # seconds between two removals of everything that has expired


@hookimpl
def mbasic_stores() -> list[StoreSpec]:
    """Serve `memory:`."""
    return [StoreSpec("memory", MemoryStore.from_config, "In this process; sessions are gone when it ends.")]


@dataclass(slots=True)
class _Entry:
    record: Record
    deadline: float


class MemoryStore(SessionStore):
    """A dictionary with versions and expiry, bounded by sessions and by bytes.

    A full store refuses the records of *new* sessions with `Rejected`. A live session is never evicted and may always
    be saved, beyond `max_bytes` too: what one session may hold is for the sessions' own limits to say.

    clock: seconds that never go back, for the expiry.
    """

    def __init__(
        self,
        *,
        max_sessions: int = 10_000,
        max_bytes: int = 1 << 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_sessions = max_sessions
        self._max_bytes = max_bytes
        self._clock = clock
        self._open = False
        self._sessions: dict[str, dict[str, _Entry]] = {}
        self._bytes = 0
        self._swept = clock()

    @classmethod
    def from_config(cls, config: StoreConfig) -> MemoryStore:
        """Make the store of `memory:?max_sessions=N&max_bytes=N`; raise `Rejected` for any other option."""
        options = {"max_sessions": 10_000, "max_bytes": 1 << 30}
        place, _, query = config.url.strip().partition("?")
        if (rest := place.partition(":")[2]) not in ("", "//"):
            raise Rejected(f"memory: has no place {redact(rest)!r}; options follow a ?, as in memory:?max_bytes=N")
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name not in options or not value.isdecimal():
                raise Rejected(f"memory: has the options {' and '.join(options)}, whole numbers; it got {name}={value}")
            options[name] = int(value)
        return cls(max_sessions=options["max_sessions"], max_bytes=options["max_bytes"])

    async def open(self) -> None:
        self.traits = Traits(scope="process", durable=False)
        self._open = True
        logger.info("sessions are kept in this process's memory: they end with it, and no other process sees them")

    async def close(self) -> None:
        self._open = False
        self._sessions.clear()
        self._bytes = 0

    async def load(self, id: str) -> Record | None:
        entry = self._entry(id)
        return None if entry is None else entry.record

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        entry = self._entry(id)
        stored = None if entry is None else entry.record.version
        if stored == version:
            return
        if stored != expected:
            raise Conflict(f"{id} is at version {stored}, not {expected}")
        session = id.partition("/")[0]
        if session not in self._sessions:
            self._make_room(len(data))
        self._remove(id)
        self._sessions.setdefault(session, {})[id] = _Entry(Record(data, version), self._clock() + ttl)
        self._bytes += len(data)

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        entry = self._entry(id)
        if entry is None or entry.record.version != expected:
            raise Conflict(f"{id} is not at version {expected}")
        entry.deadline = self._clock() + ttl

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        entry = self._entry(id)
        if entry is None or expected not in (None, entry.record.version):
            return False
        self._remove(id)
        return True

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        self._check_open()
        for id in [id for entries in self._sessions.values() for id in entries if id.startswith(prefix)]:
            if self._entry(id) is not None:
                yield id

    async def ping(self) -> None:
        self._check_open()

    def _check_open(self) -> None:
        if not self._open:
            raise Rejected("the memory store is not open")

    def _entry(self, id: str) -> _Entry | None:
        """Return the live entry, after removing it if its time is over."""
        self._check_open()
        entry = self._sessions.get(id.partition("/")[0], {}).get(id)
        if entry is not None and entry.deadline <= self._clock():
            self._remove(id)
            return None
        return entry

    def _remove(self, id: str) -> None:
        session = id.partition("/")[0]
        entry = self._sessions.get(session, {}).pop(id, None)
        if entry is not None:
            self._bytes -= len(entry.record.data)
            if not self._sessions[session]:
                del self._sessions[session]

    def _make_room(self, size: int) -> None:
        """Raise `Rejected` unless one more session of `size` bytes fits; expired records are removed now and then."""
        full = len(self._sessions) >= self._max_sessions or self._bytes + size > self._max_bytes
        now = self._clock()
        if full or now - self._swept >= _SWEEP:
            self._swept = now
            ends = [(id, entry.deadline) for entries in self._sessions.values() for id, entry in entries.items()]
            for id, deadline in ends:
                if deadline <= now:
                    self._remove(id)
        if len(self._sessions) >= self._max_sessions:
            raise Rejected(f"the memory store is full: {self._max_sessions} sessions (memory:?max_sessions=N)")
        if self._bytes + size > self._max_bytes:
            raise Rejected(f"the memory store is full: {self._bytes} of {self._max_bytes} bytes (memory:?max_bytes=N)")
