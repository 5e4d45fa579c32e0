"""BASIC's disk: files as named bytes, on whatever the host gives."""

from __future__ import annotations

import re
from typing import Protocol

from mbasic_core.errors import BasicError, ErrorCode

__all__ = ["FILES", "RECORD", "Disk", "StateDisk", "file_name"]

RECORD = 128
"""Bytes of a CP/M record."""

FILES = 1_000
"""Files that a disk may have: more than a directory of CP/M has room for, and no more than can be listed at once."""

_STEM, _WHOLE = 8, 11
"""Characters of a name without and with its extension."""

_NAME = re.compile(r"(?:[A-P]:)?([A-Z0-9!#$%&'()@^_`{}~.-]+)")


def file_name(text: str, extension: str = "") -> str:
    """The 8.3 name that a program means; raises Bad file name. No name leads out of the disk: none has a separator.

    A point is needed only to end a name before its eighth character. What is behind the eleventh does not count.
    """
    match = _NAME.fullmatch(text.upper().rstrip(" "))
    name, pointed = "", False
    for char in match.group(1) if match else "":
        if len(name) == _WHOLE:
            break
        if char != ".":
            name += char
            continue
        if not 0 < len(name) <= _STEM:
            raise BasicError(ErrorCode.BAD_FILE_NAME)
        name, pointed = name.ljust(_STEM), True
    if not name:
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    stem, suffix = name[:_STEM].rstrip(" "), name[_STEM:]
    suffix = suffix if pointed else suffix or extension
    return f"{stem}.{suffix}" if suffix else stem


class Disk(Protocol):
    """Files by name; names come from `file_name`."""

    def names(self) -> list[str]:
        """All names, in order."""
        ...

    def read(self, name: str) -> bytes | None:
        """A file's bytes, or None when there is none."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Make or replace a file; raises Disk full, Disk I/O error."""
        ...

    def append(self, name: str, data: bytes) -> None:
        """Add to the end of a file; raises Disk full, Disk I/O error."""
        ...

    def delete(self, name: str) -> bool:
        """Remove a file; whether there was one."""
        ...


class StateDisk:
    """A disk that is data itself: what web sessions have."""

    def __init__(self, files: dict[str, bytes] | None = None, *, quota: int = 1_000_000) -> None:
        self.files: dict[str, bytes] = {} if files is None else files
        self.quota = quota
        """Bytes that all files together may take."""
        self.revision = 0
        """Raised by each change, so that the owner of the disk knows when to save it."""

    def names(self) -> list[str]:
        return sorted(self.files)

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def write(self, name: str, data: bytes) -> None:
        if name not in self.files and len(self.files) >= FILES:
            raise BasicError(ErrorCode.TOO_MANY_FILES)
        others = sum(len(content) for other, content in self.files.items() if other != name)
        if others + len(data) > self.quota:
            raise BasicError(ErrorCode.DISK_FULL)
        self.files[name] = data
        self.revision += 1

    def append(self, name: str, data: bytes) -> None:
        self.write(name, self.files.get(name, b"") + data)

    def delete(self, name: str) -> bool:
        self.revision += 1
        return self.files.pop(name, None) is not None
