"""A store that tests can look into and make fail, shared by the processes of a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

from mbasic_core.session.body import Body, parse_body
from mbasic_core.session.record import Head, parse
from mbasic_core.storage import Conflict, Record, SessionStore, StoreError, Traits, Unavailable


class TrickyStore(SessionStore):
    """Keeps records in a dictionary.

    down: every call answers Unavailable. refusal: every save raises it. plans: what becomes of the next saves.
    saved: (id, data, version, expected) of each save that was stored. calls: how often each method was called.
    """

    def __init__(self, scope: Literal["process", "host", "network"] = "network") -> None:
        self.traits = Traits(scope=scope, durable=True)
        self.records: dict[str, Record] = {}
        self.lives: dict[str, float] = {}
        self.saved: list[tuple[str, bytes, str, str | None]] = []
        self.calls: dict[str, int] = {}
        self.down = False
        self.refusal: StoreError | None = None
        self.plans: list[Literal["lose", "drop answer", "hang"]] = []
        self.delay = 0.0

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def load(self, id: str) -> Record | None:
        await self._enter("load")
        return self.records.get(id)

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await self._enter("save")
        if self.refusal is not None:
            raise self.refusal
        plan = self.plans.pop(0) if self.plans else None
        if plan == "lose":
            raise Unavailable("lost on the way")
        if plan == "hang":
            await asyncio.sleep(1e6)
        self.put(id, data, version, expected, ttl)
        if plan == "drop answer":
            raise Unavailable("the answer was lost")

    def put(self, id: str, data: bytes, version: str, expected: str | None, ttl: float = 1e9) -> None:
        stored = self.records.get(id)
        if stored is not None and stored.version == version:
            return
        if (stored.version if stored else None) != expected:
            raise Conflict(f"{id} is another")
        self.records[id] = Record(data, version)
        self.lives[id] = ttl
        self.saved.append((id, data, version, expected))

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await self._enter("touch")
        stored = self.records.get(id)
        if stored is None or stored.version != expected:
            raise Conflict(f"{id} is another")
        self.lives[id] = ttl

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        await self._enter("delete")
        stored = self.records.get(id)
        if stored is None or expected not in (None, stored.version):
            return False
        del self.records[id]
        return True

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        await self._enter("scan")
        for id in list(self.records):
            if id.startswith(prefix):
                yield id

    async def ping(self) -> None:
        await self._enter("ping")

    async def _enter(self, call: str) -> None:
        self.calls[call] = self.calls.get(call, 0) + 1
        await asyncio.sleep(self.delay)
        if self.down:
            raise Unavailable("the store is down")


def head(store: TrickyStore, id: str = "u1") -> Head:
    """The head of a stored session."""
    return parse(store.records[id].data, id).head


def body(store: TrickyStore, id: str = "u1") -> Body:
    """The body of a stored session."""
    return parse_body(parse(store.records[id].data, id).body, id)
