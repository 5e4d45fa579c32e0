"""The files of a session as a record of their own, so that a checkpoint costs what changed.

Format 1 is a msgpack map: {"format": 1, "encoding": "plain", "check": crc32 of files, "files": bytes}; the files are a
map of names to bytes.
"""

from __future__ import annotations

from zlib import crc32

import msgpack

from mbasic_core.session.errors import RecordDamaged, RecordTooNew
from mbasic_core.session.fields import Fields, unpack

__all__ = ["FORMAT", "pack_files", "parse_files"]

FORMAT = 1
ENCODING = "plain"
_OUTER = ("format", "encoding", "check", "files")
_NAME = 12  # characters of an 8.3 name
_MOST = 10_000  # files


def pack_files(files: dict[str, bytes]) -> bytes:
    """Return the disk record's bytes."""
    packed = msgpack.packb(files)
    return bytes(msgpack.packb({"format": FORMAT, "encoding": ENCODING, "check": crc32(packed), "files": packed}))


def parse_files(data: bytes) -> dict[str, bytes]:
    """Return the files; raises RecordTooNew for a newer format, RecordDamaged for what is no disk record."""
    outer = unpack(data)
    if isinstance(outer, dict):
        number = outer.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise RecordTooNew(f"disk format {number}; this release reads {FORMAT}")
    fields = Fields.of(outer, _OUTER)
    if fields.number("format", least=1) == FORMAT and fields.text("encoding", most=100) != ENCODING:
        raise RecordTooNew(f"disk encoding {fields.text('encoding', most=100)!r}; this release reads {ENCODING!r}")
    packed = fields.raw("files")
    if fields.number("check") != crc32(packed):
        raise RecordDamaged("the disk's checksum is wrong")
    return Fields({"files": unpack(packed)}).named("files", _content, most=_MOST, name=_NAME)


def _content(key: str, value: object) -> bytes:
    if not isinstance(value, bytes):
        raise RecordDamaged(f"{key} has something that is not bytes")
    return value
