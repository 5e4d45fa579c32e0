"""A file of sessions: one JSON object a line, the first says what it is, the last how many records it holds."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from zlib import crc32

from mbasic_core.cli.failure import Failure
from mbasic_core.storage import Record

__all__ = ["Entry", "read_archive", "write_entry", "write_footer", "write_header"]

_FORMAT = 1
_MARK = "mbasic-sessions"
_LONGEST_HEADER = 200  # characters; what has no lines is not read to its end
_ID = re.compile(r"[!-~]{1,512}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and its id."""

    id: str
    record: Record


def write_header(stream: IO[str]) -> None:
    """Write the first line."""
    _write(stream, {_MARK: _FORMAT})


def write_entry(stream: IO[str], entry: Entry) -> None:
    """Write one record; a session's parts go before itself."""
    data = entry.record.data
    text = base64.b64encode(data).decode()
    _write(stream, {"id": entry.id, "version": entry.record.version, "crc32": crc32(data), "data": text})


def write_footer(stream: IO[str], count: int) -> None:
    """Write the last line, after `count` records."""
    _write(stream, {"records": count})


def read_archive(stream: IO[str], name: str) -> Iterator[Entry]:
    """Yield the records of the file called `name`.

    Raises Failure (status 1) at a line that is damaged, at the end of a file that is cut short, and at what follows the
    last line: what came before is whole. Status 2 for a file of another kind.
    """
    header = _read(stream.readline(_LONGEST_HEADER))
    if header is None or not isinstance(header.get(_MARK), int):
        raise Failure(f"{name} is no file of sessions")
    if header[_MARK] != _FORMAT:
        raise Failure(f"{name} has the format {header[_MARK]}; this release reads {_FORMAT}")
    count = 0
    for number, line in enumerate(stream, 2):
        values = _read(line)
        if values is not None and values.keys() == {"records"} and values["records"] == count:
            if stream.readline():
                raise Failure(f"{name} goes on after its last line, {number}: import one file at a time", status=1)
            return
        entry = None if values is None else _entry(values)
        if entry is None:
            raise Failure(f"{name}, line {number}: damaged; the {count:,} records before it are whole", status=1)
        count += 1
        yield entry
    raise Failure(f"{name} is cut short after {count:,} records", status=1)


def _write(stream: IO[str], values: dict[str, object]) -> None:
    stream.write(json.dumps(values) + "\n")


def _read(line: str) -> dict[str, object] | None:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):  # the latter from very many brackets
        return None
    return values if isinstance(values, dict) else None


def _entry(values: dict[str, object]) -> Entry | None:
    """The record of a line, None when it is not a whole one."""
    match values:
        case {"id": str(id), "version": str(version), "crc32": int(check), "data": str(text)} if _ID.fullmatch(id):
            try:
                data = base64.b64decode(text, validate=True)
            except binascii.Error:
                return None
            return Entry(id, Record(data, version)) if version and crc32(data) == check else None
        case _:
            return None
