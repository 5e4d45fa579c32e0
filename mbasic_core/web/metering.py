"""A store whose calls are measured."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager

from mbasic_core.storage import Record, SessionStore

__all__ = ["MeteredStore"]


class MeteredStore(SessionStore):
    """Does what `store` does, inside of `measure(operation)`; calls `on_save(id, bytes)` after each accepted save."""

    def __init__(
        self,
        store: SessionStore,
        *,
        measure: Callable[[str], AbstractContextManager[None]],
        on_save: Callable[[str, int], None],
    ) -> None:
        self._store = store
        self._measure = measure
        self._on_save = on_save

    async def open(self) -> None:
        with self._measure("open"):
            await self._store.open()
        self.traits = self._store.traits

    async def close(self) -> None:
        await self._store.close()

    async def load(self, id: str) -> Record | None:
        with self._measure("load"):
            return await self._store.load(id)

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        with self._measure("save"):
            await self._store.save(id, data, version=version, expected=expected, ttl=ttl)
        self._on_save(id, len(data))

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        with self._measure("touch"):
            await self._store.touch(id, expected=expected, ttl=ttl)

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        with self._measure("delete"):
            return await self._store.delete(id, expected=expected)

    def scan(self, prefix: str = "") -> AsyncIterator[str]:
        return self._store.scan(prefix)

    async def ping(self) -> None:
        with self._measure("ping"):
            await self._store.ping()

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        with self._measure("versions"):
            return await self._store.versions(ids)
