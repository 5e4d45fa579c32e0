"""The measured store does what the store does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mbasic_core.storage import Conflict, Record
from mbasic_core.web.metering import MeteredStore
from mbasic_store_memory import MemoryStore


def test_every_call_is_passed_on_and_measured() -> None:
    calls: list[str] = []
    saves: list[tuple[str, int]] = []

    @contextmanager
    def measure(operation: str) -> Iterator[None]:
        calls.append(operation)
        yield

    async def use() -> None:
        inner = MemoryStore()
        store = MeteredStore(inner, measure=measure, on_save=lambda id, size: saves.append((id, size)))
        await store.open()
        assert store.traits == inner.traits
        await store.save("a", b"123", version="v1", expected=None, ttl=60)
        with pytest.raises(Conflict):
            await store.save("a", b"4", version="v2", expected="v0", ttl=60)
        assert await store.load("a") == Record(b"123", "v1")
        await store.touch("a", expected="v1", ttl=60)
        assert await store.versions(["a", "b"]) == {"a": "v1"}
        assert [id async for id in store.scan()] == ["a"]
        await store.ping()
        assert await store.delete("a", expected="v1")
        assert await inner.load("a") is None
        await store.close()

    asyncio.run(use())
    assert calls == ["open", "save", "save", "load", "touch", "versions", "ping", "delete"]
    assert saves == [("a", 3)]
