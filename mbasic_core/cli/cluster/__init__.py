"""`mbasic cluster`: several servers on this host behind a balancer, to try out how sessions move between processes."""

from __future__ import annotations

import argparse

from mbasic_core.cli.arguments import Parsers, add_action, add_config

__all__ = ["add_cluster", "cluster"]

_WHAT = "serve the page by several processes on this host, behind HAProxy or nginx, for trying it out"


def add_cluster(commands: Parsers) -> None:
    """Add `cluster` to the arguments of the command."""
    top = add_action(commands, "cluster", _WHAT)
    top.add_argument("--processes", metavar="N", type=int, default=2, help="how many servers (default 2)")
    top.add_argument("--store", dest="store_url", metavar="URL", help="where sessions are kept; all servers share it")
    top.add_argument("--port", help="port that the balancer listens on, 0 for any free one (default 8080)")
    top.add_argument("--balancer", choices=("haproxy", "nginx"), help="which one (default: the one that is installed)")
    top.add_argument("--log-format", choices=("text", "json"), help="how the log is written (default text)")
    add_config(top)


def cluster(options: argparse.Namespace) -> int:
    """Serve until told to stop; returns the exit status, raises Failure."""
    from mbasic_core.cli.cluster.serve import serve

    return serve(options)
