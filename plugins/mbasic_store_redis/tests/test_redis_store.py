"""The Redis store on a real server: the whole contract, and what Redis alone can do to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mbasic_core.storage import Conflict, Record, Rejected, SessionStore, StoreConfig, Unavailable
from mbasic_core.testing import StoreConformance
from mbasic_core.testing.checks import StoreFactory, check_durable
from mbasic_store_redis import RedisStore, driver, mbasic_stores
from tests.servers import RedisServer, free_port, redis_binaries


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis"), options={"databases": "16"}) as server:
        yield server


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    socket = Path("/tmp") / f"mbasic-{free_port()}.sock"  # a socket's path must be short
    options = {"unixsocket": str(socket)}
    with RedisServer(tmp_path / "redis", aof=True, options=options) as server:
        yield server


@pytest.fixture(scope="module", params=redis_binaries()[1:], ids=lambda binary: Path(binary).parts[-3])
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("other"), aof=True, binary=request.param) as server:
        yield server


def make(url: str, *, timeout: float = 3.0, namespace: str = "mbasic:") -> RedisStore:
    return RedisStore(StoreConfig(url, namespace=namespace, timeout=timeout, data_dir=Path("/nowhere")))


def run(store: SessionStore, story: Callable[[Any], Coroutine[object, object, None]]) -> None:
    async def tell() -> None:
        await store.open()
        try:
            await story(store)
        finally:
            await store.close()

    asyncio.run(tell())


class TestRedisStore(StoreConformance):
    @pytest.fixture(autouse=True)
    def _server(self, shared: RedisServer) -> None:
        self.server = shared

    def make_store(self) -> SessionStore:
        return make(self.server.url)

    def make_other(self) -> SessionStore:
        return make(self.server.url, namespace="other:")

    def elsewhere(self) -> StoreFactory:
        return partial(RedisStore, StoreConfig(self.server.url, timeout=30.0, data_dir=Path()))


class TestOtherServersThatAreHere(StoreConformance):
    """Redis 6.2 and Valkey from their wheels, beside the server of the PATH."""

    @pytest.fixture(autouse=True)
    def _server(self, other: RedisServer) -> None:
        self.server = other

    def make_store(self) -> SessionStore:
        return make(self.server.url)

    def elsewhere(self) -> StoreFactory:
        return partial(RedisStore, StoreConfig(self.server.url, timeout=30.0, data_dir=Path()))

    def test_durable(self, other: RedisServer) -> None:
        asyncio.run(check_durable(self.make_store, other.restart))

    def test_full(self, other: RedisServer) -> None:
        run(self.make_store(), partial(_fill, other))

    def test_read_only(self, other: RedisServer) -> None:
        run(self.make_store(), partial(_make_read_only, other))


class _OwnServer(StoreConformance):
    timeout = 1.0

    @pytest.fixture(autouse=True)
    def _server(self, own: RedisServer) -> None:
        self.server = own

    def make_store(self) -> SessionStore:
        return make(self.server.url, timeout=self.timeout)

    def restart(self) -> None:
        self.server.restart()

    test_contract = None  # type: ignore[assignment]  # once is enough


class TestRedisThatIsKilled(_OwnServer):
    @contextmanager
    def outage(self) -> Iterator[None]:
        self.server.kill()
        yield
        self.server.restart()


class TestRedisThatFreezes(_OwnServer):
    @contextmanager
    def outage(self) -> Iterator[None]:
        self.server.pause()
        yield
        self.server.resume()


def test_the_hook_offers_five_schemes_and_imports_no_driver() -> None:
    assert [spec.scheme for spec in mbasic_stores()] == [
        "redis",
        "rediss",
        "redis+unix",
        "redis+sentinel",
        "redis+cluster",
    ]


def test_a_unix_socket_serves_too(own: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("s", b"data", version="1", expected=None, ttl=60)
        assert await store.load("s") == Record(b"data", "1")
        assert store.traits.durable is True

    run(make(f"redis+unix://{own._options['unixsocket']}?db=1"), story)


def test_a_server_without_a_log_is_not_durable(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        assert (store.traits.scope, store.traits.durable) == ("network", False)

    run(make(shared.url), story)


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


def test_keys_of_others_under_the_same_prefix_are_not_records(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        shared.command("HSET", "mixed:{s}", "d", "x")
        shared.command("SET", "mixed:{odd", "x")
        shared.command("SET", "mixed:user", "x")
        assert [id async for id in store.scan()] == []
        with pytest.raises(Rejected, match="WRONGTYPE"):
            await store.load("s")

    run(make(shared.url, namespace="mixed:"), story)


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


def test_a_full_server_rejects_and_keeps_what_it_has(own: RedisServer) -> None:
    run(make(own.url), partial(_fill, own))


async def _fill(server: RedisServer, store: SessionStore) -> None:
    await store.save("full", b"old", version="1", expected=None, ttl=60)
    server.command("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(Rejected, match="full"):
        await store.save("full", bytes(1000), version="2", expected="1", ttl=60)
    assert await store.load("full") == Record(b"old", "1")
    server.command("CONFIG", "SET", "maxmemory", "0")
    await store.save("full", b"new", version="2", expected="1", ttl=60)


def test_a_master_that_became_a_replica_is_unavailable_until_it_is_master_again(own: RedisServer) -> None:
    run(make(own.url), partial(_make_read_only, own))


async def _make_read_only(server: RedisServer, store: SessionStore) -> None:
    await store.save("read", b"old", version="1", expected=None, ttl=60)
    server.command("REPLICAOF", "127.0.0.1", str(free_port()))
    with pytest.raises(Unavailable, match=r"(?i)read.?only"):
        await store.save("read", b"new", version="2", expected="1", ttl=60)
    server.command("REPLICAOF", "NO", "ONE")
    await store.save("read", b"new", version="2", expected="1", ttl=60)


def test_a_cut_connection_is_made_anew(own: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await asyncio.gather(*(store.ping() for _ in range(20)))
        own.command("CLIENT", "KILL", "TYPE", "normal")
        await asyncio.sleep(0.05)
        await asyncio.gather(*(store.ping() for _ in range(20)))
        own.restart()
        await store.ping()

    run(make(own.url), story)


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


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:notaport/0",
        "redis://127.0.0.1/0?no_such_option=1",
        "redis://127.0.0.1/0?socket_timeout=soon",
        "redis+sentinel://127.0.0.1:26379",
        "redis+sentinel:///mymaster",
        "redis+sentinel://127.0.0.1/mymaster/zero",
        "redis+cluster://127.0.0.1:7000/3",
        "redis+cluster://:secret@127.0.0.1:port",
    ],
)
def test_a_url_without_sense_is_rejected(url: str) -> None:
    with pytest.raises(Rejected, match="no URL") as refused:
        make(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("redis://:sesame@127.0.0.1:63x9/0", "63x9"),
        ("redis://:sesame@127.0.0.1/zero", "'zero' is no number"),
        ("redis://:sesame@127.0.0.1/0?sockettimeout=3", "sockettimeout"),
        ("redis:/127.0.0.1/0", "two slashes"),
        ("redis://:ses/ame@127.0.0.1:6379/0", "%2F"),
        ("redis+sentinel://:sesame@127.0.0.1", "names no service"),
        ("rediss://:sesame@127.0.0.1/0?ssl_ca_certs=/nowhere/ca.pem", "No such file or directory: '/nowhere/ca.pem'"),
        ("redis+sentinel://:sesame@127.0.0.1/m?ssl=1&ssl_keyfile=/nowhere/key", "'/nowhere/key'"),
    ],
)
def test_what_is_wrong_in_a_url_is_named_and_its_password_is_not(url: str, part: str) -> None:
    with pytest.raises(Rejected) as refused:
        make(url)
    assert part in str(refused.value)
    assert "ses" not in str(refused.value)


def test_a_key_of_another_kind_is_named_and_hides_no_other(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        await store.save("mine", b"", version="1", expected=None, ttl=60)
        assert shared.command("HSET", "mbasic:{theirs}", "d", "x") == ":1"
        with pytest.raises(Rejected, match=r"key mbasic:\{theirs\}.*WRONGTYPE"):
            await store.load("theirs")
        with pytest.raises(Rejected, match=r"key mbasic:\{theirs\}.*WRONGTYPE"):
            await store.save("theirs", b"", version="1", expected=None, ttl=60)
        assert await store.versions(["mine", "theirs"]) == {"mine": "1"}
        assert shared.command("HGET", "mbasic:{theirs}", "d").endswith("x")

    run(make(shared.url), story)


def test_a_string_of_somebody_else_is_no_record(shared: RedisServer) -> None:
    async def story(store: RedisStore) -> None:
        for text in ("x", "mb1", "another-one"):
            assert shared.command("SET", "mbasic:{text}", text) == "+OK"
            with pytest.raises(Rejected, match=r"key mbasic:\{text\}: this is no record"):
                await store.load("text")
            for expected in (None, "1"):
                with pytest.raises(Conflict):
                    await store.save("text", b"", version="2", expected=expected, ttl=60)
            with pytest.raises(Conflict):
                await store.touch("text", expected="1", ttl=60)
            assert await store.versions(["text"]) == {}
            assert shared.command("GET", "mbasic:{text}").endswith(text)
        assert await store.delete("text") is False

    run(make(shared.url), story)


def test_a_lone_server_is_no_cluster(shared: RedisServer) -> None:
    with pytest.raises(Rejected, match="no part of a cluster"):
        asyncio.run(make(shared.url.replace("redis:", "redis+cluster:")[:-2]).open())


def test_what_may_lose_sessions_is_said_in_the_log(own: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    async def story(store: RedisStore) -> None:
        pass

    run(make(own.url), story)
    assert not caplog.messages
    own.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    run(make(own.url), story)
    assert [text.partition(": ")[2][:34] for text in caplog.messages] == ["maxmemory-policy is allkeys-lru: wh"[:34]]
    caplog.clear()
    own.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
    own.command("CONFIG", "SET", "appendonly", "no")
    run(make(own.url), story)
    assert len(caplog.messages) == 1
    assert "appendonly is no" in caplog.messages[0]


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
