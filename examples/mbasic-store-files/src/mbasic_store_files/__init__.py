"""Sessions kept in a directory, one file each: a worked example of a store."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from mbasic_core.storage import (
    Conflict,
    Record,
    Rejected,
    SessionStore,
    StoreConfig,
    StoreSpec,
    Traits,
    Unavailable,
    hookimpl,
)

__all__ = ["FilesStore", "mbasic_stores"]

T = TypeVar("T")

_REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EFBIG}
_SWEEP = 100  # saves between two looks for expired records


@hookimpl
def mbasic_stores() -> list[StoreSpec]:
    """Serve `files:`."""
    return [StoreSpec("files", FilesStore, "A directory of files, for all processes of this host: files:///path")]


class FilesStore(SessionStore):
    """A store in the directory of `files:///absolute/path`, `files:name` (in the data directory) or `files:`.

    A file is a line of JSON, {"key": ..., "version": ...}, and the bytes; its modification time is when its life ends.
    The key is the id behind the namespace.
    """

    def __init__(self, config: StoreConfig) -> None:
        location = unquote(config.url.strip().partition(":")[2])
        if "?" in location or "\0" in location or (location.startswith("//") and not location.startswith("///")):
            raise Rejected("files: takes a path (files:///var/lib/sessions) and no options")
        self._folder = config.data_dir / (location.removeprefix("//") or "sessions")
        self._prefix, self._timeout, self._create = config.namespace, config.timeout, config.create
        self._thread: ThreadPoolExecutor | None = None
        self._saves = 0

    async def open(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        try:
            await self._in_thread(self._prepare)
        except BaseException:
            await self.close()
            raise
        self.traits = Traits(scope="host", durable=True)

    async def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(None, thread.shutdown)  # after the calls in flight

    async def load(self, id: str) -> Record | None:
        found = await self._in_thread(self._read, self._path(id))
        return None if found is None else found[1]

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await self._in_thread(self._save, id, data, version, expected, ttl)

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await self._in_thread(self._touch, id, expected, ttl)

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        return await self._in_thread(self._delete, id, expected)

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        names = await self._in_thread(os.listdir, self._folder)
        while names:  # some at a time, so that nobody waits for the rest
            some, names = names[:100], names[100:]
            for key in await self._in_thread(self._keys, some):
                if key.startswith(self._prefix + prefix):
                    yield key.removeprefix(self._prefix)

    async def ping(self) -> None:
        await self._in_thread(os.stat, self._folder)

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        """Return what `work` does in the store's thread, within the deadline; only `StoreError` leaves it."""
        if self._thread is None:
            raise Rejected("the files store is not open")
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
        except TimeoutError as error:
            raise Unavailable(f"{self._folder}: no answer in {self._timeout} s") from error
        except OSError as error:
            raise (Rejected if error.errno in _REFUSED else Unavailable)(str(error)) from error

    def _prepare(self) -> None:  # from here on: what runs in the thread
        if not self._create and not self._folder.is_dir():
            raise Rejected(f"{self._folder} is not there: no session was ever saved in it")
        if self._folder.is_file():
            raise Rejected(f"{self._folder} is a file, and no directory")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            self._sweep(os.listdir(self._folder))

    def _path(self, id: str) -> Path:
        return self._folder / sha256((self._prefix + id).encode()).hexdigest()

    def _read(self, path: Path) -> tuple[str, Record] | None:
        """Return the key and the record in a file that is there and lives; raise `Rejected` for a damaged one."""
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mtime <= time.time():
                    return None
                head = json.loads(file.readline())
                return head["key"], Record(version=head["version"], data=file.read())
        except FileNotFoundError:
            self._folder.stat()  # raises when the whole directory is away, which is trouble and no absent record
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise Rejected(f"{path} is damaged: {error!r}") from error

    def _save(self, id: str, data: bytes, version: str, expected: str | None, ttl: float) -> None:
        with self._alone():
            stored = self._version(id)
            if stored == version:
                return
            if stored != expected:
                raise Conflict(f"{id} is at version {stored}, not {expected}")
            fresh = self._folder / "fresh"  # under the lock there is one
            with fresh.open("wb") as file:
                file.write(json.dumps({"key": self._prefix + id, "version": version}).encode() + b"\n" + data)
                file.flush()
                os.fsync(file.fileno())
            os.utime(fresh, (time.time(), time.time() + ttl))
            fresh.replace(self._path(id))
            self._saves += 1
            if self._saves % _SWEEP == 0:
                with os.scandir(self._folder) as entries:
                    self._sweep([entry.name for entry in islice(entries, 200)])

    def _touch(self, id: str, expected: str, ttl: float) -> None:
        with self._alone():
            if self._version(id) != expected:
                raise Conflict(f"{id} is not at version {expected}")
            os.utime(self._path(id), (time.time(), time.time() + ttl))

    def _delete(self, id: str, expected: str | None) -> bool:
        with self._alone():
            stored = self._version(id)
            if stored is None or expected not in (None, stored):
                return False
            self._path(id).unlink()
            return True

    def _version(self, id: str) -> str | None:
        found = self._read(self._path(id))
        return None if found is None else found[1].version

    def _keys(self, names: list[str]) -> list[str]:
        """Return the keys in those of the files that live."""
        size = sha256().digest_size * 2
        return [found[0] for name in names if len(name) == size and (found := self._read(self._folder / name))]

    def _sweep(self, names: list[str]) -> None:
        """Remove those of the files whose time is over."""
        for name in names:
            path = self._folder / name
            if len(name) == sha256().digest_size * 2 and path.stat().st_mtime <= time.time():
                path.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep all other writers out, of this process and of others; raise `Unavailable` when one stays in."""
        end = time.monotonic() + self._timeout
        with (self._folder / "lock").open("w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise Unavailable(f"{self._folder} is locked by another process") from None
                    time.sleep(0.001)
            yield  # the lock ends when the file is closed
