"""The folder that the file is in, where several processes open, move and begin files."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from mbasic_core.storage import Rejected, Unavailable

__all__ = ["DEFAULT_NAME", "HINTS", "alone", "begin", "find", "identity", "is_frozen", "move_aside"]

DEFAULT_NAME = "sessions.db"

HINTS = {
    sqlite3.SQLITE_READONLY: "; neither the file nor its folder may be write-protected",
    sqlite3.SQLITE_FULL: "; make room for some megabytes, which deletions need too",
    sqlite3.SQLITE_CANTOPEN: "; the file has to be readable, and its folder writable where a log lies beside it",
}
"""What to look for when SQLite answers so, by its code."""


def find(path: Path, *, create: bool) -> None:
    """Make the folder of a file that may be begun; raise `Rejected` for what is no file, and for what is not there."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if not create:
            raise Rejected(f"{path} is not there: no session was ever saved under that name") from None
    else:
        if stat.S_ISDIR(mode):
            raise Rejected(f"{path} is a folder: name a file in it, as sqlite://{path.absolute() / DEFAULT_NAME}")
        if not stat.S_ISREG(mode):
            raise Rejected(f"{path} is no file: it is a device, or a pipe")
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise Rejected(f"{path} cannot be in {path.parent}, for a file is in the way: {error.filename}") from error


def begin(path: Path) -> None:
    """Make the file if it is not there; raise `Rejected` for one that takes no writes."""
    path.touch(mode=0o600)  # programs and what they print are their users' own
    if not os.access(path, os.W_OK):
        raise Rejected(f"{path} is write-protected")


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at `path` from another one of that name; None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def is_frozen(path: Path) -> bool:
    """Whether a database can only be read from here, for its file or folder takes no writes, and nobody has it open.

    A server that has it open keeps a log beside it, and so does one that was killed.
    """
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return not writable and not any(_has_content(Path(f"{path}{tail}")) for tail in ("-wal", "-journal"))


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def move_aside(path: Path) -> str:
    """Rename a damaged file, and what belongs to it; returns its new name."""
    aside = f"{path}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    for tail in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            Path(f"{path}{tail}").rename(f"{aside}{tail}")
    return aside


@contextmanager
def alone(folder: Path, patience: float) -> Iterator[None]:
    """Keep other processes from opening or moving files of `folder` meanwhile, where the system has such locks.

    Raises `Unavailable` when another one does so for `patience` seconds.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        end = time.monotonic() + patience
        while not _locked(descriptor):
            if time.monotonic() > end:
                raise Unavailable(f"another process has been opening a file in {folder} for {patience} s")
            time.sleep(0.005)
        yield
    finally:
        os.close(descriptor)  # which also ends the lock


def _locked(descriptor: int) -> bool:
    """Whether the lock could be taken, or there is no such thing."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return True
    return True
