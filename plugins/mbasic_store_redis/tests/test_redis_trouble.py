"""A server that is full, read-only, away or cut off, and what a store does about it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mbasic_core.storage import Record, Rejected, Unavailable
from mbasic_store_redis import RedisStore
from plugins.mbasic_store_redis.tests.redis_stores import make, run
from tests.servers import RedisServer, free_port


def test_a_full_server_rejects_and_keeps_what_it_has(each: RedisServer) -> None:
    async def story(store: RedisStore) -> list[Record | None]:
        await store.save("full", b"old", version="1", expected=None, ttl=60)
        each.command("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(Rejected, match=r"^Redis is full, redis://"):
            await store.save("full", bytes(1000), version="2", expected="1", ttl=60)
        meanwhile = await store.load("full")
        each.command("CONFIG", "SET", "maxmemory", "0")
        await store.save("full", b"new", version="2", expected="1", ttl=60)
        return [meanwhile, await store.load("full")]

    assert run(make(each.url), story) == [Record(b"old", "1"), Record(b"new", "2")]


def test_a_master_that_became_a_replica_answers_and_takes_no_writes_until_it_is_master_again(
    each: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(store: RedisStore) -> list[Record | None]:
        await store.save("read", b"old", version="1", expected=None, ttl=60)
        each.command("REPLICAOF", "127.0.0.1", str(free_port()))
        for call in (
            store.save("read", b"new", version="2", expected="1", ttl=60),
            store.touch("read", expected="1", ttl=60),
            store.delete("read"),
        ):
            with pytest.raises(Unavailable) as refused:
                await call
            text = str(refused.value)
            assert text.startswith("Redis answers, but takes no writes now, redis://")
            assert "\n" not in text
        another = make(each.url)
        await another.open()  # reading is possible
        meanwhile = await another.load("read")
        await another.close()
        each.command("REPLICAOF", "NO", "ONE")
        await store.save("read", b"new", version="2", expected="1", ttl=60)
        return [meanwhile, await store.load("read")]

    assert run(make(each.url), story) == [Record(b"old", "1"), Record(b"new", "2")]
    assert [text.split(": ")[1] for text in caplog.messages] == ["this server is a replica, and takes no writes now"]


def test_a_primary_without_its_replicas_answers_and_takes_no_writes(own: RedisServer) -> None:
    async def story(store: RedisStore) -> str:
        own.command("CONFIG", "SET", "min-replicas-to-write", "1")
        with pytest.raises(Unavailable) as refused:
            await store.save("s", b"", version="1", expected=None, ttl=60)
        return str(refused.value)

    assert run(make(own.url), story).startswith("Redis answers, but takes no writes now, ")


def test_a_cut_connection_is_made_anew(own: RedisServer) -> None:
    async def story(store: RedisStore) -> Record | None:
        await asyncio.gather(*(store.ping() for _ in range(20)))
        await store.save("s", b"kept", version="1", expected=None, ttl=60)
        killed = own.command("CLIENT", "KILL", "TYPE", "normal")
        assert int(killed[1:]) >= 1
        await asyncio.sleep(0.05)
        await asyncio.gather(*(store.ping() for _ in range(20)))
        own.restart()
        return await store.load("s")

    assert run(make(own.url), story) == Record(b"kept", "1")


def test_nobody_there_is_unavailable_and_may_be_tried_again(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, port=free_port())

    async def story() -> None:
        store = make(f"redis://user:sesame@127.0.0.1:{server.port}/0")
        with pytest.raises(Unavailable) as refused:
            await store.open()
        assert "sesame" not in str(refused.value)
        with pytest.raises(Rejected, match="not open"):
            await store.ping()
        with server:
            reached = make(server.url)
            await reached.open()
            await reached.ping()
            await reached.close()

    asyncio.run(story())


def test_close_waits_for_calls_in_flight(shared: RedisServer) -> None:
    async def story() -> None:
        store = make(shared.url)
        await store.open()
        saves = [
            asyncio.ensure_future(store.save(f"close{n}", bytes(100_000), version="1", expected=None, ttl=60))
            for n in range(100)
        ]
        await asyncio.sleep(0.005)
        await store.close()
        ends = await asyncio.gather(*saves, return_exceptions=True)
        assert all(end is None or isinstance(end, Rejected) for end in ends)
        assert None in ends

    asyncio.run(story())
