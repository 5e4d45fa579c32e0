"""A store in bad weather: what is stored, and the wire by which each process reaches it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

from mbasic_core.storage import Conflict, Record, Unavailable
from tests.session.stores import TrickyStore

__all__ = ["ID", "Plan", "Vault", "Wire"]

ID = "u"
"""The one session."""
Plan = Literal["lose", "drop answer", "late", "twice"]
"""What becomes of a save."""


class Vault(TrickyStore):
    """What is stored, for all processes."""

    def __init__(self, check: Callable[[Record | None, Record], None]) -> None:
        super().__init__()
        self.check = check
        self.former: Record | None = None
        self.next_plans: list[Plan] = []
        self.floating: list[tuple[str, bytes, str, str | None]] = []

    def put(self, id: str, data: bytes, version: str, expected: str | None, ttl: float = 1e9) -> None:
        before = self.records.get(id)
        super().put(id, data, version, expected, ttl)
        if id == ID and (before is None or before.version != version):
            self.former = before
            self.check(before, self.records[id])

    def land(self) -> None:
        """A save that was under way arrives."""
        with contextlib.suppress(Conflict):
            self.put(*self.floating.pop(0))


class Wire(TrickyStore):
    """The vault as one process reaches it."""

    def __init__(self, vault: Vault, crash: Callable[[], None]) -> None:
        super().__init__()
        self.vault = vault
        self.crash = crash
        self.crash_in = 0  # points from now; 0: never
        self.frozen: asyncio.Event | None = None

    async def load(self, id: str) -> Record | None:
        await self._point()
        record = self.vault.records.get(id)
        await self._point()
        return record

    async def versions(self, ids: Any) -> dict[str, str]:
        wanted = list(ids)
        await self._point()
        return {id: self.vault.records[id].version for id in wanted if id in self.vault.records}

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await self._point()
        plan = self.vault.next_plans.pop(0) if id == ID and self.vault.next_plans else None
        if plan in ("late", "twice"):
            self.vault.floating.append((id, data, version, expected))
        if plan in ("lose", "late"):
            raise Unavailable(plan)
        self.vault.put(id, data, version, expected, ttl)
        await self._point()
        if plan == "drop answer":
            raise Unavailable(plan)

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await self._point()
        await self.vault.touch(id, expected=expected, ttl=ttl)

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        await self._point()
        return await self.vault.delete(id, expected=expected)

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        await self._point()
        async for id in self.vault.scan(prefix):
            yield id

    async def _point(self) -> None:
        """One place where the process may stop for ever, or for a while."""
        await asyncio.sleep(0.004)
        if self.crash_in:
            self.crash_in -= 1
            if not self.crash_in:
                self.crash()
                await asyncio.Event().wait()
        if self.frozen is not None:
            await self.frozen.wait()
