"""`mbasic store bench`: its table, what it leaves, and stores without a raw driver to compare with."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.main import main
from mbasic_core.cli.place import Place
from mbasic_core.cli.store.baseline import _Sqlite, baseline_for
from mbasic_core.cli.store.bench import bench
from mbasic_core.storage import Rejected
from mbasic_store_sqlite import SqliteStore
from tests.servers import RedisServer


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MBASIC_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("MBASIC_DATA_DIR", str(tmp_path))


def rows(output: str) -> list[list[str]]:
    return [line.split() for line in output.splitlines()[3:]]


def check_table(output: str) -> None:
    cells = rows(output)
    assert [(row[0], row[1], row[2]) for row in cells] == [
        (*size.split(), call) for size in ("1 KB", "100 KB", "1 MB") for call in ("load", "save", "touch")
    ]
    for row in cells:
        p50, p99, raw_p50, raw_p99, ratio = map(float, row[3:])
        assert 0 <= p50 <= p99
        assert 0 <= raw_p50 <= raw_p99
        assert ratio >= 0


def test_memory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "bench", "memory:", "--rounds", "20"]) == 0
    output = capsys.readouterr().out
    assert output.startswith("memory:: scope process, not durable; 20 calls each, milliseconds\nraw: a dict")
    check_table(output)


def test_sqlite_leaves_nothing_but_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "bench", "sqlite:x.db?synchronous=off", "--create", "--rounds", "5"]) == 0
    check_table(capsys.readouterr().out)
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]

    async def story() -> list[str]:
        async with Place.of("sqlite:x.db").inside("").opened() as store:
            return [id async for id in store.scan()]

    assert asyncio.run(story()) == []


def test_what_breaks_it_off_leaves_nothing_of_the_raw_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuses(*_: object) -> bool:
        raise Rejected("write-protected")

    async def interrupted(*_: object, **_options: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    place = Place.of("sqlite:x.db")
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "delete", refuses)
        with pytest.raises(Failure, match="write-protected"):
            bench(place, rounds=1, create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bench(place, rounds=100)
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]


def test_trouble_of_the_raw_driver_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(_Sqlite, "_execute", full)
    with pytest.raises(Failure, match=r"^sqlite:x.db: the measuring ended with OperationalError: .*full$") as told:
        bench(Place.of("sqlite:x.db"), rounds=1, create=True)
    assert told.value.status == 2
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]


def test_a_store_that_is_not_there_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"new/x\.db is not there"):
        bench(Place.of(f"sqlite://{tmp_path}/new/x.db"), rounds=1)
    assert list(tmp_path.iterdir()) == []


def test_redis_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RedisServer(tmp_path / "redis", options={"requirepass": "hunter2"}) as server:
        url = server.url.replace("//", "//:hunter2@")
        assert bench(Place.of(url), rounds=5) == 0
        output = capsys.readouterr().out
        with pytest.raises(Failure) as caught:
            bench(Place.of(url.replace("hunter2", "hunter3")), rounds=5)
    assert "hunter3" not in str(caught.value)
    check_table(output)
    assert "hunter2" not in output
    assert "raw: redis-py" in output


def test_other_schemes_have_no_raw_driver() -> None:
    assert baseline_for(Place("redis+cluster://a:1,b:2", "x:", 1.0, Path())) is None
    assert baseline_for(Place("mine:", "x:", 1.0, Path())) is None


def test_without_a_raw_driver_the_store_is_measured_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mbasic_core.cli.store.bench.baseline_for", lambda _: None)
    assert bench(Place.of("memory:"), rounds=3) == 0
    output = capsys.readouterr().out
    assert "no raw driver to compare with" in output
    assert all(row[-3:] == ["-", "-", "-"] for row in rows(output))


def test_what_cannot_be_measured() -> None:
    with pytest.raises(Failure, match="rounds"):
        bench(Place.of("memory:"), rounds=0)
    with pytest.raises(Failure, match="mbasic-store-nowhere"):
        bench(Place.of("nowhere:"), rounds=1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="threads cannot be bound here")
def test_both_drivers_threads_stay_on_one_processor_for_as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.sched_getaffinity(0)
    used: list[set[int]] = []

    async def look(*_: object) -> None:
        used.append(await asyncio.to_thread(os.sched_getaffinity, 0))

    monkeypatch.setattr("mbasic_core.cli.store.bench._bench", look)
    bench(Place.of("memory:"))
    assert [len(processors) for processors in used] == [1]
    assert os.sched_getaffinity(0) == before
