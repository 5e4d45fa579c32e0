"""Names that sessions, processes and saves get."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import UTC, datetime

__all__ = ["OWNER", "ROOT", "new_owner", "new_root", "new_version", "redrawn", "same_session", "short", "stamp"]

ROOT = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
"""What a root looks like: a time-ordered uuid (version 7, RFC 9562)."""
OWNER = r"[0-9A-Za-z._-]{1,64}"
"""What the name of a process looks like."""
_TIME = 13  # characters of a root that hold the time: 48 bits as 8 and 4 digits, and the dash between


def new_root() -> str:
    """Return the name of a session's line of descent: roots drawn later compare greater."""
    return _root(secrets.token_hex(10))


def redrawn(root: str) -> str:
    """Return `root` with the time of now: for a session that begins later than its name was given out."""
    return _moment() + root[_TIME:]


def same_session(one: str, other: str) -> bool:
    """Tell whether two roots name the same session, however often it was redrawn before it began."""
    return one[_TIME:] == other[_TIME:]


def new_owner() -> str:
    """Return the name of a process: another for each start, so that its former life's late saves are not its own."""
    return uuid.uuid4().hex


def new_version() -> str:
    """Return the version of one save."""
    return uuid.uuid4().hex


def stamp() -> str:
    """Return the time as it stands in the id of a kept record: UTC, to the microsecond."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def short(name: str) -> str:
    """Return as much of an id as a log may show."""
    return name[:8]


def _moment() -> str:
    digits = f"{time.time_ns() // 1_000_000:012x}"
    return f"{digits[:8]}-{digits[8:]}"


def _root(noise: str) -> str:
    variant = "89ab"[int(noise[3], 16) & 3]
    return f"{_moment()}-7{noise[:3]}-{variant}{noise[4:7]}-{noise[7:19]}"
