"""The SQLite store: the whole contract on real files, between processes too, and what can be wrong with a file."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import mbasic_store_sqlite
from mbasic_core.storage import Conflict, Record, Rejected, SessionStore, StoreConfig, Unavailable
from mbasic_core.testing import StoreConformance
from mbasic_core.testing.checks import StoreFactory
from mbasic_core.testing.checks.records import check_record_limit
from mbasic_store_sqlite import SqliteStore, database, mbasic_stores
from mbasic_store_sqlite.database import Database


def make(path: Path, url: str = "sqlite:", *, timeout: float = 3.0, namespace: str = "mbasic:") -> SqliteStore:
    return SqliteStore(StoreConfig(url, namespace=namespace, timeout=timeout, data_dir=path))


def run(store: SqliteStore, story: Callable[[SqliteStore], Coroutine[object, object, None]]) -> None:
    async def tell() -> None:
        await store.open()
        try:
            await story(store)
        finally:
            await store.close()

    asyncio.run(tell())


class TestSqliteStore(StoreConformance):
    timeout = 1.0

    @pytest.fixture(autouse=True)
    def _directory(self, tmp_path: Path) -> None:
        self.path = tmp_path / "data"

    def make_store(self) -> SessionStore:
        return make(self.path)

    def make_other(self) -> SessionStore:
        return make(self.path, namespace="other:")

    def elsewhere(self) -> StoreFactory:
        return partial(SqliteStore, StoreConfig("sqlite:", timeout=30.0, data_dir=self.path))

    def restart(self) -> None:
        assert (self.path / "sessions.db").exists()


def test_the_hook_offers_one_scheme() -> None:
    assert [(spec.scheme, spec.api) for spec in mbasic_stores()] == [("sqlite", 1)]


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:", "sessions.db"),
        ("sqlite:other.db", "other.db"),
        ("sqlite:deep/er.db?synchronous=FULL&check=off", "deep/er.db"),
        ("sqlite:with%20blank.db", "with blank.db"),
        ("sqlite://{path}/absolute.db", "absolute.db"),
    ],
)
def test_the_url_names_the_file(tmp_path: Path, url: str, file: str) -> None:
    async def story(store: SqliteStore) -> None:
        await store.save("s", b"data", version="1", expected=None, ttl=60)
        assert (tmp_path / file).is_file()
        assert (tmp_path / file).stat().st_mode & 0o077 == 0, "others can read the sessions"

    run(make(tmp_path, url.format(path=tmp_path)), story)


@pytest.mark.parametrize("url", ["sqlite:%00x", "sqlite:///var/lib/", "sqlite:deep/", "sqlite:///"])
def test_a_url_that_names_no_file_is_rejected(tmp_path: Path, url: str) -> None:
    with pytest.raises(Rejected, match="names no file"):
        make(tmp_path, url)


@pytest.mark.parametrize(
    "url", ["sqlite://host/path.db", "sqlite:?synchronous=maybe", "sqlite:x.db?mode=ro", "sqlite:?check=no"]
)
def test_a_url_without_sense_is_rejected(tmp_path: Path, url: str) -> None:
    with pytest.raises(Rejected, match="sqlite:"):
        make(tmp_path, url)


def test_records_outlive_the_store(tmp_path: Path) -> None:
    async def first(store: SqliteStore) -> None:
        await store.save("s", b"data", version="1", expected=None, ttl=60)
        assert (store.traits.scope, store.traits.durable) == ("host", True)

    async def second(store: SqliteStore) -> None:
        assert await store.load("s") == Record(b"data", "1")

    run(make(tmp_path), first)
    run(make(tmp_path), second)


def test_namespaces_do_not_see_each_other(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        other = make(tmp_path, namespace="b:")
        await other.open()
        await store.save("s", b"", version="1", expected=None, ttl=60)
        await other.save("t", b"", version="1", expected=None, ttl=60)
        assert await other.load("s") is None
        assert [id async for id in other.scan()] == ["t"]
        assert [id async for id in store.scan()] == ["s"]
        await other.close()

    run(make(tmp_path, namespace="a:"), story)


def test_many_stores_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        stores = [make(tmp_path) for _ in range(12)]
        await asyncio.gather(*(store.open() for store in stores))
        await asyncio.gather(
            *(store.save(f"s{n}", b"", version="1", expected=None, ttl=60) for n, store in enumerate(stores))
        )
        assert len([id async for id in stores[0].scan()]) == 12
        await asyncio.gather(*(store.close() for store in stores))

    asyncio.run(story())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        blocker.rollback()
        blocker.close()


def test_a_locked_file_is_unavailable_in_time_and_reads_go_on(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        await store.save("s", b"old", version="1", expected=None, ttl=60)
        with _locked(tmp_path / "sessions.db"):
            assert await store.load("s") == Record(b"old", "1")
            begun = time.monotonic()
            with pytest.raises(Unavailable):
                await store.save("s", b"new", version="2", expected="1", ttl=60)
            assert time.monotonic() - begun < 1.0
        await store.save("s", b"new", version="2", expected="1", ttl=60)
        assert await store.load("s") == Record(b"new", "2")

    run(make(tmp_path, timeout=0.3), story)


def test_expired_records_leave_the_file_in_small_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbasic_store_sqlite, "_SWEEP", 0.05)
    monkeypatch.setattr(mbasic_store_sqlite, "_BREATH", 0.0)
    counts: list[int] = []
    sweep = Database.sweep

    def watched(self: Database, after: str, most: int) -> str:
        counts.append(self.connection().execute("SELECT count(*) FROM records").fetchone()[0])
        return sweep(self, after, most)

    monkeypatch.setattr(Database, "sweep", watched)

    async def story() -> None:
        store = make(tmp_path)
        await store.open()
        end = time.monotonic() + 3  # all expire behind the last save: one in between would miscount a batch
        for n in range(120):
            await store.save(f"old{n}", b"", version="1", expected=None, ttl=max(0.01, end - time.monotonic()))
        await store.save("new", b"", version="1", expected=None, ttl=60)
        for _ in range(1000):
            if counts and counts[-1] == 1:
                break
            await asyncio.sleep(0.01)
        assert await store.load("new") == Record(b"", "1")
        await store.close()

    asyncio.run(story())
    assert counts[-1] == 1
    assert max(before - after for before, after in pairwise(counts)) == mbasic_store_sqlite._BATCH


def test_sweeping_goes_through_all_records_by_and_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOOK", 10)

    async def story(store: SqliteStore) -> None:
        for n in range(35):
            await store.save(f"s{n:02}", b"", version="1", expected=None, ttl=0.01 if n % 7 == 0 else 60)
        await asyncio.sleep(0.05)
        places = [""]
        while len(places) == 1 or places[-1]:
            places.append(await store._in_thread(store._database.sweep, places[-1], 50))
        assert places == ["", "mbasic:s09", "mbasic:s19", "mbasic:s29", ""]
        assert (await store._in_thread(store._select, "SELECT count(*) FROM records", ()))[0][0] == 30

    run(make(tmp_path), story)


def test_lists_are_made_without_a_look_at_the_data(tmp_path: Path) -> None:
    plans: list[str] = []

    class Explained(SqliteStore):
        def _select(self, sql: str, parameters: tuple[object, ...]) -> list[Any]:
            plans.append(str(super()._select(f"EXPLAIN QUERY PLAN {sql}", parameters)))
            return super()._select(sql, parameters)

    async def story(store: SqliteStore) -> None:
        assert [id async for id in store.scan("s")] == []
        assert await store.versions(["s"]) == {}

    run(Explained(StoreConfig("sqlite:", data_dir=tmp_path)), story)
    assert len(plans) == 2
    assert all("COVERING INDEX heads" in plan for plan in plans)


def test_sweeping_waits_for_nobody(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        await store.save("s", b"", version="1", expected=None, ttl=60)
        await store.save("old", b"", version="1", expected=None, ttl=0.01)
        await asyncio.sleep(0.05)
        with _locked(tmp_path / "sessions.db"):
            begun = time.monotonic()
            with pytest.raises(Unavailable):
                await store._in_thread(store._database.sweep, "", 50)
            assert time.monotonic() - begun < 1.0
            with pytest.raises(Unavailable):
                await store.save("s", b"new", version="2", expected="1", ttl=60)
            assert time.monotonic() - begun > 1.5, "after sweeping, saves do not wait any more"

    run(make(tmp_path, timeout=2.0), story)


def test_a_full_disk_refuses_the_save_and_keeps_the_old_record(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        await store.save("s", b"old", version="1", expected=None, ttl=60)
        await store._in_thread(store._select, "PRAGMA max_page_count = 20", ())
        with pytest.raises(Rejected, match="full; make room for some megabytes, which deletions need too"):
            await store.save("s", bytes(500_000), version="2", expected="1", ttl=60)
        assert await store.load("s") == Record(b"old", "1")
        await store.save("s", b"small", version="3", expected="1", ttl=60)

    run(make(tmp_path), story)


def test_a_file_of_a_newer_release_is_rejected(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "sessions.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Rejected, match="newer"):
        asyncio.run(make(tmp_path).open())


def test_a_file_that_is_not_there_is_begun_only_when_it_may_be(tmp_path: Path) -> None:
    store = SqliteStore(StoreConfig("sqlite:deep/x.db", data_dir=tmp_path, create=False))
    with pytest.raises(Rejected, match=r"x\.db is not there"):
        asyncio.run(store.open())
    assert not list(tmp_path.iterdir())

    async def story(create: bool) -> Record | None:
        there = SqliteStore(StoreConfig("sqlite:deep/x.db", data_dir=tmp_path, create=create))
        await there.open()
        if create:
            await there.save("u1", b"data", version="a", expected=None, ttl=60)
        record = await there.load("u1")
        await there.close()
        return record

    assert asyncio.run(story(True)) == asyncio.run(story(False)) == Record(b"data", "a")


def test_a_directory_that_cannot_be_made_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "deep"):
        with pytest.raises(Rejected, match=f"a file is in the way: {tmp_path}/file"):
            asyncio.run(make(folder).open())


def test_a_device_is_no_file(tmp_path: Path) -> None:
    for create in (True, False):
        store = SqliteStore(StoreConfig("sqlite:///dev/null", data_dir=tmp_path, create=create))
        with pytest.raises(Rejected, match="/dev/null is no file"):
            asyncio.run(store.open())


def test_close_lets_calls_in_flight_finish(tmp_path: Path) -> None:
    async def story() -> None:
        store = make(tmp_path)
        await store.open()
        saves = [
            asyncio.ensure_future(store.save(f"s{n}", bytes(100_000), version="1", expected=None, ttl=60))
            for n in range(20)
        ]
        await asyncio.sleep(0)
        await store.close()
        assert await asyncio.gather(*saves, return_exceptions=True) == [None] * 20
        with pytest.raises(Rejected, match="not open"):
            await store.load("s0")

    asyncio.run(story())


def test_a_conflict_leaves_no_transaction_open(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        await store.save("s", b"", version="1", expected=None, ttl=60)
        with pytest.raises(Conflict):
            await store.save("s", b"", version="2", expected=None, ttl=60)
        with _locked(tmp_path / "sessions.db"):
            assert await store.load("s") == Record(b"", "1")

    run(make(tmp_path), story)


def test_a_call_that_takes_too_long_is_unavailable_and_a_cancelled_one_is_cancelled(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="no answer in 0"):
            await store._in_thread(time.sleep, 0.5)
        assert time.monotonic() - begun < 0.45
        call = asyncio.ensure_future(store._in_thread(time.sleep, 0.05))
        await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.sleep(0.5)
        await store.ping()

    run(make(tmp_path, timeout=0.2), story)


def test_a_task_that_was_cancelled_before_the_call_is_cancelled(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await store.load("s")
        task.uncancel()
        assert await store.load("s") is None

    run(make(tmp_path), story)


@pytest.mark.parametrize("limit", [1, 4096, 3_000_000])
def test_a_record_may_be_as_large_as_the_limit_and_no_larger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(mbasic_store_sqlite, "_MAX_BYTES", limit)
    asyncio.run(check_record_limit(partial(make, tmp_path)))

    async def story(store: SqliteStore) -> None:
        assert store.traits.max_bytes == limit
        kept = [await store.load(id) async for id in store.scan()]
        assert [len(record.data) for record in kept if record] == [limit, limit]

    run(make(tmp_path), story)


def test_the_largest_record_comes_back(tmp_path: Path) -> None:
    async def story(store: SqliteStore) -> None:
        data = bytes(range(256)) * (mbasic_store_sqlite._MAX_BYTES // 256)
        assert len(data) == store.traits.max_bytes
        await store.save("s", data, version="1", expected=None, ttl=60)
        found = await store.load("s")
        assert found is not None
        unchanged = found.data == data
        assert unchanged

    run(make(tmp_path, timeout=60.0), story)


def test_a_folder_is_named_as_what_it_is(tmp_path: Path) -> None:
    for create in (True, False):
        store = SqliteStore(StoreConfig(f"sqlite://{tmp_path}", data_dir=tmp_path / "data", create=create))
        with pytest.raises(Rejected, match=f"{tmp_path} is a folder: name a file in it, as sqlite://{tmp_path}/"):
            asyncio.run(store.open())
    assert not list(tmp_path.iterdir())


def test_an_empty_file_is_left_empty_by_who_only_reads(tmp_path: Path) -> None:
    (tmp_path / "sessions.db").touch()
    with pytest.raises(Rejected, match=r"sessions\.db is empty: no session was ever saved"):
        asyncio.run(SqliteStore(StoreConfig("sqlite:", data_dir=tmp_path, create=False)).open())
    assert [(path.name, path.stat().st_size) for path in tmp_path.iterdir()] == [("sessions.db", 0)]
