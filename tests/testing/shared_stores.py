"""Stores whose records are in a file that processes share: one right, and some that are wrong where processes meet."""

from __future__ import annotations

import asyncio
import fcntl
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from mbasic_core.storage import Conflict, Record, Rejected, SessionStore, Traits

__all__ = ["Alien", "Careless", "Failing", "Shared"]


class Shared(SessionStore):
    """All records in one file, each change under a lock; for tests that need nothing but what processes share."""

    def __init__(self, file: Path, namespace: str = "a:") -> None:
        self._file = file
        self._namespace = namespace
        self.traits = Traits(scope="host", durable=True)

    async def open(self) -> None:
        self._file.touch()

    async def close(self) -> None: ...

    async def load(self, id: str) -> Record | None:
        found = self._read().get(self._namespace + id)
        return None if found is None else Record(bytes.fromhex(found[0]), found[1])

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        key = self._namespace + id
        with self._locked():
            records = self._read()
            stored = records.get(key, (None, None))[1]
            if stored not in (version, expected):
                raise Conflict("another version")
            await asyncio.sleep(0.001)  # in which another process that minds no lock writes too
            records[key] = (data.hex(), version)
            fresh = self._file.with_suffix(f".{version}")
            fresh.write_text(json.dumps(records))
            fresh.replace(self._file)

    async def touch(self, id: str, *, expected: str, ttl: float) -> None: ...

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        return False

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        for key in self._read():
            if key.startswith(self._namespace + prefix):
                yield key.removeprefix(self._namespace)

    async def ping(self) -> None: ...

    def _read(self) -> dict[str, tuple[str, str]]:
        return dict(json.loads(self._file.read_text() or "{}"))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Careless(Shared):
    """Relies on there being one process."""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        yield


class Alien(Shared):
    """Knows no namespaces."""

    def __init__(self, file: Path, namespace: str = "a:") -> None:
        super().__init__(file, "")


class Failing(Shared):
    """Cannot be opened in another process."""

    async def open(self) -> None:
        raise Rejected("not here")
