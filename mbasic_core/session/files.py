"""The files of a session as a record of their own, so that a checkpoint costs what changed.

Format 1 is a msgpack map: {"format": 1, "encoding": "zlib", "check": crc32 of files, "files": bytes}; the files are a
map of names to bytes, encoded as `codec` says.
"""

from __future__ import annotations

from zlib import crc32

import msgpack

from mbasic_core.session.codec import OPEN, Codec
from mbasic_core.session.errors import RecordDamaged, RecordTooNew
from mbasic_core.session.fields import Fields, unpack

__all__ = ["FORMAT", "pack_files", "parse_files"]

FORMAT = 1
_OUTER = ("format", "encoding", "check", "files")
_NAME = 12  # characters of an 8.3 name
_MOST = 10_000  # files


def pack_files(files: dict[str, bytes], codec: Codec = OPEN) -> bytes:
    """Return the disk record's bytes."""
    encoding, packed = codec.encode(msgpack.packb(files))
    return bytes(msgpack.packb({"format": FORMAT, "encoding": encoding, "check": crc32(packed), "files": packed}))


def parse_files(data: bytes, codec: Codec = OPEN) -> dict[str, bytes]:
    """Return the files.

    Raises RecordTooNew for a newer format, RecordSealed without the key, RecordDamaged for what is no disk record.
    """
    outer = unpack(data)
    if isinstance(outer, dict):
        number = outer.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise RecordTooNew(f"disk format {number}; this release reads {FORMAT}")
    fields = Fields.of(outer, _OUTER)
    fields.number("format", least=FORMAT)
    packed = fields.raw("files")
    if fields.number("check") != crc32(packed):
        raise RecordDamaged("the disk's checksum is wrong")
    packed = codec.decode(fields.text("encoding", most=100), packed)
    return Fields({"files": unpack(packed)}).named("files", _content, most=_MOST, name=_NAME)


def _content(key: str, value: object) -> bytes:
    if not isinstance(value, bytes):
        raise RecordDamaged(f"{key} has something that is not bytes")
    return value
