"""A server process that starts before its Redis does: it says so and ends, or waits when it was told to."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import time
from pathlib import Path

import pytest

from tests.servers import RedisServer, free_port

pytestmark = pytest.mark.faults


def test_it_waits_when_told_to(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis", port=free_port())
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MBASIC_", "NICEGUI_", "PYTEST_"))}
    env |= {"MBASIC_CONFIG": str(tmp_path / "none.toml"), "MBASIC_DATA_DIR": str(tmp_path / "data")}
    env |= {"MBASIC_STORAGE_SECRET": "s" * 32}
    command = [f"{sysconfig.get_path('scripts')}/mbasic", "web", "--port", "0", "--store", server.url]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--wait-for-store"], env=env, stdout=log, stderr=log)
    try:
        _until(tmp_path / "log", "does not answer yet", within=10.0)
        with server:
            begun = time.monotonic()
            _until(tmp_path / "log", "sessions are kept in", within=12.0)  # the pause between two tries grows to 10
            store = time.monotonic() - begun
            _until(tmp_path / "log", ": open http", within=20.0)
            said = (tmp_path / "log").read_text(encoding="utf-8")
            assert said.count("appendonly is no") == 1
            page = time.monotonic() - begun
            print(f"down at start, with --wait-for-store: store found {store:.2f} s, page served {page:.2f} s")
            assert process.poll() is None
    finally:
        process.terminate()
        process.wait(20)


def _until(log: Path, text: str, *, within: float) -> None:
    end = time.monotonic() + within
    while text not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < end, log.read_text(encoding="utf-8")
        time.sleep(0.02)
