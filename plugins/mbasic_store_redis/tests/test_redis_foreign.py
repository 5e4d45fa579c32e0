"""Keys of somebody else under our prefix: never listed, never written over, named when they are in the way."""

from __future__ import annotations

import pytest

from mbasic_core.storage import Conflict, Rejected
from mbasic_store_redis import RedisStore
from plugins.mbasic_store_redis.tests.redis_stores import make, run
from tests.servers import RedisServer


def test_keys_of_others_under_the_same_prefix_are_not_listed(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("mine", b"", version="1", expected=None, ttl=60)
        shared.command("HSET", "mixed:{hash}", "d", "x")
        for key in ("{text}", "{mine}/text", "{odd", "user"):
            shared.command("SET", f"mixed:{key}", "x")
        assert [id async for id in store.scan()] == ["mine"]
        assert [id async for id in store.scan("mine/")] == []

    run(make(shared.url, namespace="mixed:"), story)


def test_a_page_of_a_listing_with_nothing_but_keys_of_others_is_no_end(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        for n in range(1200):
            shared.command("SET", f"many:{{text{n}}}", "x")
        for n in range(3):
            await store.save(f"mine{n}", b"", version="1", expected=None, ttl=60)
        assert sorted([id async for id in store.scan()]) == ["mine0", "mine1", "mine2"]

    run(make(shared.url, namespace="many:"), story)


def test_a_key_of_another_kind_is_named_and_hides_no_other(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("mine", b"", version="1", expected=None, ttl=60)
        assert shared.command("HSET", "mbasic:{theirs}", "d", "x") == ":1"
        for call in (
            store.load("theirs"),
            store.save("theirs", b"", version="1", expected=None, ttl=60),
            store.touch("theirs", expected="1", ttl=60),
            store.delete("theirs"),
        ):
            with pytest.raises(Rejected, match=r"key mbasic:\{theirs\}: this is no record of a session: .*WRONGTYPE"):
                await call
        assert await store.versions(["mine", "theirs"]) == {"mine": "1"}
        assert shared.command("HGET", "mbasic:{theirs}", "d").endswith("x")

    run(make(shared.url), story)


@pytest.mark.parametrize("text", ["x", "mb1", "another-one"])
def test_a_string_of_somebody_else_is_named_and_never_written_over(each: RedisServer, text: str) -> None:
    async def story(store: RedisStore) -> None:
        assert each.command("SET", "mbasic:{text}", text) == "+OK"
        said = r"key mbasic:\{text\}: this is no record of a session: remove that key, or give mbasic a namespace"
        with pytest.raises(Rejected, match=said):
            await store.load("text")
        for expected in (None, "1"):
            with pytest.raises(Rejected, match=said):
                await store.save("text", b"", version="2", expected=expected, ttl=60)
        with pytest.raises(Conflict):
            await store.touch("text", expected="1", ttl=60)
        assert await store.versions(["text"]) == {}
        assert await store.delete("text") is False
        assert await store.delete("text", expected="1") is False
        assert each.command("GET", "mbasic:{text}").endswith(text)
        assert each.command("KEYS", "*").splitlines()[2:] == ["mbasic:{text}"]  # what was to replace it is gone

    run(make(each.url), story)
