"""Processes that are kept going: one that ends is started again, and all end together."""

from __future__ import annotations

import logging
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from types import TracebackType
from typing import Self

from mbasic_core.cli.failure import BAD_USAGE, Failure

__all__ = ["Fleet", "Job"]

_LOG = logging.getLogger(__name__)
_LOOK = 0.1  # seconds between two looks at the processes
_START = 60.0  # seconds that servers may take to come up
_END = 20.0  # seconds that they may take to save and to end
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0  # seconds before a process is started again
_LIVED = 10.0  # seconds after which a process did not fail at its start


@dataclass(slots=True)
class Job:
    """A process to be kept going; `environment` None: as this process's."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    again: float = 0.0
    pause: float = field(default=_FIRST_PAUSE)

    def start(self) -> None:
        """Start the process, in a session of its own: what a terminal sends to everybody is for us to pass on."""
        self.process = subprocess.Popen(  # noqa: S603 - the command is ours
            self.command, env=self.environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.since = time.monotonic()

    @property
    def status(self) -> int | None:
        """The exit status of the process; None while it runs."""
        return self.process.poll() if self.process is not None else None


class Fleet:
    """Starts jobs, keeps them going, and ends them all when it is left."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def start(self, *jobs: Job) -> None:
        """Start further jobs. Raises Failure for a program that cannot be started."""
        for job in jobs:
            try:
                job.start()
            except OSError as problem:
                raise Failure(f"cannot start {job.command[0]}: {problem.strerror}") from problem
            self._jobs.append(job)

    def up(self, addresses: Sequence[str], stop: Event) -> bool:
        """Wait until each address is answered with 200; False when `stop` came first.

        Raises Failure when a process ends before, or when it takes too long.
        """
        waited, end = list(addresses), time.monotonic() + _START
        while waited and not stop.wait(_LOOK):
            for job in self._jobs:
                if job.status is not None:
                    raise Failure(f"{job.name} ended at its start with status {job.status}", status=BAD_USAGE)
            if time.monotonic() > end:
                raise Failure(f"no answer from {waited[0]} within {_START:g} s")
            if _answers(waited[0]):
                waited.pop(0)
        return not waited

    def keep(self, stop: Event) -> None:
        """Start again whatever ends, until `stop`."""
        while not stop.wait(_LOOK):
            now = time.monotonic()
            for job in self._jobs:
                if job.process is None:
                    if now >= job.again:
                        job.start()
                elif job.status is not None:
                    job.pause = _FIRST_PAUSE if now - job.since > _LIVED else min(2 * job.pause, _LONGEST_PAUSE)
                    _LOG.warning("%s ended with status %d; it is started again", job.name, job.status)
                    job.process, job.again = None, now + job.pause

    def _end(self) -> None:
        """End everything; what was started last, the balancer, only when the others have ended."""
        for jobs in (self._jobs[:-1], self._jobs[-1:]):
            for job in jobs:
                if job.process is not None and job.status is None:
                    job.process.terminate()
            end = time.monotonic() + _END
            for job in jobs:
                if job.process is not None:
                    try:
                        job.process.wait(max(0.1, end - time.monotonic()))
                    except subprocess.TimeoutExpired:
                        _LOG.error("%s does not end, and is killed", job.name)
                        job.process.kill()
                        job.process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2.0) as answer:  # noqa: S310 - an address of our own making
            return bool(answer.status == 200)
    except OSError:
        return False
