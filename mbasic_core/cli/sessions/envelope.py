"""What a command reads in a session's record; bytes that are none are carried as they are."""

from __future__ import annotations

from mbasic_core.session import limits
from mbasic_core.session.body import Body, parse_body
from mbasic_core.session.errors import SessionError
from mbasic_core.session.record import Head, parse, parse_head

__all__ = ["body_of", "head_of", "lives", "supersedes"]


def head_of(data: bytes, session: str) -> Head | None:
    """The head of a session's record; None when this release cannot read it."""
    try:
        return parse_head(data, session)
    except SessionError:
        return None


def body_of(data: bytes, session: str) -> Body | None:
    """The body of a session's record; None for a deleted session, and when this release cannot read it."""
    try:
        record = parse(data, session)
        return None if record.head.deleted else parse_body(record.body, session)
    except SessionError:
        return None


def supersedes(data: bytes, other: bytes, session: str) -> bool:
    """Whether `data` is a later state of the same session than `other`; False when that cannot be told."""
    ours, theirs = head_of(data, session), head_of(other, session)
    if ours is None or theirs is None or ours.root != theirs.root:
        return False
    return (ours.life, ours.epoch, ours.seq) > (theirs.life, theirs.epoch, theirs.seq)


def lives(session: str, main: bytes | None, ids: list[str], *, ttl: float) -> dict[str, float]:
    """The seconds that each of a session's records is to live: `ttl`, and less for what a server gives less.

    That is the mark of a deleted session, and files that its record no longer names.
    """
    found = dict.fromkeys(ids, ttl)
    head = None if main is None else head_of(main, session)
    body = None if main is None else body_of(main, session)
    if head is not None and head.deleted:
        found[session] = min(ttl, limits.TOMBSTONE_LIFE)
    if body is not None:
        for id in ids:
            if id.startswith(f"{session}/disk/") and id != body.disk:
                found[id] = min(ttl, limits.GENERATION_LIFE)
    return found
