"""What the panels below the terminal show of a program at rest."""

from __future__ import annotations

from mbasic_core.machine import Machine
from mbasic_core.session import Session

__all__ = ["Row", "variables_of"]

Row = tuple[str, str, str]
"""Name, type and value, as they are shown."""

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


def _shown(value: str) -> str:
    text = "".join(character if character.isprintable() else "·" for character in value[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
