"""How records lie in Redis: keys, versions, what a save leaves, and what makes it whole."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mbasic_core.storage import Conflict, Record, Rejected, Unavailable
from mbasic_store_redis import RedisStore, driver
from plugins.mbasic_store_redis.tests.redis_stores import make, run
from tests.servers import RedisServer


@pytest.mark.usefixtures("own")
def test_a_unix_socket_serves_too(socket: Path) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("s", b"data", version="1", expected=None, ttl=60)
        assert await store.load("s") == Record(b"data", "1")
        assert store.traits.durable is True

    run(make(f"redis+unix://{socket}?db=1"), story)


def test_keys_hold_the_session_as_hash_tag_and_expire(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("who", b"", version="1", expected=None, ttl=60)
        await store.save("who/disk/1", b"", version="1", expected=None, ttl=60)
        assert shared.command("EXISTS", "shape:{who}", "shape:{who}/disk/1") == ":2"
        assert 0 < int(shared.command("PTTL", "shape:{who}")[1:]) <= 60_000

    run(make(shared.url, namespace="shape:"), story)


def test_namespaces_do_not_see_each_other(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("s", b"", version="1", expected=None, ttl=60)
        other = make(shared.url, namespace="a*:")
        await other.open()
        await other.save("t", b"", version="1", expected=None, ttl=60)
        assert await other.load("s") is None
        assert [id async for id in other.scan()] == ["t"]
        assert [id async for id in store.scan()] == ["s"]
        await other.close()

    run(make(shared.url, namespace="ab:"), story)


def test_scripts_that_the_server_forgot_are_sent_again(own: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("s", b"1", version="1", expected=None, ttl=60)
        own.command("SCRIPT", "FLUSH")
        await store.save("s", b"2", version="2", expected="1", ttl=60)
        own.command("SCRIPT", "FLUSH")
        with pytest.raises(Conflict):
            await store.save("s", b"3", version="3", expected="1", ttl=60)
        own.command("SCRIPT", "FLUSH")
        await store.touch("s", expected="2", ttl=60)
        own.command("SCRIPT", "FLUSH")
        assert await store.delete("s") is True

    run(make(own.url), story)


def test_a_save_leaves_nothing_but_the_record(own: RedisServer) -> None:
    def keys() -> str:
        return own.command("KEYS", "*")

    async def story(store: RedisStore) -> None:
        await store.save("s", bytes(1000), version="1", expected=None, ttl=60)
        for version, expected in (("1", None), ("1", "0"), ("2", "1")):  # again, again, new
            await store.save("s", bytes(1000), version=version, expected=expected, ttl=60)
        with pytest.raises(Conflict):
            await store.save("s", bytes(1000), version="3", expected="1", ttl=60)
        assert keys().splitlines() == ["*1", "$10", "mbasic:{s}"]
        for turn in range(50):
            save = asyncio.ensure_future(store.save("t", bytes(300_000), version=f"{turn}", expected=None, ttl=1.0))
            await asyncio.sleep(turn / 50 * 0.004)
            save.cancel()
            await asyncio.gather(save, return_exceptions=True)
        end = asyncio.get_running_loop().time() + 3.0  # what was cancelled between its two halves expires
        while keys().splitlines() != ["*1", "$10", "mbasic:{s}"]:
            assert asyncio.get_running_loop().time() < end, keys()
            await asyncio.sleep(0.05)

    run(make(own.url, timeout=1.0), story)


def test_a_save_whose_bytes_are_gone_when_it_comes_to_them_is_not_confirmed(
    own: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_two_pieces(client: object, *commands: tuple[object, ...]) -> list[object]:
        spare, swap = commands
        stored = await together(client, spare)
        own.command("DEL", str(spare[1]))
        return [*stored, *await together(client, swap)]

    async def story(store: RedisStore) -> None:
        await store.save("s", b"old", version="1", expected=None, ttl=60)
        monkeypatch.setattr(driver, "together", in_two_pieces)
        with pytest.raises(Unavailable, match=r"mbasic:\{s\} was gone"):
            await store.save("s", b"new", version="2", expected="1", ttl=60)
        monkeypatch.undo()
        assert await store.load("s") == Record(b"old", "1")

    together = driver.together
    run(make(own.url), story)


def test_versions_are_short(own: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        long = "v" * 255
        await store.save("s", b"data", version=long, expected=None, ttl=60)
        assert await store.load("s") == Record(b"data", long)
        assert await store.versions(["s"]) == {"s": long}
        with pytest.raises(Rejected, match="255"):
            await store.save("s", b"", version=long + "v", expected=long, ttl=60)

    run(make(own.url), story)
