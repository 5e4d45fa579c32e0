"""Processes of the `mbasic` command, on pipes and on terminals."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 20.0  # seconds
_CODES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r(?!\n)")


class Command:
    """A running `mbasic` and what it has printed so far."""

    def __init__(self, process: subprocess.Popen[bytes], keyboard: int, screen: int) -> None:
        self.process = process
        self._keyboard = keyboard
        self._screen = screen
        self._codes = ""

    def type(self, text: str) -> None:
        os.write(self._keyboard, text.encode("latin-1"))

    def read_until(self, end: str) -> str:
        """What it prints up to and with `end`."""
        read = ""
        deadline = time.monotonic() + PATIENCE
        while not read.endswith(end):
            ready, _, _ = select.select([self._screen], [], [], max(0.0, deadline - time.monotonic()))
            byte = os.read(self._screen, 1) if ready else b""
            assert byte, f"only this came: {read!r}"
            read += byte.decode("latin-1")
        return read

    def see(self, end: str) -> str:
        """What a terminal shows up to and with `end`, without the codes that move the cursor and erase."""
        shown, deadline = "", time.monotonic() + PATIENCE
        while end not in shown:
            ready, _, _ = select.select([self._screen], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(self._screen, 65536).decode("latin-1") if ready else ""
            assert piece, f"only this came: {shown!r}"
            self._codes += piece
            shown = _CODES.sub("", self._codes)
        self._codes = shown[shown.index(end) + len(end) :]
        return shown[: shown.index(end) + len(end)]

    def hands_over(self, what: str) -> bool:
        """Whether its terminal comes to hand over "keys", one by one as they are typed, or "lines"."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            now, _, _, how, *_ = termios.tcgetattr(self._screen)
            if what == ("lines" if how & termios.ICANON else "keys") and (what == "lines") == bool(now & termios.IXON):
                return True
            time.sleep(0.005)
        return False

    def rest(self) -> str:
        """What it still prints before it ends."""
        read = b""
        while piece := os.read(self._screen, 65536):
            read += piece
        return read.decode("latin-1")

    def rest_of_terminal(self) -> str:
        """The same for a terminal, which says with an error that nobody writes to it any more."""
        read = b""
        while True:
            try:
                piece = os.read(self._screen, 65536)
            except OSError:
                return read.decode("latin-1")
            read += piece

    def complaints(self) -> str:
        """All that it wrote to stderr, when it has ended."""
        if self.process.stderr is None or self.process.stderr.closed:
            return ""
        with self.process.stderr as stream:
            return stream.read().decode()

    def wait(self) -> int:
        return self.process.wait(PATIENCE)


Start = Callable[..., Command]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `mbasic ARGUMENTS`, on a terminal if `terminal`, and ends it with the test."""
    running: list[Command] = []
    descriptors: list[int] = []

    def command(*arguments: str | Path, terminal: bool = False) -> Command:
        argv = [sys.executable, "-m", "mbasic_core", *map(str, arguments)]
        if terminal:
            keyboard, stdin = pty.openpty()
            screen, stdout = keyboard, stdin
        else:
            stdin, keyboard = os.pipe()
            screen, stdout = os.pipe()
        descriptors.extend({keyboard, screen})
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        environment["TERM"] = "xterm"
        process = subprocess.Popen(
            argv, env=environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, start_new_session=True
        )
        for descriptor in {stdin, stdout}:
            os.close(descriptor)
        running.append(Command(process, keyboard, screen))
        return running[-1]

    yield command
    for each in running:
        each.process.kill()
        each.process.wait()
        each.complaints()
    for descriptor in descriptors:
        os.close(descriptor)
