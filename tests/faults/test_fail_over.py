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
from tests.faults.play import Seconds, play
from tests.faults.proxy import Proxy
from tests.faults.user import ID, User, opened, within
from tests.servers import RedisServer

pytestmark = pytest.mark.faults

DOWN_AFTER = 1.0  # seconds of silence after which a Sentinel calls the primary dead
BACK = 20.0


def test_a_replica_that_lags_is_promoted(tmp_path: Path) -> None:
    async def story(user: User, servers: _Guarded) -> Seconds:
        servers.wire.hold.set()  # the replica answers, yet gets nothing more: the primary still counts it as good
        n = user.tab.n
        await within(5.0, lambda: user.acknowledged > n)
        saved = user.head.epoch, user.head.seq
        user.forget()
        await asyncio.to_thread(servers.primary.kill)
        servers.wire.close()
        begun = time.monotonic()
        before = await _head(servers.replica)
        assert (before.epoch, before.seq) < saved, "the replica does not lag"
        promoted = await servers.promotion(begun)
        return {"promoted": promoted, "back_after_promotion": await user.back(within=BACK)}

    played = play("fail-over to a replica that lags", _guarded(tmp_path), story, banner=True)
    assert not played.lost
    assert played.seconds["back_after_promotion"] < BACK


def test_a_primary_that_is_stalled_for_ten_seconds_and_finds_itself_replaced(tmp_path: Path) -> None:
    async def story(user: User, servers: _Guarded) -> Seconds:
        servers.primary.pause()
        begun = time.monotonic()
        promoted = await servers.promotion(begun)
        after = await user.back(within=BACK)
        await asyncio.sleep(10.0 - (time.monotonic() - begun))
        servers.primary.resume()  # what arrived there meanwhile is done, and forgotten when it follows the new one
        await asyncio.to_thread(_until, lambda: "role:slave" in servers.primary.command("INFO", "replication"))
        await user.back(within=BACK)
        return {"promoted": promoted, "back_after_promotion": after}

    played = play("primary stalled for 10 s", _guarded(tmp_path), story, banner=True)
    assert not played.lost
    assert played.seconds["back_after_promotion"] < BACK


def test_a_primary_without_its_replica_takes_no_saves(tmp_path: Path) -> None:
    async def story(user: User, servers: _Guarded) -> Seconds:
        await asyncio.to_thread(servers.replica.kill)
        noticed = await within(BACK, lambda: user.session.saved == "not saved")
        acknowledged = user.acknowledged
        await asyncio.sleep(2.0)
        assert user.acknowledged == acknowledged, "acknowledged, yet on one server only"
        await asyncio.to_thread(servers.replica.restart)
        return {"noticed": noticed, "back": await user.back(within=BACK)}

    played = play("replica gone for 2 s", _guarded(tmp_path), story, banner=True)
    assert not played.lost
    assert played.seconds["back"] < BACK


def test_sentinels_that_are_gone_are_not_missed_until_something_else_fails(tmp_path: Path) -> None:
    async def story(user: User, servers: _Guarded) -> Seconds:
        for sentinel in servers.sentinels:
            await asyncio.to_thread(sentinel.kill)
        longest = max([await user.back(within=5.0) for _ in range(5)])
        for sentinel in servers.sentinels:
            await asyncio.to_thread(sentinel.restart)
        return {"back": longest}

    played = play("all sentinels gone", _guarded(tmp_path), story)
    assert not played.lost
    assert "not saved" not in played.seen


@dataclass
class _Guarded:
    """The servers, the wire between primary and replica, and the URL that asks the Sentinels."""

    primary: RedisServer
    replica: RedisServer
    wire: Proxy
    sentinels: list[RedisServer]
    url: str

    async def promotion(self, begun: float) -> float:
        """Wait until the replica is the primary; the seconds since `begun`."""
        await asyncio.to_thread(_until, lambda: "role:master" in self.replica.command("INFO", "replication"))
        return time.monotonic() - begun


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
