"""A folder of the test's own for settings and stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.sessions.stock import Stock


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of the test's own: stores are files in its folder."""
    monkeypatch.setenv("MBASIC_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("MBASIC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MBASIC_STORE", "sqlite:sessions.db")


@pytest.fixture
def stock() -> Stock:
    """The store that the settings select; it is there, and empty."""
    store = Stock("sqlite:sessions.db")
    store.put({})
    return store


@pytest.fixture
def other() -> Stock:
    """Another store."""
    return Stock("sqlite:other.db")
