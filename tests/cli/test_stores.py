"""`mbasic stores`: the table of what is installed."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.stores import stores
from mbasic_core.storage import StoreRegistry


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("MBASIC_", "NICEGUI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MBASIC_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("MBASIC_DATA_DIR", str(tmp_path))


def test_the_built_in_store_is_listed_with_its_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert stores() == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == ["SCHEME", "DISTRIBUTION", "VERSION", "SUMMARY"]
    [memory] = [row for row in rows if row.startswith("memory:")]
    assert "mbasic-core" in memory
    assert rows[-1].startswith("selected: memory: by the default (scope process, not durable")


def test_a_broken_plugin_is_listed_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    points = [EntryPoint("bad", "no_such_module", "mbasic")]
    assert stores(StoreRegistry(lambda: points)) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("broken: ")]
    assert "No module named 'no_such_module'" in line


def test_a_selected_store_that_cannot_be_used_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MBASIC_STORE", "nowhere://me:hunter2@db")
    assert stores() == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("selected: nowhere://me:***@db by MBASIC_STORE cannot be used now: ")
    assert "mbasic-store-nowhere" in last


def test_settings_that_make_no_sense_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBASIC_PORT", "high")
    with pytest.raises(Failure, match="MBASIC_PORT"):
        stores()


def test_it_tells_what_selects_the_store(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text('store = "memory:?max_sessions=3"')
    said = []
    for variable, flag in ((None, None), ("memory:?max_sessions=2", None), ("memory:", "memory:?max_sessions=1")):
        if variable is not None:
            monkeypatch.setenv("MBASIC_STORE", variable)
        assert stores(url=flag) == 0
        said.append(capsys.readouterr().out.splitlines()[-1].partition(" (")[0])
    assert said == [
        f"selected: memory:?max_sessions=3 by {tmp_path / 'config.toml'}: store",
        "selected: memory:?max_sessions=2 by MBASIC_STORE",
        "selected: memory:?max_sessions=1 by --store",
    ]
