"""`mbasic sessions delete`: under servers that hold a session, and for good."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mbasic_core.cli import progress
from mbasic_core.cli.main import main
from mbasic_core.cli.sessions.deleting import delete
from mbasic_core.session import Action, SessionService
from mbasic_core.session.record import parse
from tests.cli.sessions.stock import Stock, family, session
from tests.servers import RedisServer


def test_a_mark_stays_for_an_hour(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("s"), "t": session("t")})
    assert main(["sessions", "delete", "s"]) == 0
    assert capsys.readouterr().out == "1 session deleted, 4 records\n"
    records = stock.records()
    assert set(records) == {"s", "t"}
    head = parse(records["s"].data, "s").head
    assert (head.deleted, head.epoch, head.seq) == (True, 2, 2)
    assert 3500 < stock.expiries()["s"] <= 3600


def test_one_that_is_not_there_is_told(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({"s": session("s"), "gone": session("gone", deleted=True)})
    assert main(["sessions", "delete", "s", "s", "nobody", "gone"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "there is no session nobody",
        "there is no session gone",
        "1 session deleted, 1 record",
    ]
    assert set(stock.records()) == {"s", "gone"}


def test_long_work_tells_how_far_it_is(
    stock: Stock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_ELSEWHERE", 0.0)
    stock.put({"s": session("s"), "t": session("t")})
    assert main(["sessions", "delete", "s", "t"]) == 0
    output = capsys.readouterr()
    assert output.err == "1 of 2 sessions\n2 of 2 sessions\n"
    assert output.out == "2 sessions deleted, 2 records\n"


def test_purge_leaves_nothing(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("s"), "x": b"noise", "t": session("t")})
    assert main(["sessions", "delete", "--purge", "s", "x"]) == 0
    assert capsys.readouterr().out == "2 sessions deleted, 5 records\n"
    assert set(stock.records()) == {"t"}


def test_a_damaged_record_goes_without_a_mark(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({"s": b"noise", "s/disk/1": b"files"})
    assert main(["sessions", "delete", "s"]) == 0
    assert capsys.readouterr().out == "1 session deleted, 2 records\n"
    assert stock.records() == {}


@pytest.mark.parametrize("arguments", [["delete"], ["delete", "--purge"], ["show"], ["export", "--output", "none"]])
def test_a_key_of_somebody_else_is_named_with_what_to_do_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with RedisServer(tmp_path / "redis") as server:
        server.command("SET", "mbasic:{theirs}", "shellac")
        assert main(["sessions", *arguments, "theirs", "--store", server.url]) == 2
        assert server.command("GET", "mbasic:{theirs}").endswith("shellac")
    told = capsys.readouterr().err
    assert "key mbasic:{theirs}: this is no record of a session: remove that key, or give mbasic a namespace of" in told
    assert told.count("\n") == 1


def test_a_newer_releases_record_is_left_alone(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    newer = session("s").replace(b"\xa6format\x01", b"\xa6format\x63")
    stock.put({"s": newer})
    stock.put({"first": session("first")})
    assert main(["sessions", "delete", "first", "s"]) == 2
    shown = capsys.readouterr()
    assert "newer release" in shown.err
    assert shown.out == "1 session deleted, 1 record\n"
    assert stock.records()["s"].data == newer
    assert main(["sessions", "delete", "s", "first", "--purge"]) == 0
    assert stock.records() == {}


def test_the_server_that_holds_it_lets_go(stock: Stock) -> None:
    async def story() -> None:
        async with stock.place.opened() as store:
            service = SessionService(store, poll=0.02)
            await service.start()
            live = await service.open("s")
            live.apply(Action("tab", 1, live.root, live.life, "edit", "10 PRINT 1"))
            await live.settle()
            assert await asyncio.to_thread(delete, stock.place, ["s"]) == 0
            for _ in range(500):
                if live.document.text == "":
                    break
                await asyncio.sleep(0.02)
            assert live.document.text == ""
            await service.close()

    asyncio.run(story())
    assert parse(stock.records()["s"].data, "s").head.deleted
