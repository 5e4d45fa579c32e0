"""What can be wrong with a session.

SessionError
├── RecordDamaged       the bytes are not a record
├── RecordTooNew        a record that only a newer release can read
│   └── RecordSealed    a record encrypted with a key that is not here
└── SessionUnreadable   a session that cannot be opened here now, and is left as it is
"""

from __future__ import annotations

__all__ = ["RecordDamaged", "RecordSealed", "RecordTooNew", "SessionError", "SessionUnreadable"]


class SessionError(Exception):
    """Base of what this package raises."""


class RecordDamaged(SessionError):
    """Bytes that are no record: undecodable, cut short, of another session, or with values out of range."""


class RecordTooNew(SessionError):
    """A record of a newer format; it must not be written."""

    told = "This session was saved by a newer release: the service is being upgraded. It is unharmed; try again soon."
    """For the user."""


class RecordSealed(RecordTooNew):
    """A record whose key this process does not have; it must not be written either."""

    told = "This session is encrypted with a key that this server does not have. It is unharmed; tell the operator."


class SessionUnreadable(SessionError):
    """The session cannot be shown by this process; its text is for the user, and the record is left untouched."""
