"""`mbasic cluster`: several servers on this host behind a balancer, to try out how sessions move between processes."""

from __future__ import annotations

import argparse
from typing import TypeAlias

__all__ = ["add_cluster", "cluster"]

_Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 argparse has no other name for it
_WHAT = "serve the page by several processes on this host, behind HAProxy or nginx, for trying it out"


def add_cluster(commands: _Parsers) -> None:
    """Add `cluster` to the arguments of the command."""
    top = commands.add_parser("cluster", help=_WHAT, description=f"{_WHAT[0].upper()}{_WHAT[1:]}.")
    top.add_argument("--processes", metavar="N", type=int, default=2, help="how many servers (default 2)")
    top.add_argument("--store", dest="store_url", metavar="URL", help="where sessions are kept; all servers share it")
    top.add_argument("--port", help="port that the balancer listens on, 0 for any free one (default 8080)")
    top.add_argument("--balancer", choices=("haproxy", "nginx"), help="which one (default: the one that is installed)")
    top.add_argument("--log-format", choices=("text", "json"), help="how the log is written (default text)")
    top.add_argument("--config", metavar="FILE", help="settings in TOML (default: config.toml in the user's folder)")


def cluster(options: argparse.Namespace) -> int:
    """Serve until told to stop; returns the exit status, raises Failure."""
    from mbasic_core.cli.cluster.serve import serve

    return serve(options)
