"""Processes that are kept going, with small ones in the place of servers."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mbasic_core.cli.cluster.fleet import Fleet, Job
from mbasic_core.cli.failure import Failure

SLEEP = "import time; time.sleep(60)"


def python(name: str, code: str) -> Job:
    return Job(name, [sys.executable, "-c", code])


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_ends_is_started_again_and_all_end_together() -> None:
    stop, jobs = threading.Event(), [python("one", SLEEP), python("two", SLEEP)]
    with Fleet() as fleet:
        fleet.start(*jobs)
        assert jobs[0].process is not None
        assert jobs[1].process is not None
        first, other = jobs[0].process.pid, jobs[1].process.pid
        keeper = threading.Thread(target=fleet.keep, args=(stop,))
        keeper.start()
        os.kill(first, signal.SIGKILL)
        until(lambda: jobs[0].process is not None and jobs[0].process.pid != first)
        assert jobs[1].process.pid == other
        stop.set()
        keeper.join()
    assert [job.status for job in jobs] == [-signal.SIGTERM] * 2


def test_a_server_that_ends_at_its_start_is_a_failure() -> None:
    with Fleet() as fleet:
        fleet.start(python("server 1", "raise SystemExit(2)"))
        with pytest.raises(Failure, match="server 1 ended at its start with status 2"):
            fleet.up(["http://127.0.0.1:9/readyz"], threading.Event())


def test_it_stops_waiting_when_told_to() -> None:
    stop = threading.Event()
    stop.set()
    with Fleet() as fleet:
        fleet.start(python("server 1", SLEEP))
        assert not fleet.up(["http://127.0.0.1:9/readyz"], stop)


def test_a_program_that_cannot_be_started_is_a_failure(tmp_path: Path) -> None:
    with Fleet() as fleet, pytest.raises(Failure, match=r"cannot start .*: No such file"):
        fleet.start(Job("balancer", [str(tmp_path / "none")]))


def test_what_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("mbasic_core.cli.cluster.fleet._END", 0.5)
    deaf = python(
        "deaf", f"import signal, time; signal.signal(15, 1); open({str(tmp_path / 'on')!r}, 'w'); time.sleep(60)"
    )
    with Fleet() as fleet:
        fleet.start(deaf)
        until((tmp_path / "on").exists)
    assert deaf.status == -signal.SIGKILL
