"""`mbasic sessions copy`: exact counts, what is there is skipped, and what is newer is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from mbasic_core.cli.main import main
from mbasic_core.session.identifiers import new_root
from mbasic_core.storage import Record, Rejected, Unavailable
from mbasic_store_sqlite import SqliteStore
from tests.cli.sessions.stock import Stock, family, session
from tests.servers import RedisServer

COPY = ["sessions", "copy", "--from", "sqlite:sessions.db", "--to", "sqlite:other.db"]


def test_everything_goes_over_with_its_versions(stock: Stock, other: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("s"), "t": session("t"), "odd": b"noise", "x/disk/1": b"lost"})
    other.put({"mine": session("mine")})
    mine = other.records()
    assert main(COPY) == 0
    assert capsys.readouterr().out == "4 sessions, 7 records: 7 copied, 0 there already\n"
    assert other.records() == {**stock.records(), **mine}


def test_lives_are_those_that_a_server_gives(stock: Stock, other: Stock) -> None:
    stock.put({**family("s"), "gone": session("gone", deleted=True)})
    assert main([*COPY, "--days", "2"]) == 0
    left = {id: round(seconds / 100) * 100 for id, seconds in other.expiries().items()}
    assert left == {
        "s": 172_800,
        "s/disk/new": 172_800,
        "s/disk/old": 600,
        "s/damaged/20260101T000000.000000Z": 172_800,
        "gone": 3600,
    }


def test_run_again_it_skips_what_is_there(stock: Stock, other: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({f"s{n}": session(f"s{n}") for n in range(250)})
    assert main(COPY) == 0
    stock.put({"s7": session("s7", seq=2), "new": session("new")})
    capsys.readouterr()
    assert main(COPY) == 0
    assert capsys.readouterr().out == "251 sessions, 251 records: 1 copied, 249 there already, 1 replaced\n"
    assert other.records() == stock.records()


@pytest.mark.parametrize(
    "theirs",
    [session("s", seq=5, disk="s/disk/theirs"), session("s", root=new_root()), b"noise"],
    ids=["newer", "another line", "damaged"],
)
def test_what_is_not_older_is_kept_unless_told(
    stock: Stock, other: Stock, capsys: pytest.CaptureFixture[str], theirs: bytes
) -> None:
    stock.put(family("s"))
    other.put({"s": theirs})
    assert main(COPY) == 1
    assert capsys.readouterr().out.splitlines() == [
        "kept: s: the target has a state of it that is not older",
        "1 session, 4 records: 0 copied, 0 there already, 4 kept as they are in the target",
    ]
    assert {id: record.data for id, record in other.records().items()} == {"s": theirs}
    assert main([*COPY, "--overwrite"]) == 0
    assert capsys.readouterr().out == "1 session, 4 records: 3 copied, 0 there already, 1 replaced\n"
    assert other.records() == stock.records()


Trouble = Callable[[SqliteStore, str], None]


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> list[Trouble]:
    """What is called before each save in the target."""
    calls: list[Trouble] = []
    save = SqliteStore.save

    async def troubled(self: SqliteStore, id: str, data: bytes, **options: object) -> None:
        for call in calls:
            call(self, id)
        await save(self, id, data, **options)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(SqliteStore, "save", troubled)
    monkeypatch.setattr("mbasic_core.cli.sessions.census._PAUSES", (0.0, 0.0))
    return calls


def test_a_store_that_does_not_answer_ends_it_and_the_next_run_goes_on(
    stock: Stock, other: Stock, trouble: list[Trouble], capsys: pytest.CaptureFixture[str]
) -> None:
    stock.put({f"s{n}": session(f"s{n}") for n in range(50)})

    def fails(_: SqliteStore, id: str) -> None:
        if int(id[1:]) >= 30:
            raise Unavailable("no answer")

    trouble.append(fails)
    assert main(COPY) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    first, counts, last = shown.err.splitlines()
    assert first == "mbasic: broken off, no answer"
    assert counts.split(", ")[-1] == "0 there already"
    done = int(counts.split()[0])
    assert done == len(other.records()) < 50
    assert last == "The same command goes on from here."
    trouble.clear()
    assert main(COPY) == 0
    assert capsys.readouterr().out == f"50 sessions, 50 records: {50 - done} copied, {done} there already\n"


def test_an_answer_that_comes_late_is_waited_for(
    stock: Stock, other: Stock, trouble: list[Trouble], capsys: pytest.CaptureFixture[str]
) -> None:
    stock.put({"s": session("s")})
    answers = iter([Unavailable("busy"), Unavailable("busy"), None])

    def late(_: SqliteStore, _id: str) -> None:
        if answer := next(answers):
            raise answer

    trouble.append(late)
    assert main(COPY) == 0
    assert "1 copied" in capsys.readouterr().out
    assert other.records() == stock.records()


def test_a_record_that_is_refused_leaves_what_names_it_out(
    stock: Stock, other: Stock, trouble: list[Trouble], capsys: pytest.CaptureFixture[str]
) -> None:
    stock.put({**family("s"), "t": session("t")})

    def refuses(_: SqliteStore, id: str) -> None:
        if id == "s/disk/new":
            raise Rejected("too large")

    trouble.append(refuses)
    assert main(COPY) == 1
    assert capsys.readouterr().out.splitlines() == [
        "failed: s: too large",
        "2 sessions, 5 records: 2 copied, 0 there already, 3 failed",
    ]
    assert set(other.records()) == {"s/damaged/20260101T000000.000000Z", "t"}


@pytest.mark.parametrize("early", [False, True])
def test_what_goes_meanwhile_is_counted(
    stock: Stock, other: Stock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], early: bool
) -> None:
    stock.put(family("s"))
    load, versions = SqliteStore.load, SqliteStore.versions

    async def forgetful(self: SqliteStore, id: str) -> Record | None:
        return None if id == "s/disk/old" else await load(self, id)

    async def forgetful_versions(self: SqliteStore, ids: Iterable[str]) -> dict[str, str]:
        found = await versions(self, ids)
        return {id: version for id, version in found.items() if id != "s/disk/old" or not early}

    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "load", forgetful)
        patch.setattr(SqliteStore, "versions", forgetful_versions)
        assert main(COPY) == 0
    assert capsys.readouterr().out == "1 session, 4 records: 3 copied, 0 there already, 1 gone meanwhile\n"
    assert set(stock.records()) - set(other.records()) == {"s/disk/old"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "sqlite:a.db", "--to", "sqlite:a.db"], "the same store"),
        (["--from", "sqlite:a.db", "--to", "memory:"], "in the process that serves them"),
        (["--from", "sqlite:a.db", "--to", "sqlite:b.db", "--days", "0"], "--days"),
        (["--from", "sqlite:a.db", "--to", "redis://me:hunter2@127.0.0.1:1"], "me:***@127.0.0.1:1"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    Stock("sqlite:a.db").put({"s": session("s")})
    assert main(["sessions", "copy", *arguments]) == 2
    shown = capsys.readouterr().err
    assert words in shown
    assert "hunter2" not in shown


def test_to_redis_and_back(stock: Stock, other: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("s"), "t": session("t"), "odd": b"noise"})
    with RedisServer(tmp_path / "redis", options={"requirepass": "hunter2"}) as server:
        url = server.url.replace("//", "//:hunter2@")
        assert main(["sessions", "copy", "--from", "sqlite:sessions.db", "--to", url]) == 0
        assert main(["sessions", "list", "--store", url]) == 0
        assert main(["sessions", "copy", "--from", url, "--to", "sqlite:other.db"]) == 0
        assert main(["sessions", "delete", "t", "--store", url]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("3 sessions, 6 records: 6 copied, 0 there already") == 2
    assert "hunter2" not in shown.out + shown.err
    assert other.records() == stock.records()


def test_a_key_of_somebody_else_in_the_source_is_no_session(
    other: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other.put(family("s"))
    with RedisServer(tmp_path / "redis") as server:
        assert main(["sessions", "copy", "--from", "sqlite:other.db", "--to", server.url]) == 0
        assert server.command("SET", "mbasic:{m}", "shellac") == "+OK"
        capsys.readouterr()
        assert main(["sessions", "list", "--store", server.url]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "1 session, 4 records"
        assert main(["sessions", "export", "--output", str(tmp_path / "file"), "--store", server.url]) == 0
        assert main(["sessions", "import", str(tmp_path / "file"), "--store", "sqlite:again.db"]) == 0
        assert main(["sessions", "copy", "--from", server.url, "--to", "sqlite:back.db"]) == 0
    assert Stock("sqlite:again.db").records() == Stock("sqlite:back.db").records() == other.records()


@pytest.mark.parametrize("foreign", [("SET", "shellac"), ("LPUSH", "shellac"), ("HSET", "label", "shellac")])
def test_a_key_of_somebody_else_in_the_target_is_the_cause_that_is_told(
    other: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str], foreign: tuple[str, ...]
) -> None:
    other.put({**family("s"), "m": session("m")})
    command, *values = foreign
    with RedisServer(tmp_path / "redis") as server:
        server.command(command, "mbasic:{m}", *values)
        for options, done in ([], "4 copied, 0 there already"), (["--overwrite"], "0 copied, 4 there already"):
            assert main(["sessions", "copy", "--from", "sqlite:other.db", "--to", server.url, *options]) == 1
            told, counts = capsys.readouterr().out.splitlines()
            assert told.startswith("failed: m: ")
            assert "key mbasic:{m}: this is no record of a session" in told
            assert counts == f"2 sessions, 5 records: {done}, 1 failed"
        assert server.command("TYPE", "mbasic:{m}") == {"SET": "+string", "LPUSH": "+list", "HSET": "+hash"}[command]
        server.command("DEL", "mbasic:{m}")
        assert main(["sessions", "copy", "--from", "sqlite:other.db", "--to", server.url]) == 0
        assert capsys.readouterr().out == "2 sessions, 5 records: 1 copied, 4 there already\n"


def test_a_record_that_the_source_does_not_give_is_told_and_holds_up_nothing(
    stock: Stock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stock.put({**family("s"), "m": session("m")})
    load, file = SqliteStore.load, str(tmp_path / "file")

    async def refusing(self: SqliteStore, id: str) -> Record | None:
        if id == "m":
            raise Rejected("this page is damaged")
        return await load(self, id)

    monkeypatch.setattr(SqliteStore, "load", refusing)
    assert main(["sessions", "list", "--long"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["m", "1", "-", "-", "-", "cannot", "be", "read"]
    assert main(["sessions", "export", "--output", file]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("1 session, 4 records, ")
    assert shown.err == "failed: m: this page is damaged\n"
    assert main(["sessions", "import", file, "--store", "sqlite:again.db"]) == 0
    assert main(["sessions", "copy", "--from", "sqlite:sessions.db", "--to", "sqlite:back.db"]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "failed: m: this page is damaged",
        "2 sessions, 5 records: 4 copied, 0 there already, 1 failed",
    ]


def test_what_is_whole_in_a_damaged_file_is_saved(
    stock: Stock, other: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stock.put({f"s{n}": session(f"s{n}", text=os.urandom(10_000).hex()) for n in range(100)})
    whole = stock.records()
    file = tmp_path / "sessions.db"
    content = file.read_bytes()
    start = len(content) // 2 // 4096 * 4096
    file.write_bytes(content[:start] + b"\xa5" * 40_960 + content[start + 40_960 :])
    assert main(["sessions", "copy", "--from", "sqlite:sessions.db?check=off", "--to", "sqlite:other.db"]) == 1
    *failed, counts = capsys.readouterr().out.splitlines()
    assert all(line.startswith("failed: s") and "damaged" in line for line in failed)
    saved = other.records()
    assert counts == f"100 sessions, 100 records: {len(saved)} copied, 0 there already, {len(failed)} failed"
    assert 85 < len(saved) < 100
    assert saved.items() <= whole.items()
