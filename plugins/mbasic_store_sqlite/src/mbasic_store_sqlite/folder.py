"""The folder that the file is in, where several processes open, move and begin files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mbasic_core.storage import Unavailable

__all__ = ["alone", "identity"]


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at `path` from another one of that name; None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


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
