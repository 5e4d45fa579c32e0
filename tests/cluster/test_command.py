"""`mbasic cluster` as a user starts it: it serves, mends itself, and ends with everything it started."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mbasic_core.cli.cluster.balancer import BALANCERS, Balancer
from tests.e2e.harness import Served, visit

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start

_PATIENCE = 60.0
_END = {"haproxy": signal.SIGINT, "nginx": signal.SIGHUP}  # Ctrl-C, and a terminal that is closed


class Address(Served):
    """Where the cluster says that it is."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def url(self) -> str:
        return self._url


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("balancer", BALANCERS)
def test_it_serves_and_mends_itself_and_ends(browser: Browser, tmp_path: Path, balancer: Balancer) -> None:
    environment = {
        name: word for name, word in os.environ.items() if not name.startswith(("MBASIC_", "NICEGUI_", "PYTEST_"))
    }
    environment |= {"MBASIC_DATA_DIR": str(tmp_path), "MBASIC_CONFIG": os.devnull}
    command = [sys.executable, "-m", "mbasic_core", "cluster", "--processes", "2", "--port", "0"]
    command += ["--store", f"sqlite:{tmp_path / 'sessions.db'}", "--balancer", balancer]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: process.poll() is not None or f"2 servers behind {balancer}" in (tmp_path / "log").read_text())
        text = (tmp_path / "log").read_text()
        found = re.search(r"ready: open (http://\S+)/ in a browser", text)
        assert found is not None, text
        until(lambda: served(found[1]))
        ide = visit(browser, Address(found[1]))
        ide.start('10 PRINT 6*7: GOTO 20\n20 K$=INKEY$: IF K$="" THEN 20\n30 PRINT K$')
        ide.expect_output(" 42 ")
        ide.expect_saved()
        family = children(process.pid)
        assert len(family) == 3
        for pid in family[:2]:  # both servers, one after the other
            os.kill(pid, signal.SIGKILL)
            until(lambda pid=pid: pid not in children(process.pid) and len(children(process.pid)) == 3)
            until(lambda: served(found[1]))
        ide.expect_phase("running", timeout=20_000)
        ide.terminal.press("z")
        ide.expect_output("z")
        ide.page.context.close()
        family = children(process.pid)
        process.send_signal(_END[balancer])
        assert process.wait(_PATIENCE) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in family)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(_PATIENCE)


def served(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/healthz", timeout=5.0) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
