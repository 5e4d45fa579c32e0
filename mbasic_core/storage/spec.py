"""The storage contract, API 1: what a session store promises, and how a plugin offers one.

A store keeps *records*: bytes with a version, under an id, for a limited life. It never looks into the bytes. It has
one way to write, a compare-and-swap, and that is all that sessions need to move between processes safely.

Ids are 1 to 512 printable ASCII characters without blanks, `<session>` or `<session>/<part>`; what stands before the
first `/` is the locality key (all records of a session may be kept together, as Redis Cluster does with a hash tag).
Any printable character may occur, `%`, `*`, `:` and braces too. Versions are chosen by the caller, a fresh uuid4 hex
for each save, so they are never used twice and a store needs no generator.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Literal

__all__ = ["API", "Record", "SessionStore", "StoreConfig", "StoreSpec", "Traits"]

API = 1  # an integer; a plugin made for another number is reported, not used


@dataclass(frozen=True, slots=True)
class Record:
    """What is stored under one id: the bytes as they were saved, and the version that the caller gave them."""

    data: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Traits:
    """What a store is good for, as far as it knows.

    scope: who can share its records: one "process", the processes of one "host", or of the "network".
    durable: True only when records are known to outlive a restart of the store; unknown is False.
    max_bytes: largest record accepted, in bytes; None when the store sets no limit of its own.
    """

    scope: Literal["process", "host", "network"]
    durable: bool
    max_bytes: int | None = None


class SessionStore(ABC):
    """A place where sessions are kept; subclass it, implement what is abstract, and prove it with `StoreConformance`.

    Rules for every method:

    - Only `Conflict`, `Unavailable` and `Rejected` leave it (and cancellation). Wrong use raises `Rejected` too: every
      call before `open()` or after `close()`.
    - It never blocks the event loop, and answers or raises `Unavailable` within `StoreConfig.timeout` seconds.
    - A caller may cancel it at any time. A cancelled write happened wholly or not at all, perhaps a little later, and
      the next call is served as if nothing had been cancelled.
    - Calls may run concurrently, for the same id too. One store belongs to one event loop.

    Example:
        store = registry.create("memory:", data_dir=Path("/var/lib/mbasic"))
        await store.open()
        await store.save("u1", b"first", version="a", expected=None, ttl=60)
        await store.save("u1", b"second", version="b", expected="a", ttl=60)
        assert await store.load("u1") == Record(b"second", "b")
        await store.close()
    """

    traits: Traits
    """Valid after `open()`."""

    @abstractmethod
    async def open(self) -> None:
        """Connect, make what is missing if it may (`StoreConfig.create`), and learn `traits`; to be called once, before
        all else.

        Raises `Unavailable` when the store cannot be reached now (calling `open()` again is allowed), `Rejected` when
        it refuses us or the configuration makes no sense.
        """

    @abstractmethod
    async def close(self) -> None:
        """Release everything; idempotent, also right after a failed `open()` or without any.

        Never raises. Calls in flight end with their result or a `StoreError`; every later call raises `Rejected`.
        """

    @abstractmethod
    async def load(self, id: str) -> Record | None:
        """Return the record, the latest confirmed save or a later one; None when it is absent or has expired.

        Trouble is never None: it raises `Unavailable` or `Rejected`, for an absent session would be begun anew.

        Example:
            record = await store.load("u1")
            data = b"" if record is None else record.data
        """

    @abstractmethod
    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        """Replace, in one atomic step, the record of version `expected` (None: no record) by `data` as `version`.

        The record then lives `ttl` seconds (> 0) from now. When the stored version is already `version`, the call
        succeeds and changes nothing, neither bytes nor life: so a save that answered `Unavailable` is simply repeated,
        with the same version and bytes.

        Raises `Conflict` when another version, or none, is stored, and writes nothing; `Rejected` when the store is
        full or `data` too large, with the old record intact; `Unavailable` when it is not known what happened.

        Example:
            await store.save("u1", b"new", version=uuid4().hex, expected=record.version, ttl=30 * 86400)
        """

    @abstractmethod
    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        """Let the record of version `expected` live `ttl` seconds from now, longer or shorter than it had left.

        Raises `Conflict` when another version, or none, is stored.

        Example:
            await store.touch("u1", expected=record.version, ttl=600)
        """

    @abstractmethod
    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        """Remove the record, or only if it is of version `expected`; True when this call removed one.

        False, never `Conflict`, when there was nothing to remove: no record, or one of another version.

        Example:
            removed = await store.delete("u1", expected=record.version)
        """

    @abstractmethod
    def scan(self, prefix: str = "") -> AsyncIterator[str]:
        """Yield the ids of live records that begin with `prefix`, in no order; an async generator method.

        An id that lives throughout comes at least once (it may come twice); one that is saved or removed meanwhile may
        or may not come. No lock is held while the caller pauses: other calls go on, for minutes if need be.

        Example:
            ids = {id async for id in store.scan("u1/")}
        """

    @abstractmethod
    async def ping(self) -> None:
        """Return when the store answers; raise what keeps it from answering. Cheap, for health checks."""

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the version of each of `ids` that is stored; absent ones are left out.

        This default loads each record. A store that can do better overrides it: it is called for all sessions of a
        process several times a second, so it should be one round trip.

        Example:
            assert await store.versions(["u1", "absent"]) == {"u1": "b"}
        """
        found: dict[str, str] = {}
        for id in dict.fromkeys(ids):
            record = await self.load(id)
            if record is not None:
                found[id] = record.version
        return found


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """What a factory gets to make its store from.

    url: as the operator gave it; a store's own options live in its query (`sqlite:///x.db?synchronous=full`).
    namespace: prefix of all keys, for a store that is shared with others.
    timeout: seconds within which each call must answer.
    data_dir: directory for files of a store that keeps any; it need not exist yet.
    create: whether `open` makes what is missing, a file or a table; else it raises `Rejected` and leaves nothing
        behind, so that a command which only reads does not begin a store under a name with a typo.
    """

    url: str
    _: KW_ONLY
    namespace: str = "mbasic:"
    timeout: float = 3.0
    data_dir: Path
    create: bool = True


@dataclass(frozen=True, slots=True)
class StoreSpec:
    """A plugin's offer to serve one URL scheme; what its `mbasic_stores` hook returns, one for each scheme.

    scheme: what stands before the first `:` of the URL, in lower case.
    factory: makes a store, not yet opened, importing its driver if need be; raises `Rejected` for a URL without sense.
    summary: one line for `mbasic stores`.
    api: the contract that the store was written for.

    Example:
        @hookimpl
        def mbasic_stores() -> list[StoreSpec]:
            return [StoreSpec("memory", MemoryStore.from_config, "In this process; gone when it ends.")]
    """

    scheme: str
    factory: Callable[[StoreConfig], SessionStore]
    summary: str
    api: int = API
