"""Sessions that are encrypted: what a command can do with the key, and without it."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from mbasic_core.cli.main import main
from mbasic_core.session.codec import Codec
from mbasic_core.session.record import parse_head
from tests.cli.sessions.stock import Stock, session

KEY = Fernet.generate_key().decode()


@pytest.fixture
def sealed(stock: Stock) -> Stock:
    """One session, whose record needs the key."""
    stock.put({"s": session("s", text="10 END", disk="s/disk/1", codec=Codec([KEY])), "s/disk/0": b"former"})
    return stock


def test_with_the_key_a_session_is_shown(
    sealed: Stock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MBASIC_STORAGE_KEY", KEY)
    assert main(["sessions", "show", "s", "--program"]) == 0
    assert capsys.readouterr().out == "10 END\n"
    assert main(["sessions", "list", "--long"]) == 0
    assert "ready" in capsys.readouterr().out
    assert "s/disk/0" in sealed.records()


def test_without_it_the_head_is_all_that_is_shown(sealed: Stock, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "show", "s"]) == 1
    shown = capsys.readouterr().out
    assert "epoch 1, 1 save" in shown
    assert "cannot be read: it is encrypted, and MBASIC_STORAGE_KEY is not set" in shown
    assert main(["sessions", "list", "--long"]) == 0
    assert "cannot be read" in capsys.readouterr().out
    assert KEY not in shown
    assert "s" in sealed.records()


def test_copies_need_no_key(sealed: Stock, other: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["sessions", "copy", "--from", "sqlite:sessions.db", "--to", "sqlite:other.db"]) == 0
    assert other.records() == sealed.records()
    assert other.expiries()["s/disk/0"] > 86_400, "without the key nobody knows that it is a former one"
    monkeypatch.setenv("MBASIC_STORAGE_KEY", KEY)
    assert main(["sessions", "copy", "--from", "sqlite:sessions.db", "--to", "sqlite:third.db"]) == 0
    assert Stock("sqlite:third.db").expiries()["s/disk/0"] <= 600


def test_deleting_needs_no_key(sealed: Stock) -> None:
    assert main(["sessions", "delete", "s"]) == 0
    assert parse_head(sealed.records()["s"].data, "s").deleted
    assert set(sealed.records()) == {"s"}


def test_a_key_that_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MBASIC_STORAGE_KEY", "hunter2")
    assert main(["sessions", "list"]) == 2
    shown = capsys.readouterr().err
    assert "MBASIC_STORAGE_KEY is no Fernet key" in shown
    assert "hunter2" not in shown
