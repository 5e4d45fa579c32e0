"""What may leave a store: four exceptions, and nothing else.

    StoreError
    ├── Conflict      another version is stored than the caller expected
    ├── Unavailable   trouble that may pass; a write may or may not have happened
    └── Rejected      refused, nothing was written; the same call will be refused again

A store turns its driver's exceptions into these; the text is for the operator, names the cause, and holds no password.
"""

from __future__ import annotations

__all__ = ["Conflict", "Rejected", "StoreError", "Unavailable"]


class StoreError(Exception):
    """Base of all that a store raises; catch this to catch every trouble with a store."""


class Conflict(StoreError):
    """The stored version is not `expected`, or the record is absent (or was there, when `expected` is None).

    Nothing was written. It decides nothing by itself: load, and compare.
    """


class Unavailable(StoreError):
    """Trouble that may pass: no connection, no answer in time, a fail-over, a locked file.

    A write may or may not have happened, or may still land later. Trying the same call again is safe, with the same
    version and the same bytes.
    """


class Rejected(StoreError):
    """Refused: store full, record too large, bad credentials, a URL that makes no sense, a store that is not open.

    Nothing was written. Do not retry blindly: somebody has to change something first.
    """
