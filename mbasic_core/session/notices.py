"""What the user is told about the session itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SILENT", "Notice", "kept_notice", "not_saved"]

SILENT = "The store was silent for too long to be sure of this session. What was here is kept for you."


@dataclass(frozen=True, slots=True)
class Notice:
    """One message; `record` is the id of a kept record that can be downloaded, or ""."""

    text: str
    record: str = ""


def kept_notice(record: str) -> Notice:
    """Return the notice for a kept record."""
    if "/damaged/" in record:
        return Notice("The stored session could not be read. Its record was kept, and a new session was begun.", record)
    return Notice("Two states of this session were stored at the same time. The other one was kept.", record)


def not_saved(why: str) -> str:
    """Return what is said while a save is tried again and again, because the store `why`."""
    return (
        f"Not saved: the store {why}. What you do is kept here, and saved as soon as that is possible: "
        "it is tried every few seconds."
    )
