"""`mbasic web` told to end: balancers are told first, then it goes in good order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import free_port


@contextmanager
def serving(path: Path, **variables: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server over SQLite, and its port; its log is in `path`."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "NICEGUI_", "MBASIC_"))}
    env |= {"MBASIC_CONFIG": str(path / "none.toml"), "MBASIC_DATA_DIR": str(path), **variables}
    command = [sys.executable, "-m", "mbasic_core", "web", "--no-browser", "--port", str(port), "--store", "sqlite:"]
    with (path / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=path, env=env, stdout=log, stderr=log, text=True)
    try:
        end = time.monotonic() + 60
        while ready(port)[0] != 200:
            assert process.poll() is None, (path / "log").read_text()
            assert time.monotonic() < end, "the server does not start"
            time.sleep(0.05)
        yield process, port
    finally:
        process.kill()
        process.wait()


def ready(port: int, path: str = "readyz") -> tuple[int, dict[str, str]]:
    """Status and body of an answer about health; status 0: nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)
    except OSError:
        return 0, {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_when_nobody_is_to_be_told(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, port):
        assert ready(port, "healthz") == (200, {"status": "ok"})
        process.send_signal(number)
        assert process.wait(10) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_readyz_says_so_while_pages_are_still_served(tmp_path: Path) -> None:
    with serving(tmp_path, MBASIC_DRAIN="2") as (process, port):
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        while (answer := ready(port))[0] == 200:
            time.sleep(0.01)
        assert answer == (503, {"status": "draining", "store": "ok"})
        assert ready(port, "healthz")[0] == 200
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).status == 200
        assert process.wait(20) == 0
        assert time.monotonic() - begun > 2
    log = (tmp_path / "log").read_text()
    assert "draining for 2 s: /readyz answers 503" in log
    assert "Traceback" not in log


def test_a_second_signal_ends_the_wait(tmp_path: Path) -> None:
    with serving(tmp_path, MBASIC_DRAIN="300") as (process, port):
        process.send_signal(signal.SIGTERM)
        while ready(port)[0] != 503:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
