"""What `mbasic cluster` does: settings, the balancer's configuration, and processes that are kept going."""

from __future__ import annotations

import argparse
import getpass
import logging
import signal
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

from mbasic_core.cli.cluster.balancer import Balancer, command, configuration, find
from mbasic_core.cli.cluster.fleet import Fleet, Job
from mbasic_core.cli.failure import Failure
from mbasic_core.cli.logs import start_logging
from mbasic_core.cli.serve import as_failures, free_port
from mbasic_core.cli.trial import describe, try_store
from mbasic_core.config import Settings, exported, resolve_secret
from mbasic_core.storage import StoreRegistry, redact

__all__ = ["serve"]

_LOG = logging.getLogger(__name__)
_MOST = 64  # servers on one host
_ENDS = (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", None))  # the last: the terminal was closed


def serve(options: argparse.Namespace) -> int:
    """Run `options.processes` servers and a balancer until SIGTERM, Ctrl-C or the end of the terminal; the exit status.

    A process that ends is started again. Raises Failure (status 2) for settings that cannot be used, a store that the
    processes would not share or that does not answer, a missing balancer, and servers that do not come up.
    """
    if not 1 <= options.processes <= _MOST:
        raise Failure(f"--processes: a number from 1 to {_MOST} is expected, not {options.processes}")
    given = {name: getattr(options, name) for name in ("store_url", "port", "log_format")}
    with as_failures():
        settings = Settings.load(given, file=Path(options.config) if options.config else None)
        start_logging(settings.log_format)
        traits = try_store(StoreRegistry(), settings)
        if traits.scope == "process":
            raise Failure(
                f"the store {redact(settings.store_url)} lives in one process, and others would not see its sessions:"
                " give --store sqlite:FILE, redis://HOST or another that processes share"
            )
        secrets = resolve_secret(settings, "host")
    kind, program = find(options.balancer)
    settings = replace(settings, secrets=secrets, port=free_port(settings))
    _LOG.info("sessions are kept in %s (%s)", redact(settings.store_url), describe(traits))
    with tempfile.TemporaryDirectory(prefix="mbasic-cluster-") as folder:
        return _run(settings, options.processes, kind, program, Path(folder))


def _run(settings: Settings, processes: int, kind: Balancer, program: str, folder: Path) -> int:
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in _ENDS if number is not None}
    try:
        ports = _ports(settings, processes)
        servers = [_server(n, port, settings) for n, port in enumerate(ports)]
        file = folder / "balancer.conf"
        addresses = [f"127.0.0.1:{port}" for port in ports]
        file.write_text(configuration(kind, listen=settings.address, servers=addresses, run=folder), encoding="utf-8")
        balancer = Job(kind, command(kind, program, file, user=getpass.getuser()))
        with Fleet() as fleet:
            fleet.start(*servers)
            if fleet.up([f"http://{address}/readyz" for address in addresses], stop):
                fleet.start(balancer)
                if fleet.up([f"{settings.url}healthz"], stop):
                    _LOG.info("ready: open %s in a browser (%d servers behind %s)", settings.url, processes, kind)
            fleet.keep(stop)
        return 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _server(number: int, port: int, settings: Settings) -> Job:
    own = replace(settings, host="127.0.0.1", port=port, open_browser=False, wait_for_store=True)
    # By the environment, for anybody on the host can read a command line, and a URL may hold a password.
    return Job(f"server {number + 1}", [sys.executable, "-m", "mbasic_core", "web"], exported(own))


def _ports(settings: Settings, count: int) -> list[int]:
    """Free ports of this host, all different."""
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port(replace(settings, host="127.0.0.1", port=0)))
    return sorted(ports)
