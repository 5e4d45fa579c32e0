"""What comes from a browser tab, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = ["Action", "Change", "Kind", "Outcome"]

Kind = Literal["edit", "run", "stop", "line", "keys", "write", "delete", "rename", "load", "breakpoint", "continue"]
Change = tuple[int, int, str]
"""(from, to, insert): the characters from..to of the document are replaced. Offsets count characters."""


class Outcome(StrEnum):
    """What became of an action.

    Only an applied one changed anything but, for a stale or denied one, the tab's number.
    """

    APPLIED = "applied"
    DUPLICATE = "duplicate"  # it was applied before
    GAP = "gap"  # one before it is missing
    REFUSED = "refused"  # it was meant for another session, or another life of this one
    STALE = "stale"  # an edit of a document that is no longer so, or that would become too large
    DENIED = "denied"  # a file that cannot be written, deleted, renamed or loaded; `Session.denial` says why


@dataclass(frozen=True, slots=True)
class Action:
    """One input of a tab.

    n: 1, 2, 3, ... for each tab; root, life: of the session as the tab knows it.
    edit: `changes` to the document of `revision`, ascending and not overlapping, or None and `text` is the whole
    document. run: the document becomes the program and runs. stop: Ctrl-C. line: `text` answers INPUT, or is a
    direct-mode line. keys: `text` is typed for INKEY$ and INPUT$.

    write: `data` becomes the file `name`, in place of one of that name only if `replace`. delete: the file `name` goes.
    rename: the file `name` is called `text`. load: in direct mode, LOAD of the file `name`.

    breakpoint: line `text` has one from now on, or, with a `-` before the number, has none. continue: CONT, if the
    program stopped and can go on; nothing otherwise.
    """

    tab: str
    n: int
    root: str
    life: int
    kind: Kind
    text: str = ""
    revision: int = 0
    changes: Sequence[Change] | None = None
    name: str = ""
    data: bytes = b""
    replace: bool = False
