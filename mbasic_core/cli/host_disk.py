"""BASIC's disk on the host: the files of one folder."""

from __future__ import annotations

import errno
import os

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.disk import file_name

__all__ = ["HostDisk"]


class HostDisk:
    """The files of a folder whose names fit CP/M's 8.3 form, in any case; new ones are made in upper case.

    Folders are not seen, and no name leads out of the folder. Trouble of the host becomes Disk full or Disk I/O error.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """All names, in order."""
        return sorted(self._files())

    def read(self, name: str) -> bytes | None:
        """A file's bytes, or None when there is none."""
        try:
            with open(self._path(name), "rb") as stream:
                return stream.read()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise _basic_error(problem) from problem

    def write(self, name: str, data: bytes) -> None:
        """Make or replace a file."""
        self._put(name, data, "wb")

    def append(self, name: str, data: bytes) -> None:
        """Add to the end of a file."""
        self._put(name, data, "ab")

    def delete(self, name: str) -> bool:
        """Remove a file; whether there was one."""
        try:
            os.unlink(self._path(name))
        except FileNotFoundError:
            return False
        except OSError as problem:
            raise _basic_error(problem) from problem
        return True

    def _put(self, name: str, data: bytes, mode: str) -> None:
        try:
            with open(self._path(name), mode) as stream:
                stream.write(data)
        except OSError as problem:
            raise _basic_error(problem) from problem

    def _path(self, name: str) -> str:
        """Where a file is: under exactly that name, else under one that differs in case, else it would be made."""
        path = os.path.join(self._folder, name)
        return path if os.path.exists(path) else os.path.join(self._folder, self._files().get(name, name))

    def _files(self) -> dict[str, str]:
        """The host's names by CP/M's."""
        found: dict[str, str] = {}
        try:
            with os.scandir(self._folder) as entries:
                for host_name in sorted(entry.name for entry in entries if entry.is_file()):
                    name = _cpm_name(host_name)
                    if name is not None:
                        found.setdefault(name, host_name)
        except OSError as problem:
            raise _basic_error(problem) from problem
        return found


def _cpm_name(host_name: str) -> str | None:
    try:
        return file_name(host_name)
    except BasicError:
        return None


def _basic_error(problem: OSError) -> BasicError:
    full = problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return BasicError(ErrorCode.DISK_FULL if full else ErrorCode.DISK_IO_ERROR)
