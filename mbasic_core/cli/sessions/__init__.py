"""`mbasic sessions ...`: what an operator does with the sessions in a store."""

from __future__ import annotations

import argparse

from mbasic_core.cli.arguments import Parsers, add_action, add_config

__all__ = ["add_sessions", "sessions"]


def add_sessions(commands: Parsers) -> None:
    """Add `sessions` and what follows it to the arguments of the command."""
    top = add_action(commands, "sessions", "list, show, save, move or delete the sessions in a store")
    actions = top.add_subparsers(dest="action", metavar="ACTION", required=True)
    every = add_action(actions, "list", "list the sessions")
    every.add_argument("--long", action="store_true", help="with size and state, which reads every session")
    show = add_action(actions, "show", "show what one session holds")
    show.add_argument("id", metavar="ID", help="or how it begins, as long as no other one does")
    show.add_argument("--program", action="store_true", help="print its program, and nothing else")
    export = add_action(actions, "export", "write sessions into a file")
    export.add_argument("ids", metavar="ID", nargs="*", help="which (default: all)")
    export.add_argument("--output", metavar="FILE", required=True, help="a new file, - for stdout")
    load = add_action(actions, "import", "put the sessions of a file into a store; what is there already is skipped")
    load.add_argument("file", metavar="FILE", help="as export wrote it, - for stdin")
    delete = add_action(actions, "delete", "delete sessions, with all that belongs to them")
    delete.add_argument("ids", metavar="ID", nargs="+", help="which")
    delete.add_argument(
        "--purge", action="store_true", help="leave no mark that stops a server which holds one from saving it again"
    )
    copy = add_action(actions, "copy", "copy all sessions to another store; run again, it goes on where it was")
    copy.add_argument("--from", dest="source", metavar="URL", required=True, help="the store that has them")
    copy.add_argument("--to", dest="target", metavar="URL", required=True, help="the store that gets them")
    for action in (load, copy):
        action.add_argument(
            "--overwrite", action="store_true", help="replace sessions that are newer in the target too"
        )
        action.add_argument("--days", type=float, default=30.0, help="that they live from now (default 30)")
    for action in (every, show, export, load, delete):
        action.add_argument("--store", dest="store_url", metavar="URL", help="which (default: the selected one)")
    for action in (every, show, export, load, delete, copy):
        add_config(action)


def sessions(options: argparse.Namespace) -> int:
    """Carry out `options.action`; returns the exit status, raises Failure."""
    from mbasic_core.cli.place import Place

    if options.action == "copy":
        from mbasic_core.cli.sessions.copying import copy

        source, target = (Place.of(url, config=options.config) for url in (options.source, options.target))
        return copy(source.existing(), target, days=options.days, overwrite=options.overwrite)
    place = Place.of(options.store_url, config=options.config)
    match options.action:
        case "list":
            from mbasic_core.cli.sessions.listing import list_sessions

            return list_sessions(place.existing(), long=options.long)
        case "show":
            from mbasic_core.cli.sessions.showing import show

            return show(place.existing(), options.id, program=options.program)
        case "export":
            from mbasic_core.cli.sessions.exporting import export

            return export(place.existing(), options.ids, options.output)
        case "import":
            from mbasic_core.cli.sessions.importing import import_sessions

            return import_sessions(place, options.file, days=options.days, overwrite=options.overwrite)
        case _:
            from mbasic_core.cli.sessions.deleting import delete

            return delete(place.existing(), options.ids, purge=options.purge)
