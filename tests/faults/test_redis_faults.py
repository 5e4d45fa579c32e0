"""One Redis that fails in every way: what the user sees, how long it takes, and that nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest

from mbasic_core.session import SessionService
from mbasic_core.storage import Unavailable
from tests.faults.play import Seconds, play
from tests.faults.proxy import Proxy
from tests.faults.user import ID, User, opened, within
from tests.servers import RedisServer, free_port

pytestmark = pytest.mark.faults

AWAY = 2.0  # seconds that a server is away
BACK = 5.0  # seconds within which a server that is back must be noticed; the pause between two tries grows to 2
REFUSED = 8.0  # seconds within which the end of a refusal must be noticed; the pause between two tries is 5


def test_killed_in_mid_session_and_restarted_with_its_log(tmp_path: Path) -> None:
    async def story(user: User, server: RedisServer) -> Seconds:
        assert user.traits.durable
        await asyncio.to_thread(server.kill)
        noticed = await within(BACK, lambda: user.session.saved == "not saved")
        printed, acknowledged = user.printed, user.acknowledged
        await asyncio.sleep(AWAY)
        assert user.printed > printed, "the program does not go on"
        assert user.acknowledged == acknowledged, "acknowledged, yet there is no store"
        await asyncio.to_thread(server.restart)
        return {"noticed": noticed, "back": await user.back(within=BACK)}

    played = play("killed, restarted with its log", RedisServer(tmp_path, aof=True), story)
    assert not played.lost
    assert played.seconds["back"] < BACK


def test_restarted_empty(tmp_path: Path) -> None:
    async def story(user: User, server: RedisServer) -> Seconds:
        assert not user.traits.durable
        await asyncio.to_thread(server.restart)
        return {"back": await user.back(within=BACK)}

    played = play("restarted empty", RedisServer(tmp_path), story)
    assert not played.lost
    assert played.seconds["back"] < BACK


def test_emptied_while_it_serves(tmp_path: Path) -> None:
    async def story(user: User, server: RedisServer) -> Seconds:
        assert server.command("FLUSHALL") == "+OK"
        return {"back": await user.back(within=BACK)}

    played = play("emptied", RedisServer(tmp_path), story)
    assert not played.lost
    assert played.seconds["back"] < BACK


def test_emptied_while_a_session_rests(tmp_path: Path) -> None:
    async def story(server: RedisServer) -> None:
        async with User(server.url) as user:
            await user.rest()
            for again in (lambda: server.command("FLUSHALL"), server.restart):
                await asyncio.to_thread(again)
                key = f"mbasic:{{{ID}}}"
                back = await within(BACK, lambda: server.command("EXISTS", key) == ":1")  # noqa: B023 - awaited
                user.report("emptied at rest", back=back)
                await (await user.judge_stored()).close()
                assert back < BACK

    with RedisServer(tmp_path) as server:
        asyncio.run(story(server))


def test_down_when_a_session_is_opened(tmp_path: Path) -> None:
    async def story(server: RedisServer) -> None:
        async with User(server.url) as user:
            await user.__aexit__()
            await asyncio.to_thread(server.kill)
            with pytest.raises(Unavailable, match="Redis does not answer"):
                await opened(server.url)
            await asyncio.to_thread(server.restart)
            store = await opened(server.url)
            await asyncio.to_thread(server.kill)
            service = SessionService(store)
            await service.start()
            with pytest.raises(Unavailable, match="Redis does not answer"):
                await service.open(ID)
            assert not service.sessions, "an empty session is shown in its place"
            await asyncio.to_thread(server.restart)
            session = await service.open(ID)
            assert (session.root, session.document.text) == (user.root, user.text)
            assert session.acknowledged[user.tab.name] >= user.acknowledged
            await service.close()
            await store.close()

    with RedisServer(tmp_path, aof=True) as server:
        asyncio.run(story(server))


def test_a_master_that_becomes_a_read_only_replica(tmp_path: Path) -> None:
    async def story(user: User, server: RedisServer) -> Seconds:
        assert server.command("REPLICAOF", "127.0.0.1", str(free_port())) == "+OK"
        noticed = await within(BACK, lambda: user.session.saved == "not saved")
        await asyncio.sleep(AWAY)
        assert server.command("REPLICAOF", "NO", "ONE") == "+OK"
        return {"noticed": noticed, "back": await user.back(within=BACK)}

    played = play("read-only replica", RedisServer(tmp_path), story, banner=True)
    assert not played.lost
    assert played.seconds["back"] < BACK


def test_full_without_eviction(tmp_path: Path) -> None:
    async def story(user: User, server: RedisServer) -> Seconds:
        assert server.command("CONFIG", "SET", "maxmemory", "1") == "+OK"
        noticed = await within(BACK, lambda: user.session.saved == "not saved")
        await asyncio.sleep(AWAY)
        assert server.command("CONFIG", "SET", "maxmemory", "0") == "+OK"
        return {"noticed": noticed, "back": await user.back(within=REFUSED)}

    full = RedisServer(tmp_path, options={"maxmemory-policy": "noeviction"})
    played = play("full", full, story, banner=True)
    assert not played.lost
    assert played.seconds["back"] < REFUSED


def test_stalled_so_that_saves_land_late(tmp_path: Path) -> None:
    def calls(server: RedisServer) -> int:
        line = next(line for line in server.command("INFO", "commandstats").splitlines() if "evalsha" in line)
        return int(line.partition("calls=")[2].partition(",")[0])

    async def story(user: User, server: RedisServer) -> Seconds:
        before = calls(server)
        server.pause()
        noticed = await within(2 * BACK, lambda: user.session.saved == "not saved")
        acknowledged = user.acknowledged
        await asyncio.sleep(10.0 - noticed)
        assert user.acknowledged == acknowledged
        server.resume()
        back = await user.back(within=BACK)
        assert calls(server) > before + 1, "no save landed late"
        return {"noticed": noticed, "back": back}

    played = play("stalled for 10 s", RedisServer(tmp_path), story, banner=True)
    assert not played.lost
    assert played.seconds["back"] < BACK


@contextmanager
def _cut_off(path: Path) -> Iterator[Proxy]:
    """A server, and what stands before it."""
    with RedisServer(path) as server, Proxy(server.address) as proxy:
        yield proxy


@pytest.mark.parametrize("how", ["before", "after"])
def test_connections_reset_in_the_middle_of_saves(tmp_path: Path, how: Literal["before", "after"]) -> None:
    """before: half of the save has arrived. after: all of it, and the answer is lost."""

    async def story(user: User, proxy: Proxy) -> Seconds:
        longest = 0.0
        for _ in range(10):
            proxy.cut = how
            await within(BACK, lambda: not proxy.cut)
            longest = max(longest, await user.back(within=BACK))
        return {"back": longest}

    played = play(f"10 connections reset {how} the save arrived", _cut_off(tmp_path), story, comment=1000)
    assert not played.lost
    assert played.seconds["back"] < BACK
