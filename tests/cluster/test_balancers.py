"""The balancers' configurations alone, before servers that do nothing but answer, and start at once."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mbasic_core.cli.cluster.balancer import BALANCERS, Balancer
from tests.cluster.harness import BalancerProcess
from tests.servers import free_port

_SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_): pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answers).serve_forever()
"""
_PATIENCE = 30.0
_ROUNDS = 4
_REQUESTS = 12  # of as many browsers, so that some of them belong to each server


class Answering:
    """A server that can be killed and started again at its port."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", _SERVER, str(self.port)], stderr=subprocess.DEVNULL)
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert time.monotonic() < end, "the server does not start"
                time.sleep(0.01)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture(params=[2, 3])
def servers(request: pytest.FixtureRequest) -> Iterator[list[Answering]]:
    """As many as people have."""
    with ExitStack() as undo:
        made = [Answering() for _ in range(request.param)]
        for server in made:
            undo.callback(server.kill)
            server.start()
        yield made


def status(port: int) -> int:
    """What a browser's first request is answered with."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("kind", BALANCERS)
def test_every_request_is_answered_while_servers_die_one_after_the_other(
    tmp_path: Path, servers: list[Answering], kind: Balancer
) -> None:
    balancer = BalancerProcess(tmp_path, kind, [f"127.0.0.1:{server.port}" for server in servers])
    seen = []
    try:
        balancer.start()
        time.sleep(1.5)  # until HAProxy has asked them all
        for server in servers * _ROUNDS:
            server.kill()
            seen += [status(balancer.port) for _ in range(_REQUESTS)]
            server.start()
            time.sleep(0.3)  # less than nginx remembers a failure, more than HAProxy needs to see who is back
    finally:
        balancer.close()
    assert seen == [200] * (_REQUESTS * _ROUNDS * len(servers))
