"""What keeps `mbasic cluster` from serving."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbasic_core.cli.cluster import cluster
from mbasic_core.cli.failure import BAD_USAGE, Failure
from mbasic_core.cli.main import main, parser


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Settings from this test alone, and the log as it was."""
    for name in os.environ:
        if name.startswith(("MBASIC_", "NICEGUI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MBASIC_CONFIG", os.devnull)
    monkeypatch.setenv("MBASIC_DATA_DIR", str(tmp_path / "data"))
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before, level


def refused(*arguments: str) -> str:
    with pytest.raises(Failure) as caught:
        cluster(parser().parse_args(["cluster", *arguments]))
    assert caught.value.status == BAD_USAGE
    return str(caught.value)


def test_a_store_of_one_process_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused().startswith("the store memory: lives in one process, and others would not see its sessions")
    assert main(["cluster", "--store", "memory:"]) == BAD_USAGE
    assert "give --store sqlite:FILE, redis://HOST" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "-1", "65"])
def test_the_number_of_processes_has_bounds(count: str) -> None:
    assert refused("--processes", count) == f"--processes: a number from 1 to 64 is expected, not {count}"


def test_a_store_that_does_not_answer_is_named() -> None:
    assert "127.0.0.1:9" in refused("--store", "redis://127.0.0.1:9/0")


def test_a_missing_balancer_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "found no nginx" in refused("--store", f"sqlite:{tmp_path / 's.db'}", "--balancer", "nginx")


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def test_a_balancer_that_does_not_run_is_told_and_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("mbasic_core.cli.cluster.serve.find", lambda _: ("haproxy", "false"))
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        monkeypatch.delenv(name)  # by which NiceGUI believes itself to be tested
    store = f"sqlite:{tmp_path / 's.db'}"
    before = children()  # other tests may have left a helper of Python's own, which lives as long as this process
    with pytest.raises(Failure, match="haproxy ended at its start with status 1"):
        cluster(parser().parse_args(["cluster", "--store", store, "--processes", "1", "--port", "0"]))
    assert "ready: open" not in caplog.text
    assert children() == before
