"""`mbasic store check`: exact counts, the exit status, what it leaves behind, and what is kept out of its messages."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
import time
from collections.abc import AsyncIterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.main import main
from mbasic_core.cli.place import Place
from mbasic_core.cli.store.check import check
from mbasic_core.storage import Record, Rejected, StoreConfig, StoreRegistry, StoreSpec, Traits, hookimpl
from mbasic_core.testing.checks import CHECKS
from mbasic_store_memory import MemoryStore
from tests.servers import RedisServer


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MBASIC_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("MBASIC_DATA_DIR", str(tmp_path))


class Odd(MemoryStore):
    """Serves `odd://...`: wrong in the way that its URL names."""

    def __init__(self, config: StoreConfig) -> None:
        super().__init__()
        self._url = config.url

    async def versions(self, ids: object) -> dict[str, str]:
        if "forgets" in self._url:
            return {}
        if "raises" in self._url:
            raise LookupError(f"cannot look into {self._url}")
        if "waits" in self._url:
            await asyncio.sleep(3600)
        if "blocks" in self._url:
            time.sleep(1.0)  # noqa: ASYNC251 which is its mistake
        return await super().versions(ids)  # type: ignore[arg-type]  # whatever came

    async def open(self) -> None:
        if "closed" in self._url:
            raise Rejected(f"{self._url} is closed")
        await super().open()


class Plugin:
    @hookimpl
    def mbasic_stores(self) -> list[StoreSpec]:
        return [StoreSpec("odd", Odd, "For tests.")]


plugin = Plugin()


def odd(kind: str) -> Place:
    class Point(EntryPoint):
        def load(self) -> object:
            return plugin

    return Place.of(f"odd://me:hunter2@{kind}", registry=StoreRegistry(lambda: [Point("odd", "odd", "mbasic")]))


def test_a_right_store_passes_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "check", "memory:"]) == 0
    first, *lines, last = capsys.readouterr().out.splitlines()
    count = len(CHECKS) + 2
    assert first == "memory:: scope process, not durable"
    assert last == f"{count} checks: {count} passed, 0 failed"
    assert len(lines) == count
    for number, line in enumerate(lines, 1):
        assert re.fullmatch(rf" ?{number}/{count}  ok    \w+ +\d+\.\d\d s", line), line


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        ("forgets", "versions does not tell the stored versions"),
        ("raises", "LookupError: cannot look into odd://me:***@raises"),
        ("waits", "no end after 0.3 s"),
    ],
)
def test_a_wrong_store_fails_and_no_password_is_shown(
    kind: str, trouble: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(odd(kind), names=["every_byte", "versions"], deadline=0.3) == 1
    output = capsys.readouterr().out
    assert re.search(rf"^2/2  FAIL  versions +\d\.\d\d s  {re.escape(trouble)}$", output, re.MULTILINE), output
    assert output.endswith("2 checks: 1 passed, 1 failed\n")
    assert "hunter2" not in output


def test_a_check_that_holds_the_event_loop_is_left_behind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mbasic_core.cli.store.check._GRACE", 0.1)
    assert check(odd("blocks"), names=["versions", "delete"], deadline=0.1) == 1
    output = capsys.readouterr().out
    assert "no end after 0.1 s, and the event loop is held" in output
    assert "ok    delete" in output


def test_ctrl_c_ends_the_check_under_way_before_it_cleans_up(capsys: pytest.CaptureFixture[str]) -> None:
    steps: list[str] = []

    class Endless(MemoryStore):
        async def open(self) -> None:
            await super().open()
            self.traits = Traits("host", durable=True)

        async def ping(self) -> None:
            if threading.current_thread() is threading.main_thread():  # the look at the store before all checks
                return
            steps.append("asked")
            os.kill(os.getpid(), signal.SIGINT)
            try:
                await asyncio.sleep(60)
            finally:
                steps.append("given up")

        async def scan(self, prefix: str = "") -> AsyncIterator[str]:
            steps.append("cleaned up")
            async for id in super().scan(prefix):
                yield id

    class Plugin:
        @hookimpl
        def mbasic_stores(self) -> list[StoreSpec]:
            return [StoreSpec("endless", lambda _: Endless(), "For tests.")]

    plugin = Plugin()

    class Point(EntryPoint):
        def load(self) -> object:
            return plugin

    place = Place.of("endless:", registry=StoreRegistry(lambda: [Point("endless", "endless", "mbasic")]))
    with pytest.raises(KeyboardInterrupt):
        check(place, names=["absent", "delete"])
    assert list(dict.fromkeys(steps)) == ["asked", "given up", "cleaned up"]
    assert capsys.readouterr().out.endswith("removed 0 records that the checks left\n")


def test_a_store_that_cannot_be_opened() -> None:
    with pytest.raises(Failure, match=r"^odd://me:\*\*\*@closed is closed$"):
        check(odd("closed"))


class Leaky(MemoryStore):
    """Raises what no store may raise, where no check looks: when it is opened at first, or when it is cleaned."""

    def __init__(self, config: StoreConfig) -> None:
        super().__init__()
        self._where = config.url.partition(":")[2]

    async def open(self) -> None:
        await super().open()
        self.traits = Traits(scope="host", durable=True)
        if self._where == "open":
            raise TypeError("not bytes")

    def scan(self, prefix: str = "") -> AsyncIterator[str]:
        raise AttributeError("no decode")

    @staticmethod
    @hookimpl
    def mbasic_stores() -> list[StoreSpec]:
        return [StoreSpec("leaky", Leaky, "For tests.")]


@pytest.mark.parametrize(("where", "what"), [("open", "TypeError: not bytes"), ("scan", "AttributeError: no decode")])
def test_what_a_store_should_not_raise_is_told_in_a_line(where: str, what: str) -> None:
    class Point(EntryPoint):
        def load(self) -> object:
            return Leaky

    place = Place.of(f"leaky:{where}", registry=StoreRegistry(lambda: [Point("leaky", "leaky", "mbasic")]))
    with pytest.raises(Failure, match=f"^leaky:{where}: the store raised {what}$") as told:
        check(place, names=["absent"])
    assert told.value.status == 2


@pytest.mark.parametrize("deadline", ["0", "-1", "nan", "inf"])
def test_a_deadline_has_some_seconds(deadline: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "check", "memory:", "absent", "--deadline", deadline]) == 2
    assert "--deadline is a number of seconds above 0" in capsys.readouterr().err


def test_a_check_that_is_not_there() -> None:
    with pytest.raises(Failure, match="no check is called nonsense"):
        check(odd("right"), names=["nonsense", "delete"])


def test_sqlite_is_left_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    async def prepare() -> None:
        async with Place.of("sqlite:").opened() as store:
            await store.save("kit-mine", b"mine", version="1", expected=None, ttl=60)

    async def look() -> None:
        async with Place.of("sqlite:").opened() as store:
            assert await store.load("kit-mine") == Record(b"mine", "1")
            alive = "SELECT id FROM records WHERE expires > ?"
            rows = await store._in_thread(store._select, alive, (time.time(),))  # type: ignore[attr-defined]  # its own
            assert rows == [("mbasic:kit-mine",)]

    asyncio.run(prepare())
    assert check(Place.of("sqlite:"), names=["scan", "delete", "namespaces", "processes"]) == 0
    output = capsys.readouterr().out
    assert re.search(r"removed [\d,]+ records", output)
    assert output.endswith("4 checks: 4 passed, 0 failed\n")
    asyncio.run(look())


def test_a_store_that_is_not_there_is_begun_only_when_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["store", "check", f"sqlite://{tmp_path}/new/x.db", "absent"]
    assert main(command) == 2
    assert capsys.readouterr().err.endswith("new/x.db is not there: no session was ever saved under that name\n")
    assert list(tmp_path.iterdir()) == []
    assert main([*command, "--create"]) == 0
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["x.db"]
    assert main(command) == 0


def test_redis_is_left_as_it_was(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with RedisServer(tmp_path / "redis") as server:
        server.command("SET", "mine", "1")
        assert check(Place.of(server.url), names=["scan", "delete", "namespaces", "processes"]) == 0
        assert server.command("DBSIZE") == ":1"
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "appendonly is no: a restart loses what came after the last dump, if any"
    ], "not once for each store that a check opens"
    shown = capfd.readouterr()
    assert shown.out.endswith("4 checks: 4 passed, 0 failed\n")
    assert "appendonly" not in shown.err, "not by the processes of a check either"
