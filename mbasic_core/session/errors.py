"""What can be wrong with a session.

SessionError
├── RecordDamaged       the bytes are not a record
├── RecordTooNew        a record that only a newer release can read
└── SessionUnreadable   a session that cannot be opened here now, and is left as it is
"""

from __future__ import annotations

__all__ = ["RecordDamaged", "RecordTooNew", "SessionError", "SessionUnreadable"]


class SessionError(Exception):
    """Base of what this package raises."""


class RecordDamaged(SessionError):
    """Bytes that are no record: undecodable, cut short, of another session, or with values out of range."""


class RecordTooNew(SessionError):
    """A record of a newer format; it must not be written."""


class SessionUnreadable(SessionError):
    """The session cannot be shown by this process; its text is for the user, and the record is left untouched."""
