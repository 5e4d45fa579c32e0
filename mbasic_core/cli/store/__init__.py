"""`mbasic store ...`: what an author or an operator does with a store itself."""

from __future__ import annotations

import argparse

from mbasic_core.cli.arguments import Parsers, add_action, add_config

__all__ = ["add_store", "store"]

_WHICH = "the store: redis://127.0.0.1:6379/0, sqlite:, ...; `mbasic stores` lists the schemes"


def add_store(commands: Parsers) -> None:
    """Add `store` and what follows it to the arguments of the command."""
    top = add_action(commands, "store", "check, measure or begin a session store")
    actions = top.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = add_action(actions, "check", "run the conformance kit against a live store, and clean up")
    check.add_argument("url", metavar="URL", help=_WHICH)
    check.add_argument("names", metavar="CHECK", nargs="*", help="run only these checks")
    check.add_argument("--deadline", metavar="SECONDS", type=float, default=60.0, help="for each check (default 60)")
    bench = add_action(actions, "bench", "measure load, save and touch beside the raw driver, and clean up")
    bench.add_argument("url", metavar="URL", help=_WHICH)
    bench.add_argument("--rounds", metavar="N", type=int, default=200, help="calls of each kind (default 200)")
    for action in (check, bench):
        action.add_argument("--create", action="store_true", help="begin the store if it is not there; it stays")
        add_config(action)
    new = add_action(actions, "new", "write a project for a store of your own: mbasic-store-NAME")
    new.add_argument("name", metavar="NAME", help="also the scheme of its URLs: small letters, digits and -")
    new.add_argument("--directory", metavar="DIR", default=".", help="where to put it (default: here)")


def store(options: argparse.Namespace) -> int:
    """Carry out `options.action`; returns the exit status, raises Failure."""
    match options.action:
        case "check":
            from mbasic_core.cli.place import Place
            from mbasic_core.cli.store.check import check

            place = Place.of(options.url, config=options.config)
            return check(place, names=options.names, deadline=options.deadline, create=options.create)
        case "bench":
            from mbasic_core.cli.place import Place
            from mbasic_core.cli.store.bench import bench

            return bench(Place.of(options.url, config=options.config), rounds=options.rounds, create=options.create)
        case _:
            from mbasic_core.cli.store.new import new

            return new(options.name, options.directory)
