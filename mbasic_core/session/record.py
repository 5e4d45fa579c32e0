"""The record of a session as a store keeps it: a head that says whose it is, and a body that says what it is.

Format 1 is msgpack, never pickle, since what a store returns is data from elsewhere. The outer map is all that a reader
of another release needs to understand:

    {"format": 1, "encoding": "zlib", "check": crc32 of head and body, "head": bytes, "body": bytes}

The encoding (see `codec`) is the body's; the head is never encrypted, so that a command can tell whose a record is
without its key. A reader of a later format migrates older records, one format after the other, as it reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any
from zlib import crc32

import msgpack

from mbasic_core.session.codec import OPEN, Codec
from mbasic_core.session.errors import RecordDamaged, RecordTooNew
from mbasic_core.session.fields import Fields, unpack
from mbasic_core.session.identifiers import OWNER, ROOT

__all__ = ["FORMAT", "MIGRATIONS", "NOBODY", "Head", "Migration", "Record", "pack", "parse", "parse_head"]

FORMAT = 1
NOBODY = "nobody"
"""Owner of a session that its last one let go: whoever has an input for it takes it at once."""
Migration = Callable[[dict[str, Any], dict[str, Any] | None], None]
"""Makes the head and the body (None: a tombstone's) of one format those of the next, in place. It may raise KeyError,
TypeError or ValueError for what is damaged; the result is checked like any other record."""
MIGRATIONS: Mapping[int, Migration] = MappingProxyType({})
"""By the format that each begins with. Every format has a fixture under tests/session/records."""
_OUTER = ("format", "encoding", "check", "head", "body")
_HEAD = ("id", "owner", "wanted_by", "root", "life", "epoch", "seq", "deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Who may write a session, and how far it has come.

    id: the session's own id, so that a record under a wrong key is noticed.
    owner: the process that may write it, or NOBODY; wanted_by: the process that asks for it, "" for none.
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


def pack(head: Head, body: bytes, codec: Codec = OPEN) -> bytes:
    """Return the record's bytes."""
    packed = msgpack.packb(asdict(head))
    encoding, body = codec.encode(body)
    outer = {"format": FORMAT, "encoding": encoding, "check": crc32(body, crc32(packed)), "head": packed, "body": body}
    return bytes(msgpack.packb(outer))


def parse(data: bytes, id: str, codec: Codec = OPEN, *, migrations: Mapping[int, Migration] = MIGRATIONS) -> Record:
    """Return the record that `data` holds for the session `id`.

    Raises RecordTooNew for a format (or an encoding) that this release does not know, RecordSealed for one whose key is
    not in `codec`, RecordDamaged for anything else that is not a whole record of that session.
    """
    number, encoding, packed, encoded = _outer(data, migrations)
    body = codec.decode(encoding, encoded)
    if number < FORMAT:
        packed, body = _migrated(number, packed, body, migrations)
    head = _checked(packed, id)
    if head.deleted and body:
        raise RecordDamaged("a deleted session with a body")
    return Record(head, body)


def parse_head(data: bytes, id: str) -> Head:
    """Return the head of a record, without its body's key if it is of this release's format; raises as `parse`."""
    number, _, packed, _ = _outer(data, MIGRATIONS)
    return _checked(packed, id) if number == FORMAT else parse(data, id).head


def _outer(data: bytes, migrations: Mapping[int, Migration]) -> tuple[int, str, bytes, bytes]:
    """Format, encoding of the body, head and body, whose checksum is right."""
    outer = unpack(data)
    if isinstance(outer, dict):
        number = outer.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise RecordTooNew(f"format {number}; this release reads {FORMAT}")
    fields = Fields.of(outer, _OUTER)
    number = fields.number("format")
    if number != FORMAT and number not in migrations:
        raise RecordDamaged(f"format {number}, which no release wrote")
    packed, body = fields.raw("head"), fields.raw("body")
    if fields.number("check") != crc32(body, crc32(packed)):
        raise RecordDamaged("the checksum is wrong")
    return number, fields.text("encoding", most=100), packed, body


def _migrated(number: int, packed: bytes, body: bytes, migrations: Mapping[int, Migration]) -> tuple[bytes, bytes]:
    head, values = unpack(packed), unpack(body) if body else None
    if not isinstance(head, dict) or not isinstance(values, dict | None):
        raise RecordDamaged("not a map")
    for older in range(number, FORMAT):
        try:
            migrations[older](head, values)
        except (KeyError, TypeError, ValueError) as error:
            raise RecordDamaged(f"no record of format {older}: {error!r}") from error
    return bytes(msgpack.packb(head)), b"" if values is None else bytes(msgpack.packb(values))


def _checked(packed: bytes, id: str) -> Head:
    head = _head(Fields.of(unpack(packed), _HEAD))
    if head.id != id:
        raise RecordDamaged("the record of another session")
    return head


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
