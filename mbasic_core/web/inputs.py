"""What a page may send: a message from the socket becomes an Action, or is refused."""

from __future__ import annotations

from typing import get_args

from mbasic_core.session import Action, Kind

__all__ = ["MAX_TAB", "MAX_TEXT", "BadInput", "byte_string", "number", "read_action"]

MAX_TEXT = 262_144
"""Characters in one input; the page cuts longer edits in pieces."""
MAX_TAB = 64
MAX_NAME = 64
MAX_CHANGES = 10_000
MAX_NUMBER = 2**53

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


class BadInput(ValueError):
    """A message that no page of ours sends."""


def read_action(message: object) -> Action:
    """The Action in a message from a page. Raises BadInput for anything malformed or too large."""
    if not isinstance(message, dict):
        raise BadInput("not a message")
    kind = _KINDS.get(byte_string(message, "kind", limit=MAX_TAB))
    if kind is None:
        raise BadInput("unknown kind")
    return Action(
        tab=byte_string(message, "tab", limit=MAX_TAB),
        n=number(message, "n"),
        root=byte_string(message, "root"),
        life=number(message, "life"),
        kind=kind,
        text=byte_string(message, "text", default=""),
        name=byte_string(message, "name", default="", limit=MAX_NAME),
        replace=message.get("replace") is True,
        revision=number(message, "revision") if kind == "edit" else 0,
        changes=_changes(message.get("changes")) if kind == "edit" else None,
    )


def number(message: dict[object, object], name: str) -> int:
    """A number in a message, at least -1; raises BadInput."""
    value = message.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not -1 <= value < MAX_NUMBER:
        raise BadInput(f"{name} is not a number")
    return value


def byte_string(message: dict[object, object], name: str, *, default: str | None = None, limit: int = MAX_TEXT) -> str:
    """A text of one-byte characters in a message; raises BadInput."""
    value = message.get(name, default)
    if not isinstance(value, str) or len(value) > limit:
        raise BadInput(f"{name} is not a text, or too long")
    return _byte_characters(value)


def _changes(value: object) -> list[tuple[int, int, str]]:
    if not isinstance(value, list) or len(value) > MAX_CHANGES:
        raise BadInput("not a list of changes")
    changes: list[tuple[int, int, str]] = []
    for item in value:
        match item:
            case [int() as start, int() as end, str() as text] if 0 <= start <= end < MAX_NUMBER:
                changes.append((start, end, _byte_characters(text)))
            case _:
                raise BadInput("not a change")
    if sum(len(text) for _, _, text in changes) > MAX_TEXT:
        raise BadInput("too long")
    return changes


def _byte_characters(text: str) -> str:
    # One character is one byte in BASIC; that also makes the browser's offsets (UTF-16) and ours the same.
    if not text.isascii() and max(text) > "\xff":
        raise BadInput("a character that is not one byte")
    return text
