"""What a command reads in a session's record; bytes that are none are carried as they are."""

from __future__ import annotations

from mbasic_core.session import limits
from mbasic_core.session.body import Body, parse_body
from mbasic_core.session.codec import Codec
from mbasic_core.session.errors import RecordSealed, SessionError
from mbasic_core.session.record import Head, parse, parse_head

__all__ = ["body_of", "head_of", "lives", "read_head", "supersedes"]


def read_head(data: bytes, session: str, codec: Codec) -> Head:
    """The head of a session's record, also of one whose key is not here; raises RecordTooNew or RecordDamaged."""
    try:
        return parse(data, session, codec).head
    except RecordSealed:
        return parse_head(data, session)


def head_of(data: bytes, session: str, codec: Codec) -> Head | None:
    """The same; None when this release cannot read it."""
    try:
        return read_head(data, session, codec)
    except SessionError:
        return None


def body_of(data: bytes, session: str, codec: Codec) -> Body | None:
    """The body of a session's record; None for a deleted session, and when it cannot be read here."""
    try:
        record = parse(data, session, codec)
        return None if record.head.deleted else parse_body(record.body, session)
    except SessionError:
        return None


def supersedes(data: bytes, other: bytes, session: str, codec: Codec) -> bool:
    """Whether `data` is a later state of the same session than `other`; False when that cannot be told."""
    ours, theirs = head_of(data, session, codec), head_of(other, session, codec)
    if ours is None or theirs is None or ours.root != theirs.root:
        return False
    return (ours.life, ours.epoch, ours.seq) > (theirs.life, theirs.epoch, theirs.seq)


def lives(session: str, main: bytes | None, ids: list[str], *, ttl: float, codec: Codec) -> dict[str, float]:
    """The seconds that each of a session's records is to live: `ttl`, and less for what a server gives less.

    That is the mark of a deleted session, and files that its record no longer names.
    """
    found = dict.fromkeys(ids, ttl)
    head = None if main is None else head_of(main, session, codec)
    body = None if main is None else body_of(main, session, codec)
    if head is not None and head.deleted:
        found[session] = min(ttl, limits.TOMBSTONE_LIFE)
    if body is not None:
        for id in ids:
            if id.startswith(f"{session}/disk/") and id != body.disk:
                found[id] = min(ttl, limits.GENERATION_LIFE)
    return found
