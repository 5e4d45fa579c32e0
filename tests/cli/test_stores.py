"""`mbasic stores`: the table of what is installed."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.main import main
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


def test_another_file_of_settings_selects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.toml").write_text('store = "memory:?max_sessions=5"\n')
    assert main(["stores", "--config", str(tmp_path / "other.toml")]) == 0
    selected = capsys.readouterr().out.splitlines()[-1]
    assert selected.startswith(f"selected: memory:?max_sessions=5 by {tmp_path / 'other.toml'}: store (scope process")
    assert main(["stores", "--config", str(tmp_path / "none.toml")]) == 2
    assert "there is no such configuration file" in capsys.readouterr().err


def test_a_broken_plugin_is_listed_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    points = [EntryPoint("bad", "no_such_module", "mbasic"), EntryPoint("memory", "mbasic_store_memory", "mbasic")]
    assert stores(StoreRegistry(lambda: points)) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("broken: ")]
    assert "No module named 'no_such_module'" in line


def test_a_selected_store_that_cannot_be_used_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MBASIC_STORE", "nowhere://me:hunter2@db")
    assert main(["stores"]) == 1
    shown = capsys.readouterr()
    heading, *_, last = shown.out.splitlines()
    assert heading.startswith("SCHEME")
    assert last == "selected: nowhere://me:***@db by MBASIC_STORE (cannot be used now)"
    [line] = shown.err.splitlines()
    assert line.startswith("mbasic: the selected store cannot be used now: ")
    assert "mbasic-store-nowhere" in line
    assert "hunter2" not in line


def test_a_selected_store_whose_plugin_is_broken_ends_with_the_cause(capsys: pytest.CaptureFixture[str]) -> None:
    points = [EntryPoint("bad", "no_such_module", "mbasic")]
    with pytest.raises(Failure, match=r"cannot be used now: .*No module named 'no_such_module'") as caught:
        stores(StoreRegistry(lambda: points), url="bad:")
    assert caught.value.status == 1
    assert capsys.readouterr().out.endswith("selected: bad: by --store (cannot be used now)\n")


def test_a_selected_store_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=f"{tmp_path} is a folder") as caught:
        stores(url=f"sqlite://{tmp_path}")
    assert caught.value.status == 1


def test_settings_that_make_no_sense_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBASIC_PORT", "high")
    with pytest.raises(Failure, match="MBASIC_PORT") as caught:
        stores()
    assert caught.value.status == 2


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
