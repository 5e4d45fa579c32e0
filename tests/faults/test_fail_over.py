"""Three Sentinels, a primary that wants one good replica, and its replica: what happens when one of them fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mbasic_core.session.record import Head, parse
from tests.faults.proxy import Proxy
from tests.faults.user import ID, User, opened, within
from tests.servers import RedisServer

pytestmark = pytest.mark.faults

DOWN_AFTER = 1.0  # seconds of silence after which a Sentinel calls the primary dead
BACK = 20.0


def test_a_replica_that_lags_is_promoted(tmp_path: Path) -> None:
    async def story(primary: RedisServer, replica: RedisServer, wire: Proxy, url: str) -> None:
        async with User(url) as user:
            wire.hold.set()  # the replica answers, yet gets nothing more: the primary still counts it as good
            n = user.tab.n
            await within(5.0, lambda: user.acknowledged > n)
            saved = user.head.epoch, user.head.seq
            user.forget()
            await asyncio.to_thread(primary.kill)
            wire.close()
            begun = time.monotonic()
            before = await _head(replica)
            assert (before.epoch, before.seq) < saved, "the replica does not lag"
            await asyncio.to_thread(_until, lambda: "role:master" in replica.command("INFO", "replication"))
            promoted = time.monotonic() - begun
            after = await user.back(within=BACK)
            user.report(
                f"fail-over from save {saved[1]} to {before.seq}", promoted=promoted, back_after_promotion=after
            )
            await user.judge_banner()
            await user.judge()

    with _guarded(tmp_path) as servers:
        asyncio.run(story(servers.primary, servers.replica, servers.wire, servers.url))


def test_a_primary_that_is_stalled_for_ten_seconds_and_finds_itself_replaced(tmp_path: Path) -> None:
    async def story(servers: _Guarded) -> None:
        async with User(servers.url) as user:
            servers.primary.pause()
            begun = time.monotonic()
            await asyncio.to_thread(_until, lambda: "role:master" in servers.replica.command("INFO", "replication"))
            promoted = time.monotonic() - begun
            after = await user.back(within=BACK)
            user.report("primary stalled for 10 s", promoted=promoted, back_after_promotion=after)
            await asyncio.sleep(10.0 - (time.monotonic() - begun))
            servers.primary.resume()  # what arrived there meanwhile is done, and forgotten when it follows the new one
            await asyncio.to_thread(_until, lambda: "role:slave" in servers.primary.command("INFO", "replication"))
            await user.back(within=BACK)
            await user.judge_banner()
            await user.judge()

    with _guarded(tmp_path) as servers:
        asyncio.run(story(servers))


def test_a_primary_without_its_replica_takes_no_saves(tmp_path: Path) -> None:
    async def story(servers: _Guarded) -> None:
        async with User(servers.url) as user:
            await asyncio.to_thread(servers.replica.kill)
            noticed = await within(BACK, lambda: user.session.saved == "not saved")
            acknowledged = user.acknowledged
            await asyncio.sleep(2.0)
            assert user.acknowledged == acknowledged, "acknowledged, yet on one server only"
            await asyncio.to_thread(servers.replica.restart)
            back = await user.back(within=BACK)
            user.report("replica gone for 2 s", noticed=noticed, back=back)
            await user.judge_banner()
            await user.judge()

    with _guarded(tmp_path) as servers:
        asyncio.run(story(servers))


def test_sentinels_that_are_gone_are_not_missed_until_something_else_fails(tmp_path: Path) -> None:
    async def story(servers: _Guarded) -> None:
        async with User(servers.url) as user:
            for sentinel in servers.sentinels:
                await asyncio.to_thread(sentinel.kill)
            for _ in range(5):
                await user.back(within=5.0)
            assert "not saved" not in user.seen
            for sentinel in servers.sentinels:
                await asyncio.to_thread(sentinel.restart)
            await user.judge()

    with _guarded(tmp_path) as servers:
        asyncio.run(story(servers))


@dataclass
class _Guarded:
    """The servers, the wire between primary and replica, and the URL that asks the Sentinels."""

    primary: RedisServer
    replica: RedisServer
    wire: Proxy
    sentinels: list[RedisServer]
    url: str


async def _head(server: RedisServer) -> Head:
    """Of the record that this server has."""
    store = await opened(server.url)
    record = await store.load(ID)
    await store.close()
    assert record is not None
    return parse(record.data, ID).head


@contextmanager
def _guarded(path: Path) -> Iterator[_Guarded]:
    with ExitStack() as undo:
        options = {"min-replicas-to-write": "1", "min-replicas-max-lag": "10"}
        primary = undo.enter_context(RedisServer(path / "primary", options=options))
        wire = undo.enter_context(Proxy(primary.address))
        address = f"127.0.0.1 {wire.port}"
        replica = undo.enter_context(RedisServer(path / "replica", options={"replicaof": address}))
        _until(lambda: "master_link_status:up" in replica.command("INFO", "replication"))
        _until(lambda: "min_slaves_good_slaves:1" in primary.command("INFO", "replication"))
        sentinels = [
            undo.enter_context(
                RedisServer(
                    path / f"sentinel{n}",
                    options={
                        "sentinel monitor": f"main {address} 2",
                        "sentinel down-after-milliseconds": f"main {DOWN_AFTER * 1000:.0f}",
                        "sentinel failover-timeout": "main 5000",
                    },
                    mode="--sentinel",
                )
            )
            for n in range(3)
        ]
        _until(lambda: all("slaves=1,sentinels=3" in sentinel.command("INFO", "sentinel") for sentinel in sentinels))
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
        yield _Guarded(primary, replica, wire, sentinels, f"redis+sentinel://{hosts}/main/0")


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end, "the servers did not find together"
        time.sleep(0.05)
