"""Sessions kept in one SQLite file, shared by the processes of one host; needs nothing that Python does not bring.

All calls of a store run in one thread, each in its own transaction; the write-ahead log lets others read meanwhile.
Times in the file are seconds since 1970, the one clock that processes share.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, unquote

from mbasic_core.storage import (
    Conflict,
    Record,
    Rejected,
    SessionStore,
    StoreConfig,
    StoreError,
    StoreSpec,
    Traits,
    Unavailable,
    hookimpl,
    redact,
)
from mbasic_store_sqlite.database import DAMAGED, Database
from mbasic_store_sqlite.folder import DEFAULT_NAME, HINTS

__all__ = ["SqliteStore", "mbasic_stores"]

T = TypeVar("T")
logger = logging.getLogger(__name__)

_OPTIONS = {"synchronous": ("off", "normal", "full", "extra"), "check": ("on", "off")}
# One statement is one transaction. An expired record counts as absent, and makes way for a new one.
_CREATE = """INSERT INTO records (id, version, expires, data) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
    SET version = excluded.version, expires = excluded.expires, data = excluded.data WHERE records.expires <= ?"""
_REPLACE = "UPDATE records SET version = ?, expires = ?, data = ? WHERE id = ? AND version = ? AND expires > ?"
_TOUCH = "UPDATE records SET expires = ? WHERE id = ? AND version = ? AND expires > ?"
_DELETE = "DELETE FROM records WHERE id = ? AND version = coalesce(?, version) AND expires > ?"
_MAX_BYTES = 100_000_000  # a tenth of what SQLite takes; a record is read and written as a whole
_PAGE = 200  # ids that a scan reads at once
_SWEEP = 30.0  # seconds between two removals of what has expired
_BATCH, _BREATH = 50, 0.02  # which go by so many records, with so many seconds for others in between

# "Not now": another process writes, or the disk did not answer as it should.
_PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL}


@hookimpl
def mbasic_stores() -> list[StoreSpec]:
    """Serve `sqlite:`."""
    return [StoreSpec("sqlite", SqliteStore, "One file, for all processes of this host: sqlite: or sqlite:///path")]


class SqliteStore(SessionStore):
    """A store in the file of `sqlite:///absolute/path`, `sqlite:name` (in the data directory) or `sqlite:`.

    `?synchronous=full` makes each save wait for the disk (off, normal, full, extra; SQLite's own words; default normal:
    safe against a crash of the process, a power cut may cost the last saves). `?check=off` opens a damaged file as it
    is, to save what can be saved; else it is moved aside and a new one begun. Raises `Rejected` for any other option.
    """

    def __init__(self, config: StoreConfig) -> None:
        location, _, query = config.url.strip().partition(":")[2].partition("?")
        if location.startswith("//") and location[2:3] != "/":
            raise Rejected(f"{redact(config.url)} names a host; a path has three slashes: sqlite:///var/x.db")
        if "\0" in (name := unquote(location.removeprefix("//"))) or name.endswith("/"):
            raise Rejected(f"{redact(config.url)} names no file: sqlite:///var/x.db")
        options = {"synchronous": "normal", "check": "on", **dict(parse_qsl(query, keep_blank_values=True))}
        if any(value.lower() not in _OPTIONS.get(name, ()) for name, value in options.items()):
            known = " and ".join(f"{name}={'|'.join(words)}" for name, words in _OPTIONS.items())
            raise Rejected(f"{redact(config.url)}: the options are {known}")
        self._prefix, self._timeout = config.namespace, config.timeout
        path = config.data_dir / (name or DEFAULT_NAME)
        synchronous, check = options["synchronous"].lower(), options["check"].lower() == "on"
        self._database = Database(
            path, synchronous=synchronous, timeout=config.timeout, check=check, create=config.create
        )
        self._thread: ThreadPoolExecutor | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._thread = ThreadPoolExecutor(1, "mbasic-sqlite")
        try:
            await self._in_thread(self._database.open)
        except BaseException:
            await self.close()
            raise
        self.traits = Traits(scope="host", durable=True, max_bytes=_MAX_BYTES)
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep_now_and_then())

    async def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._sweeper is not None:
            self._sweeper.cancel()
        closed = asyncio.get_running_loop().run_in_executor(thread, self._database.close)  # after the calls in flight
        thread.shutdown(wait=False)
        await asyncio.shield(closed)

    async def load(self, id: str) -> Record | None:
        return await self._in_thread(self._load, id)

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        if len(data) > _MAX_BYTES:
            raise Rejected(f"{id} has {len(data)} bytes, the SQLite store takes {_MAX_BYTES}")
        await self._in_thread(self._save, id, data, version, expected, ttl)

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        now = time.time()
        if not await self._in_thread(self._change, _TOUCH, now + ttl, self._prefix + id, expected, now):
            raise Conflict(f"{id} is not at version {expected}")

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        return await self._in_thread(self._change, _DELETE, self._prefix + id, expected, time.time())

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        sql = "SELECT id FROM records WHERE id > ? AND id >= ? AND id < ? AND expires > ? ORDER BY id LIMIT ?"
        begin, last = self._prefix + prefix, ""
        while True:
            rows = await self._in_thread(self._select, sql, (last, begin, begin + "\x7f", time.time(), _PAGE))
            for row in rows:
                yield str(row[0])[len(self._prefix) :]
            if len(rows) < _PAGE:
                return
            last = str(rows[-1][0])

    async def ping(self) -> None:
        await self._in_thread(self._select, "SELECT count(*) FROM sqlite_schema", ())

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        return await self._in_thread(self._versions, list(ids))

    async def _sweep_now_and_then(self) -> None:
        after, pause = "", _SWEEP
        while True:
            await asyncio.sleep(pause)
            try:
                after = await self._in_thread(self._database.sweep, after, _BATCH)
                pause = _BREATH if after else _SWEEP
            except StoreError as error:
                pause = min(1.0, _SWEEP)
                logger.debug("expired records stay for now: %s", error)

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        """Return what `work` does in the store's thread, within the deadline; only `StoreError` leaves it."""
        if self._thread is None:
            raise Rejected("the SQLite store is not open")
        loop, caller = asyncio.get_running_loop(), cast("asyncio.Task[object]", asyncio.current_task())
        cancelled = caller.cancelling()
        answer = loop.run_in_executor(self._thread, work, *args)
        deadline = loop.call_later(self._timeout, answer.cancel)  # asyncio.timeout takes as long as a small SELECT
        try:
            return await answer
        except asyncio.CancelledError as error:
            if caller.cancelling() > cancelled or loop.time() + 0.001 < deadline.when():
                raise
            raise Unavailable(f"{self._database.path}: no answer in {self._timeout} s") from error
        except (sqlite3.Error, OSError) as error:
            raise self._translated(error) from error
        finally:
            deadline.cancel()

    def _load(self, id: str) -> Record | None:
        sql = "SELECT data, version FROM records WHERE id = ? AND expires > ?"
        rows = self._select(sql, (self._prefix + id, time.time()))
        return Record(*rows[0]) if rows else None

    def _save(self, id: str, data: bytes, version: str, expected: str | None, ttl: float) -> None:
        key, now = self._prefix + id, time.time()
        if expected is None:
            written = self._change(_CREATE, key, version, now + ttl, data, now)
        else:
            written = expected != version and self._change(_REPLACE, version, now + ttl, data, key, expected, now)
        if not written and version not in (stored := self._versions([id]).values()):
            raise Conflict(f"{id} is at version {', '.join(stored) or None}, not {expected}")

    def _change(self, sql: str, *parameters: object) -> bool:
        return self._database.connection().execute(sql, parameters).rowcount > 0

    def _select(self, sql: str, parameters: tuple[object, ...]) -> list[Any]:
        return self._database.connection().execute(sql, parameters).fetchall()

    def _versions(self, ids: list[str]) -> dict[str, str]:
        keys = json.dumps([self._prefix + id for id in ids])
        sql = "SELECT id, version FROM records WHERE id IN (SELECT value FROM json_each(?)) AND expires > ?"
        return {key[len(self._prefix) :]: version for key, version in self._select(sql, (keys, time.time()))}

    def _translated(self, error: Exception) -> StoreError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it says where within SQLite
        hint = "; the file is damaged: the next start looks through it" if code in DAMAGED else HINTS.get(code, "")
        return (Unavailable if code in _PASSING else Rejected)(f"{self._database.path}: {error}{hint}")
