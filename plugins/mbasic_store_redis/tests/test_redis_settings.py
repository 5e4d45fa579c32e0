"""How the server is set up: passwords, rights, and what may lose sessions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mbasic_core.storage import Record, Rejected
from mbasic_store_redis import RedisStore
from plugins.mbasic_store_redis.tests.redis_stores import make, run, said
from tests.servers import RedisServer


def test_a_password_is_needed_and_never_shown(tmp_path: Path) -> None:
    with RedisServer(tmp_path, options={"requirepass": "sesame"}) as server:
        for login in ("", ":wrong-one@", "nobody:wrong-one@"):
            store = make(f"redis://{login}127.0.0.1:{server.port}/0")
            with pytest.raises(Rejected, match="let us in") as refused:
                asyncio.run(store.open())
            assert "wrong-one" not in str(refused.value)

        async def story(store: RedisStore) -> None:
            await store.ping()

        run(make(f"redis://:sesame@127.0.0.1:{server.port}/0"), story)


def test_a_server_without_a_log_is_not_durable(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        assert (store.traits.scope, store.traits.durable) == ("network", False)

    run(make(shared.url), story)


def test_what_may_lose_sessions_is_said_in_the_log(own: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    async def story(store: RedisStore) -> bool:
        return store.traits.durable

    assert run(make(own.url), story) is True
    assert not caplog.messages
    own.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    assert run(make(own.url), story) is True
    assert [text.split(": ")[1] for text in caplog.messages] == ["maxmemory-policy is allkeys-lru"]
    caplog.clear()
    own.command("CONFIG", "SET", "appendonly", "no")
    assert run(make(own.url), story) is False
    assert [text.split(": ")[1] for text in caplog.messages] == ["appendonly is no", "maxmemory-policy is allkeys-lru"]


def test_the_rights_that_the_readme_names_are_enough(own: RedisServer) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    rights = readme.partition("needs these rights: `")[2].partition("`")[0].split()
    assert own.command("ACL", "SETUSER", "least", "on", ">sesame", "-@all", *rights) == "+OK"

    async def story(store: RedisStore) -> None:
        await store.save("s", b"", version="1", expected=None, ttl=60)
        own.command("SCRIPT", "FLUSH")
        await store.save("s", b"data", version="2", expected="1", ttl=60)
        await store.touch("s", expected="2", ttl=60)
        assert await store.versions(["s"]) == {"s": "2"}
        assert await store.load("s") == Record(b"data", "2")
        assert [id async for id in store.scan()] == ["s"]
        assert await store.delete("s")
        assert store.traits.durable is True

    run(make(f"redis://least:sesame@127.0.0.1:{own.port}/0"), story)


def test_a_server_that_does_not_say_is_not_durable(own: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    own.command("ACL", "SETUSER", "shy", "on", ">sesame", "~mbasic:*", "+@all", "-info")

    async def story(store: RedisStore) -> None:
        assert store.traits.durable is False
        await store.save("s", b"", version="1", expected=None, ttl=60)

    run(make(f"redis://shy:sesame@127.0.0.1:{own.port}/0"), story)
    assert "not known whether it outlives a restart" in caplog.text
    assert "sesame" not in caplog.text


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("-@scripting", "'evalsha' command"),
        ("-set", "'set' command"),
        ("-rename", "can't run this command or subcommand"),
        ("-getrange", "can't run this command or subcommand"),
    ],
)
def test_a_right_that_is_missing_is_refused_and_named(own: RedisServer, missing: str, words: str) -> None:
    assert own.command("ACL", "SETUSER", "few", "on", ">sesame", "~mbasic:*", "+@all", missing) == "+OK"

    async def story(store: RedisStore) -> str:
        with pytest.raises(Rejected, match=r"^Redis does not let us in, redis://few:\*\*\*@") as refused:
            await store.save("s", b"", version="1", expected=None, ttl=60)
        assert await store.load("s") is None
        return str(refused.value)

    assert words in run(make(f"redis://few:sesame@127.0.0.1:{own.port}/0"), story)


@pytest.mark.parametrize("removed", ["-config", "-script", "-client", "-acl"])
def test_rights_of_an_administrator_are_not_needed(own: RedisServer, removed: str) -> None:
    assert own.command("ACL", "SETUSER", "plain", "on", ">sesame", "~mbasic:*", "+@all", removed) == "+OK"

    async def story(store: RedisStore) -> Record | None:
        await store.save("s", b"data", version="1", expected=None, ttl=60)
        return await store.load("s")

    assert run(make(f"redis://plain:sesame@127.0.0.1:{own.port}/0"), story) == Record(b"data", "1")


def test_a_password_where_none_is_wanted_is_rejected(own: RedisServer) -> None:
    for login in (":sesame", "joe:sesame"):
        text = said(f"redis://{login}@127.0.0.1:{own.port}/0", Rejected)
        assert text.startswith("Redis does not let us in, ")
        assert "sesame" not in text
