"""`mbasic sessions list`."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbasic_core.cli.main import main
from tests.cli.sessions.stock import Stock, family, session


def test_an_empty_store(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "list"]) == 0
    assert capsys.readouterr().out == "SESSION  RECORDS\n0 sessions, 0 records\n"
    assert stock.records() == {}


def test_sessions_with_the_number_of_their_records(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("bb"), "aa": session("aa"), "cc/disk/1": b"lost"})
    assert main(["sessions", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["SESSION", "RECORDS"],
        ["aa", "1"],
        ["bb", "4"],
        ["cc", "1"],
        ["3", "sessions,", "6", "records"],
    ]


def test_their_state_is_read_when_asked_for(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("run"), "gone": session("gone", deleted=True), "bad": b"noise", "x/disk/1": b"lost"})
    stock.put({"half": session("half")[:-3], "late": session("late", seq=1234)})
    stock.put({"line": session("line", phase="line"), "keys": session("keys", phase="keys")})
    assert main(["sessions", "list", "--long"]) == 0
    rows = {line.split()[0]: line.split()[2:] for line in capsys.readouterr().out.splitlines()[1:-1]}
    assert rows["run"] == [f"{len(family('run')['run']):,}", "1", "1", "running"]
    assert rows["gone"][1:] == ["1", "1", "deleted"]
    assert rows["bad"] == ["5", "-", "-", "cannot", "be", "read"]
    assert rows["half"][1:] == ["-", "-", "cannot", "be", "read"]
    assert rows["late"][1:] == ["1", "1234", "ready"]
    assert rows["line"][3:] == rows["keys"][3:] == ["waiting", "for", "INPUT"]
    assert rows["x"] == ["-", "-", "-", "parts", "only"]


def test_a_store_of_one_process_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "list", "--store", "memory:"]) == 2
    assert "in the process that serves them" in capsys.readouterr().err


def test_trouble_shows_no_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "list", "--store", "redis://me:hunter2@127.0.0.1:1/0"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("redis://me:***@127.0.0.1:1/0: ") == 1
    assert "hunter2" not in shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--store", "sqlite:typo.db"],
        ["show", "s", "--store", "sqlite:typo.db"],
        ["export", "--output", "x", "--store", "sqlite:typo.db"],
        ["delete", "s", "--store", "sqlite:typo.db"],
        ["copy", "--from", "sqlite:typo.db", "--to", "sqlite:sessions.db"],
    ],
)
def test_a_store_that_is_not_there_is_not_begun(
    stock: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    stock.put({"s": session("s")})
    assert main(["sessions", *arguments]) == 2
    assert f"{tmp_path}/typo.db is not there" in capsys.readouterr().err
    assert not list(tmp_path.glob("typo*"))
    assert not (tmp_path / "x").exists()
