"""Damaged files: found when they are opened, moved aside with all that belongs to them, and a new one begun."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from mbasic_core.storage import Conflict, Record, Rejected, StoreConfig, StoreError, Unavailable
from mbasic_store_sqlite import SqliteStore
from mbasic_store_sqlite.folder import alone

SENTINEL = b"a record that fills some pages of the file; " * 500


def make(path: Path, url: str = "sqlite:") -> SqliteStore:
    return SqliteStore(StoreConfig(url, data_dir=path))


def fill(path: Path, count: int = 40) -> bytes:
    """Make a file with records, and return its bytes."""

    async def story() -> None:
        store = make(path)
        await store.open()
        for n in range(count):
            await store.save(f"s{n}", SENTINEL, version="1", expected=None, ttl=60)
        await store.close()

    asyncio.run(story())
    return (path / "sessions.db").read_bytes()


def reopen(path: Path) -> set[str]:
    """Open the store, use it, and return the ids found in it before."""

    async def story() -> set[str]:
        store = make(path)
        await store.open()
        found = {id async for id in store.scan()}
        if "new" not in found:
            await store.save("new", b"new", version="1", expected=None, ttl=60)
        assert await store.load("new") == Record(b"new", "1")
        await store.close()
        return found

    return asyncio.run(story())


def aside(path: Path) -> list[Path]:
    return sorted(path.glob("sessions.db.damaged-*"))


def scribbled(whole: bytes, start: int = 8192) -> bytes:
    """Return the file with noise in ten of its pages; those behind the header lead to all others."""
    return whole[:start] + b"\xa5" * 40_960 + whole[start + 40_960 :]


DAMAGE = {
    "a text": lambda _: b"this is no database, it is a text" * 100,
    "noise behind the mark": lambda _: b"SQLite format 3\0" + b"\xff" * 5000,
    "only its first bytes": lambda whole: whole[:60],
    "cut short": lambda whole: whole[: len(whole) // 2],
    "cut short within a page": lambda whole: whole[:20_000],
    "pages overwritten": scribbled,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    content = DAMAGE[kind](fill(tmp_path))
    (tmp_path / "sessions.db").write_bytes(content)
    assert reopen(tmp_path) == set()
    kept = aside(tmp_path)[0]
    assert kept.read_bytes() == content
    [message] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert str(tmp_path / "sessions.db") in message.getMessage()
    assert kept.name in message.getMessage()
    caplog.clear()
    assert reopen(tmp_path) == {"new"}
    assert len({name.name.partition("Z")[0] for name in aside(tmp_path)}) == 1
    assert caplog.records == []


def test_a_whole_file_stays(tmp_path: Path) -> None:
    fill(tmp_path)
    assert len(reopen(tmp_path)) == 40
    assert aside(tmp_path) == []


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "sessions.db").touch()
    assert reopen(tmp_path) == set()
    assert aside(tmp_path) == []


def test_its_log_goes_with_it_and_who_has_it_open_follows(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        live, late = make(tmp_path), make(tmp_path)
        await live.open()
        for n in range(40):
            await live.save(f"s{n}", SENTINEL, version="1", expected=None, ttl=60)
        await live._in_thread(live._select, "PRAGMA wal_checkpoint(TRUNCATE)", ())
        await live.save("s1", b"in the log", version="2", expected="1", ttl=60)
        file = tmp_path / "sessions.db"
        with file.open("r+b") as stream:
            stream.write(scribbled(file.read_bytes()))
        await late.open()
        names = [kept.name.partition("Z")[2] for kept in aside(tmp_path)]
        assert names == ["", "-shm", "-wal"]
        with pytest.raises(Conflict):  # which a session answers by saving all of it anew
            await live.save("s1", b"newer", version="3", expected="2", ttl=60)
        await live.save("s1", b"newer", version="3", expected=None, ttl=60)
        assert await late.load("s1") == Record(b"newer", "3")
        assert [id async for id in late.scan()] == ["s1"]
        await late.close()
        await live.close()

    asyncio.run(story())
    assert "going on with the one that is there now" in caplog.text
    assert reopen(tmp_path) == {"s1"}


def test_many_find_the_damage_and_one_moves_the_file(tmp_path: Path) -> None:
    (tmp_path / "sessions.db").write_bytes(scribbled(fill(tmp_path)))

    async def story() -> None:
        stores = [make(tmp_path) for _ in range(8)]
        await asyncio.gather(*(store.open() for store in stores))
        for n, store in enumerate(stores):
            await store.save(f"s{n}", b"", version="1", expected=None, ttl=60)
        assert len([id async for id in stores[0].scan()]) == 8
        for store in stores:
            await store.close()

    asyncio.run(story())
    assert len([name for name in aside(tmp_path) if name.name.endswith("Z")]) == 1


def test_what_can_be_saved_is_read_without_the_check(tmp_path: Path) -> None:
    (tmp_path / "sessions.db").write_bytes(scribbled(fill(tmp_path), start=409_600))

    async def story() -> None:
        store = make(tmp_path, "sqlite:?check=off")
        await store.open()
        found = await asyncio.gather(*(store.load(f"s{n}") for n in range(40)), return_exceptions=True)
        lost = [answer for answer in found if answer != Record(SENTINEL, "1")]
        assert 1 <= len(lost) <= 4
        assert all(isinstance(answer, Rejected) and "damaged" in str(answer) for answer in lost)
        await store.close()

    asyncio.run(story())
    assert aside(tmp_path) == []


def test_without_the_check_no_file_is_moved(tmp_path: Path) -> None:
    (tmp_path / "sessions.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Rejected, match="damaged"):
        asyncio.run(make(tmp_path, "sqlite:?check=off").open())
    assert aside(tmp_path) == []


def test_who_only_reads_is_told_of_damage_and_moves_no_file(tmp_path: Path) -> None:
    damaged = scribbled(fill(tmp_path), start=409_600)
    (tmp_path / "sessions.db").write_bytes(damaged)
    with pytest.raises(Rejected, match=r"sessions\.db is damaged: .*check=off"):
        asyncio.run(SqliteStore(StoreConfig("sqlite:", data_dir=tmp_path, create=False)).open())
    assert (tmp_path / "sessions.db").read_bytes() == damaged
    assert aside(tmp_path) == []


def test_the_database_of_another_program_is_rejected_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "sessions.db") as connection:
        connection.execute("CREATE TABLE records (shellac TEXT)")
    connection.close()
    content = (tmp_path / "sessions.db").read_bytes()
    with pytest.raises(Rejected, match="another program"):
        asyncio.run(make(tmp_path).open())
    assert (tmp_path / "sessions.db").read_bytes() == content
    assert aside(tmp_path) == []


def test_a_file_that_is_removed_in_use_is_missed(tmp_path: Path) -> None:
    async def story() -> None:
        store = make(tmp_path)
        await store.open()
        await store.save("s", b"old", version="1", expected=None, ttl=60)
        (tmp_path / "sessions.db").rename(tmp_path / "elsewhere")
        with pytest.raises(Unavailable, match="moved or removed"):
            await store.load("s")
        (tmp_path / "elsewhere").rename(tmp_path / "sessions.db")
        assert await store.load("s") == Record(b"old", "1")
        for tail in ("", "-wal", "-shm"):
            (tmp_path / f"sessions.db{tail}").unlink()
        with pytest.raises(Unavailable, match="moved or removed"):
            await store.save("s", b"new", version="2", expected="1", ttl=60)
        (tmp_path / "sessions.db").touch()
        await store.save("s", b"new", version="2", expected=None, ttl=60)
        assert await store.load("s") == Record(b"new", "2")
        await store.close()

    asyncio.run(story())


def test_a_directory_in_the_file_s_place_is_told_to_the_caller_and_not_logged_each_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        store = make(tmp_path)
        await store.open()
        await store.save("s", b"old", version="1", expected=None, ttl=60)
        (tmp_path / "sessions.db").rename(tmp_path / "elsewhere")
        (tmp_path / "sessions.db").mkdir()
        for _ in range(20):
            with pytest.raises(StoreError, match=r"sessions\.db"):
                await store.versions(["s"])
        assert not caplog.records
        (tmp_path / "sessions.db").rmdir()
        (tmp_path / "elsewhere").rename(tmp_path / "sessions.db")
        assert await store.load("s") == Record(b"old", "1")
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        await store.close()

    asyncio.run(story())


def test_the_check_of_a_large_file_ends_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Impatient(threading.Timer):
        """Interrupts again and again, for the check may begin a moment later."""

        def run(self) -> None:
            while not self.finished.wait(0.001):
                self.function()

    fill(tmp_path)
    monkeypatch.setattr(threading, "Timer", Impatient)
    with caplog.at_level(logging.INFO), sqlite3.connect(tmp_path / "sessions.db") as connection:
        rows = [(f"mbasic:large{n}", "1", time.time() + 60, bytes(40_000)) for n in range(1000)]
        connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows)
        connection.commit()
        found = reopen(tmp_path)
    connection.close()
    assert len(found) == 1040
    assert "is large" in caplog.text


def test_a_folder_that_another_process_holds_is_unavailable(tmp_path: Path) -> None:
    store = SqliteStore(StoreConfig("sqlite:", data_dir=tmp_path, timeout=0.3))
    with alone(tmp_path, 1.0), pytest.raises(Unavailable):
        asyncio.run(store.open())


def test_a_file_that_never_was_a_database_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine.bas"
    mine.write_text("10 PRINT 1\n")
    with pytest.raises(Rejected, match="no SQLite database"):
        asyncio.run(make(tmp_path, f"sqlite:{mine}").open())
    assert mine.read_text() == "10 PRINT 1\n"
    assert not list(tmp_path.glob("*.damaged-*"))
