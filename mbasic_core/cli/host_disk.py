"""BASIC's disk on the host: the files of one folder."""

from __future__ import annotations

import errno
import os

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.disk import file_name

__all__ = ["HostDisk"]


class HostDisk:
    """The files of a folder whose names fit CP/M's 8.3 form, in any case; new ones are made in upper case.

    Folders are not seen, and no name leads out of the folder: a link does not, and what is no file of bytes (a pipe, a
    device) is none. Trouble of the host becomes Disk full or Disk I/O error.
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
        if not os.path.lexists(path):
            path = os.path.join(self._folder, self._files().get(name, name))
        if not self._inside(path) or _is_device(name):
            raise BasicError(ErrorCode.DISK_IO_ERROR)
        return path

    def _inside(self, path: str) -> bool:
        """Whether a path is a file of the folder, or could become one, wherever links lead."""
        real = os.path.realpath(path)
        folder = os.path.realpath(self._folder)
        return real.startswith(os.path.join(folder, "")) and (os.path.isfile(real) or not os.path.lexists(real))

    def _files(self) -> dict[str, str]:
        """The host's names by CP/M's."""
        found: dict[str, str] = {}
        try:
            with os.scandir(self._folder) as entries:
                for host_name in sorted(
                    entry.name for entry in entries if entry.is_file() and self._inside(entry.path)
                ):
                    name = _cpm_name(host_name)
                    if name is not None:
                        found.setdefault(name, host_name)
        except OSError as problem:
            raise _basic_error(problem) from problem
        return found


def _cpm_name(host_name: str) -> str | None:
    try:
        name = file_name(host_name)
    except BasicError:
        return None
    return name if name == host_name.upper() else None


def _is_device(name: str, system: str = os.name) -> bool:
    """Whether the host takes a name for a device whatever its extension: Windows does so with what MS-DOS had."""
    stem = name.partition(".")[0]
    return system == "nt" and (stem in ("CON", "PRN", "AUX", "NUL") or (stem[:3] in ("COM", "LPT") and len(stem) == 4))


def _basic_error(problem: OSError) -> BasicError:
    full = problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return BasicError(ErrorCode.DISK_FULL if full else ErrorCode.DISK_IO_ERROR)
