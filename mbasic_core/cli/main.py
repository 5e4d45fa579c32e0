"""The `mbasic` command: its arguments, and the one place where an error becomes a message and an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from mbasic_core.cli.arguments import add_action, add_config, add_files, add_strict
from mbasic_core.cli.cluster import add_cluster, cluster
from mbasic_core.cli.failure import INTERRUPTED, READER_GONE, Failure
from mbasic_core.cli.sessions import add_sessions, sessions
from mbasic_core.cli.store import add_store, store

__all__ = ["main", "parser"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: the process's) name.

    Returns 0, 1 when a BASIC program was stopped by an error, 2 when the command cannot be carried out as given (also
    raised as SystemExit by the parser of arguments), 130 after Ctrl-C, 141 when
    nobody reads the output any more (without a word: `| head` is no trouble).
    """
    options = parser().parse_args(arguments)
    try:
        return _dispatch(options)
    except Failure as failure:
        _flush()
        print(f"mbasic: {failure}", file=sys.stderr)
        return failure.status
    except BrokenPipeError:
        _flush()
        return READER_GONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _flush() -> None:
    """Send off what is still buffered for stdout; what cannot be written any more is dropped without a further word."""
    if sys.stdout is None:  # closed by whoever started us
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the interpreter's own last flush


def _dispatch(options: argparse.Namespace) -> int:
    # Each command imports what it needs, when it is given: a program starts without waiting for the web parts.
    match options.command:
        case "run":
            from mbasic_core.cli.run import run

            return run(options.file, strict=bool(options.strict), files=options.files, record=options.record_size)
        case "web":
            from mbasic_core.cli.serve import serve

            return serve(options)
        case "cluster":
            return cluster(options)
        case "stores":
            from mbasic_core.cli.stores import stores

            return stores(url=options.store_url, config=options.config)
        case "store":
            return store(options)
        case "sessions":
            return sessions(options)
        case _:
            from mbasic_core.cli.repl import repl

            return repl(strict=bool(options.strict), files=options.files, record=options.record_size)


def parser() -> argparse.ArgumentParser:
    """The arguments of the command."""
    top = argparse.ArgumentParser(
        prog="mbasic",
        description="MBASIC 5.21 on the command line and in the browser. Without a command: BASIC's own prompt.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    add_strict(top)
    add_files(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    run = add_action(commands, "run", "run a program: stdin feeds INPUT, stdout gets what it prints")
    run.add_argument("file", metavar="FILE", help="the program: text, or as BASIC's SAVE wrote it")
    add_strict(run, argparse.SUPPRESS)
    add_files(run, files=argparse.SUPPRESS, record=argparse.SUPPRESS)
    web = add_action(commands, "web", "serve the page with editor and terminal")
    web.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    web.add_argument("--port", help="port to listen on, 0 for any free one (default 8080)")
    web.add_argument("--store", dest="store_url", metavar="URL", help="where sessions are kept (default memory:)")
    web.add_argument(
        "--no-browser", dest="open_browser", action="store_const", const="no", help="open no browser window"
    )
    web.add_argument(
        "--wait-for-store", action="store_const", const="yes", help="at start, try until the store answers"
    )
    web.add_argument("--log-format", choices=("text", "json"), help="how the log is written (default text)")
    add_strict(web, argparse.SUPPRESS)
    add_config(web)
    stores = add_action(commands, "stores", "list the session stores that are installed, and which is selected")
    stores.add_argument("--store", dest="store_url", metavar="URL", help="try this one instead of the selected")
    add_config(stores)
    add_cluster(commands)
    add_store(commands)
    add_sessions(commands)
    return top


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from mbasic_core import __version__

        print(f"mbasic {__version__}")
        parser.exit()
