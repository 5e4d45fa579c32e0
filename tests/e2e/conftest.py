"""A Chromium for all browser tests, and servers that end with their test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.harness import WebServer
from tests.servers import RedisServer

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")  # it has an event loop, which must not stand in the way of other tests
def browser() -> Iterator[Browser]:
    """The system's Chromium, or the one that Playwright installed."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def closed_pages(browser: Browser) -> Iterator[None]:
    """A page that outlives its test goes on trying to reach its server, which is gone, or is another test's by then."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A server with the memory store, for the tests of one module; each visits it as a browser of its own."""
    running = WebServer(tmp_path_factory.mktemp("web")).start()
    yield running
    running.close()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[[str], WebServer]]:
    """Starts a server on a store: "memory", "sqlite" or "redis" (each new for the test), or a URL."""
    servers: list[WebServer] = []
    stores: list[RedisServer] = []

    def start(store: str) -> WebServer:
        url = store
        if store == "memory":
            url = "memory:"
        elif store == "sqlite":
            url = f"sqlite:///{tmp_path / 'sessions.db'}"
        elif store == "redis":
            redis = RedisServer(tmp_path / "redis")
            redis.start()
            stores.append(redis)
            url = redis.url
        server = WebServer(tmp_path / f"web{len(servers)}", store=url)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.close()
    for redis in stores:
        redis.stop()
