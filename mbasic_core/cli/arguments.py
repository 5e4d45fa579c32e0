"""What the arguments of several commands have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Parsers", "add_action", "add_config", "add_files", "add_strict"]

Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 argparse has no other name for it

MOST_FILES, LONGEST_RECORD = 15, 32767
"""What the original's options /F: and /S: take at most."""


def add_action(actions: Parsers, name: str, what: str) -> argparse.ArgumentParser:
    """Add a command or an action whose own help begins with what the list of them says."""
    return actions.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")


def add_config(parser: argparse.ArgumentParser) -> None:
    """The option --config."""
    text = "settings in TOML (default: config.toml in the user's configuration folder)"
    parser.add_argument("--config", metavar="FILE", help=text)


def add_strict(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """The option --strict; `default` is argparse.SUPPRESS for a command, which must not undo what stands before it."""
    text = "allow a program no more memory than the real machine had"
    parser.add_argument("--strict", action="store_const", const="yes", default=default, help=text)


def add_files(parser: argparse.ArgumentParser, *, files: int | str = 3, record: int | str = 128) -> None:
    """The options --files and --record-size and their defaults."""
    parser.add_argument(
        "--files", type=_up_to(MOST_FILES), default=files, metavar="N", help="file numbers (default 3, at most 15)"
    )
    parser.add_argument(
        "--record-size",
        type=_up_to(LONGEST_RECORD),
        default=record,
        metavar="BYTES",
        help="longest record of a random file (default 128)",
    )


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"a number from 1 to {most} is expected, not {text!r}")
        return int(text)

    return number
