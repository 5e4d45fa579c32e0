"""The record of a session as a store keeps it: a head that says whose it is, and a body that says what it is.

Format 1 is msgpack, never pickle, since what a store returns is data from elsewhere. The outer map is all that a reader
of another release needs to understand:

    {"format": 1, "encoding": "plain", "check": crc32 of head and body, "head": bytes, "body": bytes}

The head can be read and replaced without looking into the body, so that claiming a session costs no decoding.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from zlib import crc32

import msgpack

from mbasic_core.session.errors import RecordDamaged, RecordTooNew
from mbasic_core.session.fields import Fields, unpack
from mbasic_core.session.identifiers import OWNER, ROOT

__all__ = ["ENCODING", "FORMAT", "Head", "Record", "pack", "parse"]

FORMAT = 1
ENCODING = "plain"
_OUTER = ("format", "encoding", "check", "head", "body")
_HEAD = ("id", "owner", "wanted_by", "root", "life", "epoch", "seq", "deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Who may write a session, and how far it has come.

    id: the session's own id, so that a record under a wrong key is noticed.
    owner: the process that may write it; wanted_by: the process that asks for it, "" for none.
    root: the line of descent, the smaller the elder; life: rises when it begins again after a deletion.
    epoch: rises when the owner changes; seq: rises with each save of an owner.
    deleted: a tombstone, whose body is empty.
    """

    id: str
    owner: str
    wanted_by: str = ""
    root: str
    life: int = 1
    epoch: int = 1
    seq: int = 0
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A record as read: its head, and the body's bytes, not looked into."""

    head: Head
    body: bytes


def pack(head: Head, body: bytes) -> bytes:
    """Return the record's bytes."""
    packed = msgpack.packb(asdict(head))
    outer = {"format": FORMAT, "encoding": ENCODING, "check": crc32(body, crc32(packed)), "head": packed, "body": body}
    return bytes(msgpack.packb(outer))


def parse(data: bytes, id: str) -> Record:
    """Return the record that `data` holds for the session `id`.

    Raises RecordTooNew for a format (or an encoding) that this release does not know, RecordDamaged for anything else
    that is not a whole record of that session.
    """
    outer = unpack(data)
    if isinstance(outer, dict):
        number = outer.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise RecordTooNew(f"format {number}; this release reads {FORMAT}")
    fields = Fields.of(outer, _OUTER)
    if fields.number("format", least=1) == FORMAT and fields.text("encoding", most=100) != ENCODING:
        raise RecordTooNew(f"encoding {fields.text('encoding', most=100)!r}; this release reads {ENCODING!r}")
    packed, body = fields.raw("head"), fields.raw("body")
    if fields.number("check") != crc32(body, crc32(packed)):
        raise RecordDamaged("the checksum is wrong")
    head = _head(Fields.of(unpack(packed), _HEAD))
    if head.id != id:
        raise RecordDamaged("the record of another session")
    if head.deleted and body:
        raise RecordDamaged("a deleted session with a body")
    return Record(head, body)


def _head(fields: Fields) -> Head:
    return Head(
        id=fields.text("id", least=1, most=512),
        owner=fields.text("owner", most=64, pattern=OWNER),
        wanted_by=fields.text("wanted_by", most=64, pattern=f"({OWNER})?"),
        root=fields.text("root", most=36, pattern=ROOT),
        life=fields.number("life", least=1),
        epoch=fields.number("epoch", least=1),
        seq=fields.number("seq"),
        deleted=fields.flag("deleted"),
    )
