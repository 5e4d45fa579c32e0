"""Sessions: one versioned record each, kept by a store, served by whichever process owns it.

A user interface needs `SessionService.open`, and of the `Session` that it returns: what it shows, `subscribe`, and
`apply`.
"""

from mbasic_core.session.actions import Action, Change, Kind, Outcome
from mbasic_core.session.document import Document
from mbasic_core.session.errors import RecordDamaged, RecordSealed, RecordTooNew, SessionError, SessionUnreadable
from mbasic_core.session.herald import What
from mbasic_core.session.notices import Notice
from mbasic_core.session.service import SessionService
from mbasic_core.session.session import Session
from mbasic_core.session.transcript import Transcript

__all__ = [
    "Action",
    "Change",
    "Document",
    "Kind",
    "Notice",
    "Outcome",
    "RecordDamaged",
    "RecordSealed",
    "RecordTooNew",
    "Session",
    "SessionError",
    "SessionService",
    "SessionUnreadable",
    "Transcript",
    "What",
]
