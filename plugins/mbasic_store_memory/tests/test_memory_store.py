"""The memory store: the whole contract, and what is its own: bounds, options, an injected clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mbasic_core.storage import Record, Rejected, SessionStore, StoreConfig, Traits
from mbasic_core.testing import StoreConformance
from mbasic_store_memory import MemoryStore, mbasic_stores


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TestMemoryStore(StoreConformance):
    def make_store(self) -> SessionStore:
        return MemoryStore()


def run(story: Callable[[MemoryStore], Awaitable[None]], store: MemoryStore) -> None:
    async def tell() -> None:
        await store.open()
        await story(store)
        await store.close()

    asyncio.run(tell())


def make(url: str) -> MemoryStore:
    return MemoryStore.from_config(StoreConfig(url, data_dir=Path("/nowhere")))


def test_the_hook_offers_one_scheme() -> None:
    assert [(spec.scheme, spec.api) for spec in mbasic_stores()] == [("memory", 1)]


def test_traits_say_that_sessions_end_with_the_process() -> None:
    async def story(store: MemoryStore) -> None:
        assert store.traits == Traits(scope="process", durable=False, max_bytes=None)

    run(story, MemoryStore())


def test_a_record_expires_by_the_clock_it_was_given() -> None:
    clock = Clock()

    async def story(store: MemoryStore) -> None:
        await store.save("s", b"data", version="1", expected=None, ttl=100)
        clock.now = 99.9
        assert await store.load("s") == Record(b"data", "1")
        clock.now = 100
        assert await store.load("s") is None

    run(story, MemoryStore(clock=clock))


def test_a_full_store_refuses_new_sessions_and_keeps_live_ones() -> None:
    async def story(store: MemoryStore) -> None:
        await store.save("a", b"", version="1", expected=None, ttl=100)
        await store.save("b", b"", version="1", expected=None, ttl=100)
        with pytest.raises(Rejected, match="full: 2 sessions"):
            await store.save("c", b"", version="1", expected=None, ttl=100)
        await store.save("a/disk", b"part of a live session", version="1", expected=None, ttl=100)
        await store.save("b", b"new", version="2", expected="1", ttl=100)
        assert {id async for id in store.scan()} == {"a", "a/disk", "b"}
        await store.delete("b")
        await store.save("c", b"", version="1", expected=None, ttl=100)

    run(story, make("memory:?max_sessions=2"))


def test_bytes_are_bounded_for_new_sessions_only() -> None:
    async def story(store: MemoryStore) -> None:
        await store.save("a", bytes(900), version="1", expected=None, ttl=100)
        with pytest.raises(Rejected, match="900 of 1000 bytes"):
            await store.save("b", bytes(101), version="1", expected=None, ttl=100)
        await store.save("a", bytes(2000), version="2", expected="1", ttl=100)
        await store.save("a", b"", version="3", expected="2", ttl=100)
        await store.save("b", bytes(1000), version="1", expected=None, ttl=100)

    run(story, make("memory:?max_bytes=1000"))


def test_expired_sessions_make_room_though_nobody_asks_for_them() -> None:
    clock = Clock()

    async def story(store: MemoryStore) -> None:
        await store.save("a", bytes(900), version="1", expected=None, ttl=10)
        clock.now = 11
        await store.save("b", bytes(900), version="1", expected=None, ttl=10)
        assert await store.load("a") is None

    run(story, MemoryStore(max_sessions=1, max_bytes=1000, clock=clock))


def test_expired_sessions_are_swept_while_there_is_room() -> None:
    clock = Clock()

    async def story(store: MemoryStore) -> None:
        for n in range(100):
            await store.save(f"old{n}", bytes(10), version="1", expected=None, ttl=10)
        clock.now = 100
        await store.save("new", b"", version="1", expected=None, ttl=10)
        assert list(store._sessions) == ["new"]
        assert store._bytes == 0

    run(story, MemoryStore(clock=clock))


@pytest.mark.parametrize(
    "url", ["memory:?max_session=5", "memory:?max_bytes=lots", "memory:?max_bytes=-1", "memory:?x"]
)
def test_an_option_that_does_not_exist_is_rejected(url: str) -> None:
    with pytest.raises(Rejected, match="max_sessions and max_bytes"):
        make(url)


def test_the_log_says_that_sessions_end_with_the_process(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        asyncio.run(MemoryStore().open())
    assert "they end with it" in caplog.text


@pytest.mark.parametrize("url", ["memory:max_sessions=5", "memory://host/", "memory:name"])
def test_what_is_no_option_is_not_taken_for_nothing(url: str) -> None:
    with pytest.raises(Rejected, match=r"options follow a \?"):
        make(url)


@pytest.mark.parametrize("url", ["memory:", "memory://", " memory:?max_sessions=5", "MEMORY:"])
def test_a_url_with_nothing_but_options_is_right(url: str) -> None:
    assert isinstance(make(url), MemoryStore)
