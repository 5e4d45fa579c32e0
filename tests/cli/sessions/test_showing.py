"""`mbasic sessions show`."""

from __future__ import annotations

import pytest

from mbasic_core.cli.main import main
from tests.cli.sessions.stock import ROOT, Stock, family, session


def test_what_a_session_holds(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("s"), "sx": session("sx")})
    assert main(["sessions", "show", "s"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    shown = dict(lines)
    assert shown["version"] == stock.records()["s"].version
    assert shown["line"] == f"root {ROOT}, life 1, epoch 1, 1 save"
    assert shown["state"] == "running"
    assert shown["program"] == "2 lines, 20 characters, revision 0"
    assert shown["disk"] == "s/disk/new"
    assert shown["tabs"] == "1"
    assert [text for name, text in lines if name == "part"] == [
        "s/damaged/20260101T000000.000000Z  9 bytes",
        "s/disk/new  5 bytes",
        "s/disk/old  12 bytes",
    ]


def test_a_session_that_waits_says_so_as_the_page_does(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({"s": session("s", phase="line")})
    assert main(["sessions", "show", "s"]) == 0
    assert "waiting for INPUT" in capsys.readouterr().out


def test_its_program_alone(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put(family("s"))
    assert main(["sessions", "show", "s", "--program"]) == 0
    assert capsys.readouterr().out == '10 PRINT "HI"\n20 END\n'


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (session("s", deleted=True), 0, "deleted"),
        (b"noise", 1, "cannot be read"),
        (session("t"), 1, "another session"),
        (session("s")[:-1], 1, "cannot be read"),
    ],
)
def test_a_record_without_a_program(
    stock: Stock, capsys: pytest.CaptureFixture[str], data: bytes, status: int, words: str
) -> None:
    stock.put({"s": data})
    assert main(["sessions", "show", "s"]) == status
    assert words in capsys.readouterr().out
    assert main(["sessions", "show", "s", "--program"]) == 1
    assert words in capsys.readouterr().err


def test_parts_that_nothing_names(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({"s/disk/1": b"files"})
    assert main(["sessions", "show", "s"]) == 1
    assert "there is none, only parts" in capsys.readouterr().out


@pytest.mark.parametrize(("id", "words"), [("nobody", "there is no session nobody"), ("s/disk/1", "no session's id")])
def test_a_session_that_is_not_there(stock: Stock, capsys: pytest.CaptureFixture[str], id: str, words: str) -> None:
    stock.put({"somebody": session("somebody")})
    assert main(["sessions", "show", id]) == 2
    assert words in capsys.readouterr().err


def test_an_id_may_be_cut_short_while_one_session_begins_so(stock: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({**family("ab12"), "abc": session("abc"), "abcd": session("abcd"), "zz": session("zz")})
    assert main(["sessions", "show", "ab1"]) == 0
    assert "ab12/disk/new" in capsys.readouterr().out
    assert main(["sessions", "show", "abc"]) == 0, "a whole id is no beginning"
    assert capsys.readouterr().out.splitlines()[0].split() == ["session", "abc"]
    assert main(["sessions", "show", "ab"]) == 2
    assert "3 sessions begin with ab: ab12, abc, abcd" in capsys.readouterr().err
    stock.put({f"n{number}": b"x" for number in range(9)})
    assert main(["sessions", "show", "n"]) == 2
    assert "9 sessions begin with n: n0, n1, n2, n3, n4, ..." in capsys.readouterr().err
