"""Two processes and one session: the second shows it live, and takes it over with the first thing typed there."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from mbasic_core.session import Session, SessionService
from mbasic_core.storage import StoreRegistry
from tests.servers import RedisServer
from tests.session.child import Child
from tests.session.tabs import Tab, so

LIVE = 1.5  # seconds within which a follower shows what happened
TAKEN = 0.5  # seconds within which a key typed in a follower is the owner's
COUNTING = "10 I=I+1: PRINT I: FOR J=1 TO 5000: NEXT: GOTO 10\n"
TAKEOVERS = 20
SESSIONS = 20


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:{tmp_path / 'store.db'}"
        return
    with RedisServer(tmp_path) as server:
        yield server.url


def played(url: str, story: Callable[[Session, Session], Awaitable[None]]) -> None:
    """Play a story of one session in two services, each with a connection of its own."""

    async def play() -> None:
        stores = [StoreRegistry().create(url, timeout=3.0, data_dir=Path("/nowhere")) for _ in range(2)]
        services = [SessionService(store) for store in stores]
        try:
            for store, service in zip(stores, services, strict=True):
                await store.open()
                await service.start()
            here, there = [await service.open("u") for service in services]
            for session in (here, there):
                session.subscribe(lambda *_: None)
            await story(here, there)
        finally:
            for store, service in zip(stores, services, strict=True):
                await service.close()
                await store.close()

    asyncio.run(play())


def counted(output: str) -> list[int]:
    return [int(number) for number in re.findall(r"^ (\d+) \r$", output, re.MULTILINE)]


def test_a_follower_shows_editor_output_and_state(url: str) -> None:
    async def story(here: Session, there: Session) -> None:
        told: list[str] = []
        tab = Tab(here)
        tab.write("10 REM\n")
        await so(lambda: there.document.text == "10 REM\n", within=LIVE)
        there.subscribe(lambda _, what: told.append(what))
        tab.write(COUNTING)
        await so(lambda: there.document.text == COUNTING, within=LIVE)
        tab.run()
        await so(lambda: there.phase == "running", within=LIVE)
        for _ in range(20):
            end = here.transcript.end
            await so(lambda end=end: there.transcript.end >= end, within=LIVE)  # type: ignore[misc]  # its default
            await asyncio.sleep(0.1)
        assert here.owned
        assert not there.owned
        tab.send("stop")
        await so(lambda: there.phase == "stopped", within=LIVE)
        await so(lambda: there.transcript.text == here.transcript.text, within=LIVE)
        assert "reset" not in told, "pages were made to draw all anew"
        assert {"document", "output", "phase", "acknowledged"} <= set(told)

    played(url, story)


def test_a_program_runs_through_twenty_takeovers(url: str) -> None:
    async def story(here: Session, there: Session) -> None:
        tabs = [Tab(here, "a"), Tab(there, "b")]
        tabs[0].run(COUNTING)
        await so(lambda: len(counted(there.transcript.text)) > 1)
        took: list[float] = []
        for turn in range(TAKEOVERS):
            taker = tabs[(turn + 1) % 2]
            await asyncio.sleep(0.3)
            await so(lambda taker=taker: not taker.session.owned, within=LIVE)  # type: ignore[misc]  # its default
            begun = time.monotonic()
            taker.send("keys", "x")
            await so(lambda taker=taker: taker.session.owned, within=5)  # type: ignore[misc]  # its default
            took.append(time.monotonic() - begun)
        print(f"taken over within {min(took):.2f}-{max(took):.2f} s")
        assert max(took) < TAKEN
        owner = here if here.owned else there
        Tab(owner, "c").send("stop")
        await owner.settle()
        numbers = counted(owner.transcript.text)
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > TAKEOVERS
        await so(lambda: here.transcript.text == there.transcript.text, within=LIVE)

    played(url, story)


def test_two_processes(url: str) -> None:
    here, there = Child(url), Child(url)
    try:
        for child in (here, there):
            child.ask("open", "u")
        here.ask("apply", "u", "a", 1, "edit", COUNTING)
        here.ask("apply", "u", "a", 2, "run", "")
        while there.ask("show", "u")["text"] != COUNTING:
            time.sleep(0.01)
        tabs = [(here, "a", 2), (there, "b", 0)]
        slowest_sight, took = 0.0, []
        for turn in range(TAKEOVERS):
            follower, tab, n = tabs[(turn + 1) % 2]
            owner = tabs[turn % 2][0]
            end = len(owner.ask("show", "u")["output"])
            begun = time.monotonic()
            while len(follower.ask("show", "u")["output"]) < end:
                time.sleep(0.01)
            slowest_sight = max(slowest_sight, time.monotonic() - begun)
            begun = time.monotonic()
            assert follower.ask("apply", "u", tab, n + 1, "keys", "x") == "applied"
            while not follower.ask("show", "u")["owned"]:
                time.sleep(0.005)
            took.append(time.monotonic() - begun)
            tabs[(turn + 1) % 2] = (follower, tab, n + 1)
        print(f"seen within {slowest_sight:.2f} s, taken over within {min(took):.2f}-{max(took):.2f} s")
        assert slowest_sight < LIVE
        assert max(took) < TAKEN
        owner = tabs[TAKEOVERS % 2][0]
        owner.ask("apply", "u", "c", 1, "stop", "")
        numbers = counted(owner.ask("show", "u")["output"])
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > TAKEOVERS
    finally:
        ends = [child.end() for child in (here, there)]
    assert [status for status, _ in ends] == [0, 0]


@pytest.mark.timeout(300)
def test_all_processes_are_restarted_one_after_the_other(url: str) -> None:
    """Twenty programs run; each process ends in good order, and its pages go on with the next one."""
    children = [Child(url) for _ in range(3)]
    program = '10 FOR I=1 TO 60: PRINT I;SQR(I): FOR J=1 TO 60000: NEXT: NEXT: PRINT "END"\n'
    place = {f"s{number}": number % 3 for number in range(SESSIONS)}
    try:
        for id, where in place.items():
            children[where].ask("open", id)
            children[where].ask("apply", id, "t", 1, "edit", program)
            children[where].ask("apply", id, "t", 2, "run", "")
        for where in range(3):
            time.sleep(0.6)
            homeless = [id for id, child in place.items() if child == where]
            assert {children[where].ask("show", id)["phase"] for id in homeless} == {"running"}
            status, log = children[where].end()
            assert status == 0
            assert f"{len(homeless)} of {len(homeless)} sessions saved in" in log
            following = (where + 1) % 3
            for id in homeless:
                assert children[following].ask("open", id) == {"t": 2}
                place[id] = following
            children[where] = Child(url)
        end = time.monotonic() + 200
        while not all(children[where].ask("show", id)["phase"] == "ready" for id, where in place.items()):
            assert time.monotonic() < end, "a program does not end"
            time.sleep(0.1)
        twin = Child("memory:")
        twin.ask("open", "twin")
        twin.ask("apply", "twin", "t", 1, "edit", program)
        twin.ask("apply", "twin", "t", 2, "run", "")
        while twin.ask("show", "twin")["phase"] != "ready":
            time.sleep(0.05)
        undisturbed = twin.ask("show", "twin")["output"]
        twin.end()
        assert undisturbed.endswith("END\r\nOk\r\n")
        outputs = {id: children[where].ask("show", id)["output"] for id, where in place.items()}
        assert [id for id, output in outputs.items() if output != undisturbed] == []
    finally:
        for child in children:
            if child.process.poll() is None:
                child.end(signal.SIGKILL)
