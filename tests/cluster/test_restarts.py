"""Restarts that belong to everyday work: of every server, one after the other, and of the store."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.cluster.guests import invited
from tests.cluster.harness import Cluster, aside
from tests.cluster.twins import KEYS, Story, told
from tests.e2e.harness import visit
from tests.servers import SentinelServers

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start

_GUESTS = 20


def test_a_rolling_restart_disturbs_no_program(tmp_path: Path) -> None:
    async def story(cluster: Cluster) -> list[str]:
        async with invited(_GUESTS, cluster.url, chance=random.Random(1)) as guests:
            jobs = [asyncio.create_task(guest.work()) for guest in guests]
            for node in cluster.nodes:
                assert await asyncio.to_thread(node.stop) == 0
                await asyncio.to_thread(node.start)
                await asyncio.gather(*(guest.back() for guest in guests))
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            found = await asyncio.gather(*(guest.finish() for guest in guests))
            assert all(guest.visitor.lives >= 2 for guest in guests)
            assert [guest.visitor.loads for guest in guests] == [1] * _GUESTS
        return [problem for problems in found for problem in problems]

    with Cluster(tmp_path) as cluster:
        assert aside(lambda: story(cluster)) == []
        assert all("could not be saved" not in node.log for node in cluster.nodes)


def work_through(
    browser: Browser, cluster: Cluster, trouble: Callable[[], None], over: Callable[[], None]
) -> tuple[list[list[str]], list[list[str]]]:
    """Type keys into a running program before, during and after trouble with the store, and kill its process.

    The words on the terminal then, line by line, and those of an undisturbed run.
    """
    ide, story = visit(browser, cluster), Story("keys", KEYS)

    def press(key: str) -> None:
        ide.page.keyboard.press(key)
        story.inputs.append(("keys", key.removeprefix("Shift+")))
        ide.expect_output(f" {len(story.inputs)} {story.inputs[-1][1]} ")

    ide.start(KEYS)
    ide.expect_output("KEYS")
    ide.terminal.focus()
    press("a")
    trouble()
    expect(ide.alert).to_contain_text("Not saved: the store cannot save now.", timeout=10_000)
    press("b")
    press("c")
    over()
    expect(ide.alert).to_have_count(0, timeout=20_000)
    ide.expect_phase("running")
    press("d")
    press("Shift+Q")
    ide.expect_output("DONE 5")
    ide.expect_saved()
    cluster.owner_of(ide.page.context).kill()
    again = visit(ide.page.context, cluster)
    again.expect_output("DONE 5")
    shown = again.printed()
    assert ide.problems == again.problems == []
    ide.page.context.close()
    return words(shown), words(told(story))


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_a_restart_of_redis_is_seen_and_costs_nothing(browser: Browser, tmp_path: Path) -> None:
    with Cluster(tmp_path) as cluster:
        shown, expected = work_through(browser, cluster, cluster.redis.kill, cluster.redis.start)
        assert shown == expected


def test_a_fail_over_is_seen_and_costs_nothing(browser: Browser, tmp_path: Path) -> None:
    with SentinelServers(tmp_path / "sentinel") as servers, Cluster(tmp_path, store=servers.url) as cluster:
        shown, expected = work_through(browser, cluster, servers.master.kill, lambda: None)
        assert shown == expected
