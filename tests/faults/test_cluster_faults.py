"""A Redis Cluster of three primaries and three replicas that loses the primary of a session that is running."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.play import Seconds, play
from tests.faults.user import ID, User
from tests.servers import RedisClusterServers

pytestmark = pytest.mark.faults

BACK = 20.0  # seconds from the crash; the nodes wait 2, vote, and clients learn of it


def test_the_primary_of_a_session_dies_and_its_replica_takes_over(tmp_path: Path) -> None:
    async def story(user: User, servers: RedisClusterServers) -> Seconds:
        primary = servers.owner(f"mbasic:{{{ID}}}")
        replica = servers.replicas[servers.nodes.index(primary)]
        await asyncio.to_thread(primary.kill)
        begun = time.monotonic()
        while "role:master" not in await asyncio.to_thread(replica.command, "INFO", "replication"):
            assert time.monotonic() - begun < BACK, "the replica is not promoted"
            await asyncio.sleep(0.05)
        promoted = time.monotonic() - begun
        after = await user.back(within=BACK)
        await asyncio.to_thread(primary.restart)  # comes back as the replica of what was its own
        await user.back(within=BACK)
        return {"promoted": promoted, "back_after_promotion": after}

    played = play("fail-over in a cluster", RedisClusterServers(tmp_path, replicas=1), story)
    assert not played.lost
    assert played.seconds["back_after_promotion"] < BACK


def test_a_primary_that_is_stalled_for_ten_seconds_and_finds_itself_replaced(tmp_path: Path) -> None:
    async def story(user: User, servers: RedisClusterServers) -> Seconds:
        primary = servers.owner(f"mbasic:{{{ID}}}")
        primary.pause()
        begun = time.monotonic()
        back = await user.back(within=BACK)
        await asyncio.sleep(10.0 - (time.monotonic() - begun))
        primary.resume()  # what arrived there meanwhile is done, and forgotten with the rest
        await user.back(within=BACK)
        return {"back_after_stall": back}

    played = play("primary in a cluster stalled for 10 s", RedisClusterServers(tmp_path, replicas=1), story)
    assert not played.lost
    assert played.seconds["back_after_stall"] < BACK
