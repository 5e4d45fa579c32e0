"""Several server processes on one Redis behind a real balancer, each of which can be killed, stopped and started again.

The balancer's configuration is the one that `mbasic cluster` writes and that `deploy/` ships.
"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Self, TypeVar

from playwright.sync_api import BrowserContext

from mbasic_core.cli.cluster.balancer import Balancer, command, configuration, find
from mbasic_core.session.record import Head, parse_head
from mbasic_core.storage import StoreRegistry
from mbasic_core.web.identity import COOKIE, Signer, session_id
from tests.e2e.harness import SECRET, WebServer
from tests.servers import RedisServer, free_port

__all__ = ["BalancerProcess", "Cluster", "Node", "aside", "without_affinity"]

T = TypeVar("T")
_PATIENCE = 60.0  # seconds that a process may need to start or stop on a busy machine


class Node(WebServer):
    """One server process of a cluster; it keeps its port when it is started again."""

    @property
    def running(self) -> bool:
        """Whether it was started, and neither stopped nor killed since."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def owner(self) -> str:
        """The name, as logs show it, under which its present process owns sessions."""
        return re.findall(r"ready as (\w+):", self.log)[-1]

    def freeze(self) -> None:
        """Stop the process as a debugger does (SIGSTOP): its connections stay, answers do not come."""
        assert self._process is not None, "the server is not running"
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on (SIGCONT)."""
        assert self._process is not None, "the server is not running"
        self._process.send_signal(signal.SIGCONT)


class BalancerProcess:
    """HAProxy or nginx before `servers`, with the configuration that is shipped, in `directory`."""

    def __init__(self, directory: Path, kind: Balancer, servers: list[str], *, affinity: bool = True) -> None:
        self.port = free_port()
        self._kind, self._program = find(kind)
        self._directory = directory
        text = configuration(kind, listen=f"127.0.0.1:{self.port}", servers=servers, run=directory)
        self._text = text if affinity else without_affinity(text)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Start the process, and return when it answers."""
        self._directory.mkdir(parents=True, exist_ok=True)
        file = self._directory / "balancer.conf"
        file.write_text(self._text)
        with (self._directory / "balancer.log").open("ab") as log:
            arguments = command(self._kind, self._program, file, user="root")
            self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait_for_page()
        return self

    def reload(self) -> None:
        """Have it read its configuration again, as an operator does after a change; connections stay."""
        assert self._process is not None, "the balancer is not running"
        self._process.send_signal(signal.SIGUSR2 if self._kind == "haproxy" else signal.SIGHUP)

    def close(self) -> None:
        """End the process if it runs."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_for_page(self) -> None:
        """Wait until a page comes through."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=_PATIENCE):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the balancer does not serve:\n{(self._directory / 'balancer.log').read_text()[-3000:]}")


class Cluster:
    """`nodes` server processes on one Redis (which keeps every write in a file) behind a balancer.

    Example:
        with Cluster(tmp_path, balancer="nginx") as cluster:
            ide = visit(browser, cluster)
            ide.start(PROGRAM)
            node = cluster.owner_of(ide.page.context)
            node.kill()
            node.start()
    """

    def __init__(
        self, directory: Path, *, nodes: int = 2, balancer: Balancer = "haproxy", affinity: bool = True, store: str = ""
    ) -> None:
        self.redis = RedisServer(directory / "redis", aof=True)
        self._store = store
        self.nodes = [Node(directory / f"node{n + 1}") for n in range(nodes)]
        addresses = [f"127.0.0.1:{node.port}" for node in self.nodes]
        self.balancer = BalancerProcess(directory / "balancer", balancer, addresses, affinity=affinity)

    @property
    def url(self) -> str:
        """Where the page is: the balancer's."""
        return self.balancer.url

    @property
    def store(self) -> str:
        """The URL of the store."""
        return self._store or self.redis.url

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            if not self._store:
                undo.enter_context(self.redis)
            for node in self.nodes:
                node.store = self.store
                undo.callback(node.close)
                node.launch()
            for node in self.nodes:
                node.wait("/readyz")
            undo.callback(self.balancer.close)
            self.balancer.start()
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            if node.running:
                node.thaw()
        self._undo.close()

    def head(self, context: BrowserContext, workspace: str = "main") -> Head | None:
        """The head of the record of a browser's session; None while there is none."""
        id = self.session(context, workspace)
        return aside(lambda: self._head(id))

    def session(self, context: BrowserContext, workspace: str = "main") -> str:
        """The id of a browser's session."""
        [cookie] = [cookie for cookie in context.cookies() if cookie.get("name") == COOKIE]
        badge = Signer((SECRET,)).read(cookie.get("value"))
        assert badge is not None, "the browser's cookie is not ours"
        return session_id(badge.cookie_id, workspace)

    def owner_of(self, context: BrowserContext, workspace: str = "main", *, within: float = 10.0) -> Node:
        """The node that owns a browser's session; waits until there is one that runs."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            head = self.head(context, workspace)
            for node in self.nodes:
                if head is not None and node.running and head.owner.startswith(node.owner):
                    return node
            time.sleep(0.05)
        raise AssertionError("no process owns the session")

    async def _head(self, id: str) -> Head | None:
        store = StoreRegistry().create(self.store, data_dir=Path("/nowhere"))
        await store.open()
        try:
            record = await store.load(id)
        finally:
            await store.close()
        return parse_head(record.data, id) if record is not None else None


def aside(story: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run a coroutine in a thread of its own: Playwright has an event loop in the tests' one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(story())).result()


def without_affinity(configuration: str) -> str:
    """A configuration with plain round-robin: every request and every socket goes to the next server."""
    text = re.sub(r"\n +hash .*", "", configuration)  # nginx: round-robin is what it does by default
    text = re.sub(r"\n +cookie .*", "", text)
    return re.sub(r" cookie node\d+", "", text).replace("balance leastconn", "balance roundrobin")
