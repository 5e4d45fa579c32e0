"""What a session is, as its record keeps it: the editor, the machine, the terminal, and what was applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

import msgpack

from mbasic_core.session import limits
from mbasic_core.session.errors import RecordDamaged
from mbasic_core.session.fields import COUNT, Fields, unpack

__all__ = ["WORDS", "Body", "Phase", "pack_body", "parse_body"]

Phase = Literal["ready", "running", "line", "keys", "stopped"]
"""direct mode | executing | waiting for a line | waiting for keys | direct mode after STOP, Ctrl-C or an error."""
WORDS: dict[Phase, str] = {
    "ready": "ready",
    "running": "running",
    "line": "waiting for INPUT",
    "keys": "waiting for INPUT",
    "stopped": "stopped",
}
"""The same for people."""
Setting = bool | int | float | str

_KEYS = (
    "text",
    "revision",
    "loaded",
    "machine",
    "phase",
    "transcript",
    "end",
    "breakpoints",
    "settings",
    "disk",
    "applied",
    "kept",
)


@dataclass(slots=True, kw_only=True)
class Body:
    """All of a session but who owns it."""

    text: str = ""
    """The editor's document."""
    revision: int = 0
    """Counts the changes of the document."""
    loaded: int = -1
    """The revision whose text the machine's program is; -1: none."""
    machine: bytes = b""
    """A snapshot of the machine, in a versioned format of its own; empty: a machine as new."""
    phase: Phase = "ready"
    transcript: str = ""
    """The newest output."""
    end: int = 0
    """Characters ever output, those no longer kept included."""
    breakpoints: list[int] = field(default_factory=list)
    """BASIC line numbers."""
    settings: dict[str, Setting] = field(default_factory=dict)
    """The user's choices, by name."""
    disk: str = ""
    """Id of the record that holds the files; "": there are none."""
    applied: dict[str, int] = field(default_factory=dict)
    """Number of the last input applied for each tab, the tab used last at the end."""
    kept: list[str] = field(default_factory=list)
    """Ids of records kept for the user: damaged ones, and states that lost against another."""

    @classmethod
    def new(cls, *, kept: Iterable[str] = ()) -> Body:
        """Return the body of a session that begins: an empty program, and a terminal at the prompt."""
        return cls(transcript="Ok\r\n", end=4, kept=list(kept))


def pack_body(body: Body) -> bytes:
    """Return the body's bytes."""
    return bytes(msgpack.packb({key: getattr(body, key) for key in _KEYS}))


def parse_body(data: bytes, id: str) -> Body:
    """Return the body of the session `id`; RecordDamaged when it is not a whole one."""
    fields = Fields.of(unpack(data), _KEYS)
    body = Body(
        text=fields.text("text", most=limits.DOCUMENT),
        revision=fields.number("revision"),
        loaded=fields.number("loaded", least=-1),
        machine=fields.raw("machine"),
        phase=_phase(fields.text("phase", most=20)),
        transcript=fields.text("transcript", most=limits.TRANSCRIPT),
        end=fields.number("end"),
        breakpoints=fields.several("breakpoints", _line, most=limits.BREAKPOINTS),
        settings=fields.named("settings", _setting, most=1_000),
        disk=fields.text("disk", most=512),
        applied=fields.named("applied", _count, most=limits.TABS),
        kept=fields.several("kept", _kept, most=1_000),
    )
    if body.end < len(body.transcript):
        raise RecordDamaged("more output than was ever printed")
    if body.disk and not body.disk.startswith(f"{id}/disk/"):
        raise RecordDamaged("another session's disk")
    if not all(name.startswith((f"{id}/damaged/", f"{id}/aside/")) for name in body.kept):
        raise RecordDamaged("another session's kept record")
    return body


def _phase(text: str) -> Phase:
    for phase in get_args(Phase):
        if phase == text:
            return phase  # type: ignore[no-any-return]  # get_args is not typed
    raise RecordDamaged(f"no such phase: {text!r}")


def _line(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 65_529:
        raise RecordDamaged(f"{key} has something that is no line number")
    return value


def _count(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= COUNT:
        raise RecordDamaged(f"{key} has something that is no count")
    return value


def _setting(key: str, value: object) -> Setting:
    if not isinstance(value, bool | int | float | str) or (isinstance(value, str) and len(value) > 1_000):
        raise RecordDamaged(f"{key} has something that is no setting")
    return value


def _kept(key: str, value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 512:
        raise RecordDamaged(f"{key} has something that is no id")
    return value
