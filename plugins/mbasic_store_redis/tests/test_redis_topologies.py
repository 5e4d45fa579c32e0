"""The Redis store on a cluster and behind Sentinel: the whole contract, and what happens when a server dies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbasic_core.storage import Conflict, Record, Rejected, SessionStore, StoreConfig, Unavailable
from mbasic_core.testing import StoreConformance
from mbasic_store_redis import RedisStore
from tests.servers import RedisClusterServers, SentinelServers, free_port


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisClusterServers]:
    with RedisClusterServers(tmp_path_factory.mktemp("cluster")) as servers:
        yield servers


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelServers]:
    with SentinelServers(tmp_path_factory.mktemp("guarded")) as servers:
        yield servers


def make(url: str, timeout: float = 3.0) -> RedisStore:
    return RedisStore(StoreConfig(url, timeout=timeout, data_dir=Path("/nowhere")))


class TestOnACluster(StoreConformance):
    @pytest.fixture(autouse=True)
    def _servers(self, cluster: RedisClusterServers) -> None:
        self.servers = cluster

    def make_store(self) -> SessionStore:
        return make(self.servers.url)


class TestBehindSentinel(StoreConformance):
    @pytest.fixture(autouse=True)
    def _servers(self, guarded: SentinelServers) -> None:
        self.servers = guarded

    def make_store(self) -> SessionStore:
        return make(self.servers.url)


async def _save_until_it_works(store: SessionStore, id: str, data: bytes, version: str, expected: str | None) -> int:
    """Repeat one save until it is confirmed, as the contract says one may; return how often it was Unavailable."""
    end = time.monotonic() + 30
    failures = 0
    while True:
        try:
            await store.save(id, data, version=version, expected=expected, ttl=60)
        except Unavailable:
            assert time.monotonic() < end, "no save succeeded after the fail-over"
            failures += 1
            await asyncio.sleep(0.1)
        else:
            return failures


def test_a_session_moves_with_the_fail_over_of_sentinel(tmp_path: Path) -> None:
    async def story(servers: SentinelServers) -> None:
        store = make(servers.url, timeout=1.0)
        await store.open()
        assert store.traits.durable is False
        await store.save("s", b"before", version="1", expected=None, ttl=60)
        await asyncio.sleep(0.5)  # the replica follows behind
        servers.master.kill()
        failures = await _save_until_it_works(store, "s", b"after", "2", "1")
        assert failures > 0
        assert await store.load("s") == Record(b"after", "2")
        await store.close()
        later = make(servers.url)
        await later.open()
        assert await later.versions(["s"]) == {"s": "2"}
        await later.close()

    with SentinelServers(tmp_path) as servers:
        asyncio.run(story(servers))


def test_a_sentinel_that_is_gone_leaves_time_to_ask_the_next(guarded: SentinelServers) -> None:
    async def story() -> None:
        store = make(guarded.url.replace("//", f"//127.0.0.1:{free_port()},"))
        await store.open()
        await store.ping()
        assert await store.load("nobody's") is None
        await store.close()

    asyncio.run(story())


def test_a_service_that_sentinel_does_not_know_is_rejected_by_name(guarded: SentinelServers) -> None:
    with pytest.raises(Rejected, match=r"'nobody': Sentinel knows no such name, only \['mymaster'\]"):
        asyncio.run(make(guarded.url.replace("mymaster", "nobody")).open())


def test_a_lost_node_takes_its_own_sessions_only_and_brings_them_back(tmp_path: Path) -> None:
    async def story(servers: RedisClusterServers) -> None:
        store = make(servers.url, timeout=1.0)
        await store.open()
        assert store.traits.durable is True
        ids = [f"s{n}" for n in range(30)]
        for id in ids:
            await store.save(id, id.encode(), version="1", expected=None, ttl=60)
        assert await store.versions(ids) == dict.fromkeys(ids, "1")
        assert {id async for id in store.scan("s")} == set(ids)
        servers.nodes[1].kill()
        lost = []
        for id in ids:
            try:
                record = await store.load(id)
            except Unavailable:
                lost.append(id)
            else:
                assert record == Record(id.encode(), "1")
        assert 0 < len(lost) < len(ids)
        servers.nodes[1].restart()
        for id in ids:
            await _save_until_it_works(store, id, b"new", "2", "1")
        assert await store.versions(ids) == dict.fromkeys(ids, "2")
        await store.close()

    with RedisClusterServers(tmp_path) as servers:
        asyncio.run(story(servers))


def test_a_slot_that_moves_to_another_node_serves_all_the_while(tmp_path: Path) -> None:
    """Half of its keys are there and half still here, and nobody hurries."""

    async def story(servers: RedisClusterServers) -> None:
        store = make(servers.url)
        await store.open()
        for id in ("s", "s/stays"):
            await store.save(id, b"1", version="1", expected=None, ttl=60)
        source = servers.owner("mbasic:{s}")
        target = next(node for node in servers.nodes if node is not source)
        slot = source.command("CLUSTER", "KEYSLOT", "mbasic:{s}")[1:]
        for node, way, other in ((target, "IMPORTING", source), (source, "MIGRATING", target)):
            name = other.command("CLUSTER", "MYID").splitlines()[1]
            assert node.command("CLUSTER", "SETSLOT", slot, way, name) == "+OK"
        assert source.command("MIGRATE", "127.0.0.1", str(target.port), "mbasic:{s}", "0", "5000") == "+OK"
        ids = ("s", "s/stays", "s/new")
        await store.save("s/new", b"1", version="1", expected=None, ttl=60)
        assert await store.versions(ids) == dict.fromkeys(ids, "1")
        for id in ids:
            await store.save(id, b"2", version="2", expected="1", ttl=60)
            with pytest.raises(Conflict):
                await store.save(id, b"3", version="3", expected="1", ttl=60)
            await store.touch(id, expected="2", ttl=60)
            assert await store.load(id) == Record(b"2", "2")
            assert await store.delete(id)
        await store.close()

    with RedisClusterServers(tmp_path) as servers:
        asyncio.run(story(servers))


def test_all_records_of_a_session_are_on_one_node(cluster: RedisClusterServers) -> None:
    slots = {cluster.nodes[0].command("CLUSTER", "KEYSLOT", f"mbasic:{{who}}{rest}") for rest in ("", "/disk/1", "/x")}
    assert len(slots) == 1


def test_one_node_of_a_cluster_as_a_plain_server_is_rejected(cluster: RedisClusterServers) -> None:
    async def story() -> None:
        store = make(cluster.nodes[0].url)
        await store.open()
        for n in range(30):
            await store.save(f"t{n}", b"", version="1", expected=None, ttl=60)

    with pytest.raises(Rejected, match=r"MOVED|[Mm]oved"):
        asyncio.run(story())
