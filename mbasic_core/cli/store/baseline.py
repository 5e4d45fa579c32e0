"""What a store is measured beside: the same work by the raw driver, without versions, checks or translated errors.

A driver is imported when its scheme is asked for; it is there when the store's plugin is. This is the one place of the
core that knows drivers, and it is for measuring only.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from mbasic_core.cli.place import Place

__all__ = ["Baseline", "baseline_for"]

_LIFE = 60  # seconds


class Baseline(ABC):
    """A driver with one record; `name` says what is measured."""

    name: str

    @abstractmethod
    async def open(self) -> None:
        """Connect, if there is anything to connect to."""

    @abstractmethod
    async def close(self) -> None:
        """Remove the record and let go of the driver, also when `open` was broken off."""

    @abstractmethod
    async def save(self, data: bytes) -> object:
        """Replace the record."""

    @abstractmethod
    async def load(self) -> object:
        """Read the record."""

    @abstractmethod
    async def touch(self) -> object:
        """Extend the record's life."""


def baseline_for(place: Place) -> Baseline | None:
    """The raw driver that serves the place's scheme too; None for schemes that have none here.

    Redis behind Sentinel and clusters are not compared: the plain client does not reach them.
    """
    scheme, _, rest = place.url.strip().partition(":")
    match scheme.lower():
        case "memory":
            return _Dictionary()
        case "sqlite":
            return _Sqlite(place, rest)
        case "redis" | "rediss":
            return _Redis(place, place.url.strip())
        case "redis+unix":
            return _Redis(place, f"unix:{rest}")
        case _:
            return None


class _Dictionary(Baseline):
    name = "a dict of copied bytes"

    def __init__(self) -> None:
        self._records: dict[str, bytearray] = {}
        self._end = 0.0

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def save(self, data: bytes) -> object:
        self._records["key"] = bytearray(data)
        return None

    async def load(self) -> object:
        return bytes(self._records["key"])

    async def touch(self) -> object:
        self._end = time.monotonic() + _LIFE
        return None


class _Redis(Baseline):
    """redis-py for asyncio: SET with PX, GET, PEXPIRE."""

    name = "redis-py: SET, GET, PEXPIRE"

    def __init__(self, place: Place, url: str) -> None:
        import redis.asyncio

        limits: dict[str, Any] = {"socket_timeout": place.timeout, "socket_connect_timeout": place.timeout}
        self._client: Any = redis.asyncio.Redis.from_url(url, **limits)
        self._key = f"{place.namespace}raw"

    async def open(self) -> None: ...

    async def close(self) -> None:
        await self._client.delete(self._key)
        await self._client.aclose()

    async def save(self, data: bytes) -> object:
        return await self._client.set(self._key, data, px=_LIFE * 1000)

    async def load(self) -> object:
        return await self._client.get(self._key)

    async def touch(self) -> object:
        return await self._client.pexpire(self._key, _LIFE * 1000)


class _Sqlite(Baseline):
    """sqlite3 in a thread of its own, in a file of its own beside the store's: UPDATE and commit, SELECT."""

    name = "sqlite3 in a thread: UPDATE and commit, SELECT"

    def __init__(self, place: Place, rest: str) -> None:
        location, _, query = rest.partition("?")
        file = place.data_dir.absolute() / (unquote(location.removeprefix("//")) or "sessions.db")
        self._file = Path(f"{file}.bench-{uuid4().hex}")
        self._synchronous = query.lower().partition("synchronous=")[2].partition("&")[0] or "normal"
        self._thread = ThreadPoolExecutor(1)
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        def connect() -> None:
            self._connection = connection = sqlite3.connect(self._file, isolation_level=None)
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute("CREATE TABLE raw (id TEXT PRIMARY KEY, version TEXT, expires REAL, data BLOB)")
            connection.execute("INSERT INTO raw VALUES ('key', '', 0, '')")

        await self._in_thread(connect)

    async def close(self) -> None:
        await self._in_thread(self._remove)
        self._thread.shutdown()

    async def save(self, data: bytes) -> object:
        sql = "UPDATE raw SET version = ?, expires = ?, data = ? WHERE id = 'key'"
        return await self._in_thread(self._execute, sql, uuid4().hex, time.time() + _LIFE, data)

    async def load(self) -> object:
        return await self._in_thread(self._execute, "SELECT data, version FROM raw WHERE id = 'key'")

    async def touch(self) -> object:
        return await self._in_thread(self._execute, "UPDATE raw SET expires = ? WHERE id = 'key'", time.time() + _LIFE)

    def _remove(self) -> None:
        if self._connection is not None:
            self._connection.close()
        for tail in ("", "-wal", "-shm"):
            Path(f"{self._file}{tail}").unlink(missing_ok=True)

    def _execute(self, sql: str, *parameters: object) -> list[Any]:
        assert self._connection is not None
        return self._connection.execute(sql, parameters).fetchall()

    async def _in_thread(self, work: Callable[..., object], *args: object) -> object:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
