"""A server process of a test's own, and the page as its handles show it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol, Self

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.servers import free_port

__all__ = ["SECRET", "Ide", "Served", "WebServer", "visit"]

_PATIENCE = 60.0  # seconds that a process may need to start or stop on a busy machine
_SCREEN: ViewportSize = {"width": 1440, "height": 900}
SECRET = "for-tests-only-0123456789-abcdefghij"


class WebServer:
    """One `mbasic web` on 127.0.0.1; `store` is its URL, `directory` holds its log and data."""

    def __init__(self, directory: Path, *, store: str = "memory:") -> None:
        self.directory = directory
        self.store = store
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server wrote."""
        return (self.directory / "web.log").read_text()

    def start(self) -> Self:
        """Start the process and return when it is ready."""
        self.launch()
        self.wait("/readyz")
        return self

    def launch(self, *options: str) -> None:
        """Start the process."""
        assert self._process is None, "the server is running"
        foreign = ("PYTEST_", "NICEGUI_", "MBASIC_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        environment |= {"MBASIC_STORAGE_SECRET": SECRET, "MBASIC_DATA_DIR": str(self.directory)}
        environment |= {"MBASIC_CONFIG": os.devnull}
        command = [sys.executable, "-m", "mbasic_core", "web", "--no-browser", "--port", str(self.port), *options]
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "web.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--store", self.store], cwd=self.directory, env=environment, stdout=log, stderr=log
            )

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of a plain request."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, problem.read()

    def readiness(self) -> tuple[int, dict[str, str]]:
        """Status and body of /readyz."""
        status, body = self.get("/readyz")
        return status, json.loads(body)

    def kill(self) -> None:
        """End the process as a crash does (SIGKILL)."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End the process in order (SIGTERM); its exit status."""
        return self._end(signal.SIGTERM)

    def close(self) -> None:
        """End the process if it runs."""
        if self._process is not None:
            self.stop()

    def wait(self, path: str) -> None:
        """Wait until a path is answered with 200."""
        assert self._process is not None, "the server was not started"
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if self.get(path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"the server does not start:\n{self.log[-3000:]}")

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        assert process is not None, "the server is not running"
        process.send_signal(number)
        try:
            return process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


class Ide:
    """The page, by the roles and names that everybody may rely on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.program = page.get_by_role("textbox", name="Program")
        self.terminal = page.get_by_role("textbox", name="Terminal")
        self.output = page.get_by_role("log", name="Terminal output")
        self.run = page.get_by_role("button", name="Run")
        self.stop = page.get_by_role("button", name="Stop")
        self.session = page.get_by_role("status", name="Session")
        self.alert = page.get_by_role("alert")
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def start(self, program: str) -> None:
        """Put a program into the editor and run it."""
        self.program.fill(program)
        self.run.click()

    def answer(self, text: str) -> None:
        """Type a line at the terminal when INPUT waits for it."""
        self.expect_phase("waiting for INPUT")
        self.terminal.press_sequentially(text + "\n")

    def expect_phase(self, phase: str, *, timeout: float = 10_000) -> None:
        """Wait until the session is in that phase."""
        expect(self.session).to_contain_text(phase, timeout=timeout)

    def expect_saved(self) -> None:
        """Wait until all is in a record that the store accepted."""
        expect(self.session).to_contain_text("live · saved", timeout=10_000)

    def expect_output(self, *texts: str) -> None:
        """Wait until each text stands in the terminal's log."""
        for text in texts:
            expect(self.output).to_contain_text(text, timeout=10_000)

    def printed(self) -> str:
        """Everything in the terminal's log."""
        return self.output.text_content() or ""

    def text(self) -> str:
        """The program as the editor holds it."""
        return "\n".join(self.page.locator(".cm-line").all_text_contents())


class Served(Protocol):
    """A server, or several behind one address."""

    @property
    def url(self) -> str: ...


def visit(browser: Browser | BrowserContext, server: Served, path: str = "/") -> Ide:
    """The page of a server, loaded and live: in a browser of its own, or one more tab of a context."""
    context = browser.new_context(viewport=_SCREEN) if isinstance(browser, Browser) else browser
    ide = Ide(context.new_page())
    ide.page.goto(server.url + path)
    expect(ide.program).to_be_visible(timeout=15_000)
    return ide
