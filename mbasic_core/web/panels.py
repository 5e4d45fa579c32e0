"""What the panels below the terminal show of a program at rest."""

from __future__ import annotations

from typing import Any

from mbasic_core.machine import Machine
from mbasic_core.session import Session

__all__ = ["Listing", "Row", "files_of", "variables_of"]

Row = tuple[str, str, str]
"""Name, type and value, as they are shown."""

Listing = dict[str, Any]
"""quota and used (bytes), and rows of name, size, kind, and whether the program has the file open."""

_MOST = 500
_LONGEST = 120
_TYPES = {"I": "integer", "S": "single", "D": "double", "$": "string"}


def variables_of(session: Session) -> list[Row] | None:
    """The program's scalar variables, in the order in which they came to be; None while it runs.

    At most 500, with values of at most 120 characters; control characters of strings become "·".
    """
    machine = session.machine
    if session.phase == "running" or not isinstance(machine, Machine):
        return None
    return [(name, _TYPES.get(kind, kind), _shown(value)) for name, kind, value in machine.variables()[:_MOST]]


def files_of(session: Session) -> Listing:
    """The files on the session's disk, by name."""
    directory = session.directory
    rows = [[entry.name, entry.size, entry.kind, entry.open] for entry in directory]
    return {"quota": session.files.quota, "used": directory.used, "rows": rows}


def _shown(value: str) -> str:
    text = "".join(character if character.isprintable() else "·" for character in value[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
