"""A primary that dies behind three Sentinels while its replica lags: the session goes on from the owner's memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
            await user.judge()

    with _guarded(tmp_path) as (primary, replica, wire, url):
        asyncio.run(story(primary, replica, wire, url))


async def _head(server: RedisServer) -> Head:
    """Of the record that this server has."""
    store = await opened(server.url)
    record = await store.load(ID)
    await store.close()
    assert record is not None
    return parse(record.data, ID).head


@contextmanager
def _guarded(path: Path) -> Iterator[tuple[RedisServer, RedisServer, Proxy, str]]:
    """A primary behind a wire, its replica, three Sentinels, and the URL that asks them."""
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
        yield primary, replica, wire, f"redis+sentinel://{hosts}/main/0"


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end, "the servers did not find together"
        time.sleep(0.05)
