"""`mbasic store new`: what it writes works, and nothing is written over."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.main import main
from mbasic_core.cli.store.new import new, project


def test_the_project_is_complete_and_its_test_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "new", "shoe-box", "--directory", str(tmp_path)]) == 0
    folder = tmp_path / "mbasic-store-shoe-box"
    shown = capsys.readouterr().out
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {
        "pyproject.toml",
        "README.md",
        "__init__.py",
        "py.typed",
        "test_shoe_box_store.py",
    }
    assert all(str(path) in shown for path in files)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    some = ["-k", "hook or every_byte or create_once or unopened or durable or namespaces"]
    done = subprocess.run([*command, *some], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "4 passed, 2 skipped" in done.stdout


def test_the_distribution_names_its_entry_point() -> None:
    files = project("tape")
    assert '[project.entry-points.mbasic]\ntape = "mbasic_store_tape"' in files["pyproject.toml"]
    assert "class TapeStore(SessionStore):" in files["src/mbasic_store_tape/__init__.py"]
    assert not any("$name" in text or "$module" in text or "${" in text for text in files.values())


def test_the_full_name_of_the_distribution_will_do(tmp_path: Path) -> None:
    assert new("mbasic-store-tape", str(tmp_path)) == 0
    assert (tmp_path / "mbasic-store-tape").is_dir()


@pytest.mark.parametrize("name", ["", "Tape", "1st", "a--b", "-a", "a_b", "../a", "a b", "é", "x" * 41])
def test_a_name_that_cannot_be_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(Failure, match="no name for a store"):
        new(name, str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["redis", "sqlite", "memory", "class"])
def test_a_name_that_is_taken(tmp_path: Path, name: str) -> None:
    with pytest.raises(Failure, match="taken"):
        new(name, str(tmp_path))


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mbasic-store-tape").mkdir()
    with pytest.raises(Failure, match="there already"):
        new("tape", str(tmp_path))
    assert list((tmp_path / "mbasic-store-tape").iterdir()) == []


def test_half_a_project_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, *_: str, **_options: str) -> int:
        (self.parent / self.name).touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(Failure, match="No space left on device"):
            new("shelf", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert new("shelf", str(tmp_path)) == 0


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="No such file"):
        new("tape", str(tmp_path / "nowhere"))
