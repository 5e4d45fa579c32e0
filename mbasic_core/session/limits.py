"""How large the parts of a session may be, and how long things take."""

from __future__ import annotations

__all__ = [
    "ARRAYS",
    "AWAY",
    "BACKSTOP",
    "BREAKPOINTS",
    "CLAIM_WAIT",
    "DISK",
    "DOCUMENT",
    "GENERATION_LIFE",
    "IDLE_LIFE",
    "KEYS",
    "LINE",
    "NEW_TAB_INPUTS",
    "PACKED_AT_ONCE",
    "POLL",
    "POLL_MANY",
    "POLL_QUICK",
    "REDRAW",
    "TABS",
    "TEXTS",
    "TOMBSTONE_LIFE",
    "TRANSCRIPT",
    "TTL",
    "UNANSWERED",
    "UNPACKED_AT_ONCE",
]

DOCUMENT = 1_048_576
"""Characters of program text that the editor takes."""
ARRAYS = 524_288
"""Bytes of all arrays of a program: many times a real machine's, and few enough to be saved within a turn."""
TEXTS = 8_000_000
"""Bytes of the texts in arrays, each at its longest."""
DISK = 1_000_000
"""Bytes of all files of a session."""
TRANSCRIPT = 65_536
"""Characters of terminal output that a session keeps."""
LINE = 65_536
"""Characters of one typed line; BASIC's own limit (255) is BASIC's to report."""
KEYS = 4_096
"""Characters of keys in one input."""
BREAKPOINTS = 10_000
"""Lines of a program that may have one."""
TABS = 256
"""Browser tabs whose last input number is remembered; the one idle longest is forgotten first."""
PACKED_AT_ONCE = 131_072
"""Bytes of a record from which on it is compressed and encrypted beside the event loop: thousandths of a second."""
UNPACKED_AT_ONCE = 16_384
"""The same for reading one: bytes as they are stored, which become 200 times as many at most."""
NEW_TAB_INPUTS = 1
"""Number of a tab's first input."""

TTL = 30 * 86_400.0
"""Seconds a session lives after its last use."""
TOMBSTONE_LIFE = 3_600.0
"""Seconds the mark of a deleted session lives."""
GENERATION_LIFE = 600.0
"""Seconds that a replaced disk record lives on, for a reader of the record that still names it."""
UNANSWERED = TOMBSTONE_LIFE / 2
"""Seconds of silence from the store after which a process no longer acts on what it remembers."""
CLAIM_WAIT = 0.4
"""Seconds a claimant gives the owner to hand over."""
POLL = 0.25
"""Seconds between two looks at the versions of all sessions held here, at most."""
POLL_QUICK = 0.1
"""The same while they are few: one that is claimed by another process is handed over so much sooner."""
POLL_MANY = 1_000
"""Sessions from which on the looks are `POLL` apart; in between, the pause grows with their number."""
BACKSTOP = 10.0
"""Seconds after which a store call that should have ended by itself counts as unavailable."""
AWAY = 600.0
"""Seconds that a program runs on with no page open."""
IDLE_LIFE = 60.0
"""Seconds that a session at rest with no page open stays in memory."""
REDRAW = 0.033
"""Seconds between two announcements of output."""
