"""How large a session may grow in a store that takes records only up to some size."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.session import limits

__all__ = ["Room"]


@dataclass(frozen=True, slots=True)
class Room:
    """What fits: BASIC meets the limits as its own `Out of memory` and `Disk full`, and the editor refuses more text.

    document: characters (of at most four bytes). arrays: bytes as the machine counts them (stored, at most twice as
    many); texts: bytes of the texts in them at their longest. disk: bytes of all files together. transcript: characters
    of output (of at most two bytes) that are kept.
    """

    document: int = limits.DOCUMENT
    arrays: int = limits.ARRAYS
    texts: int = limits.TEXTS
    disk: int = limits.DISK
    transcript: int = limits.TRANSCRIPT

    @classmethod
    def within(cls, max_bytes: int | None) -> Room:
        """Return what fits into records of `max_bytes`: half is the document's, a quarter the arrays', an eighth their
        texts', a sixteenth the transcript's, and a sixteenth is left for the rest, which is small; half of a disk
        record is kept free.
        """
        if max_bytes is None:
            return cls()
        part = max_bytes // 8
        return cls(
            document=min(limits.DOCUMENT, part),
            arrays=min(limits.ARRAYS, part),
            texts=min(limits.TEXTS, part),
            disk=min(limits.DISK, 4 * part),
            transcript=min(limits.TRANSCRIPT, part // 4),
        )
