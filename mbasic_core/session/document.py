"""The editor's document: the one text of the program, with a number for each of its states."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mbasic_core.session import limits
from mbasic_core.session.actions import Change

__all__ = ["Document", "TooLarge"]

_HALVES = re.compile("[\ud800-\udfff]")


class TooLarge(ValueError):
    """A text longer than a document may be."""


class Document:
    """A text and its revision, which rises with each change."""

    __slots__ = ("most", "revision", "text")

    def __init__(self, text: str = "", revision: int = 0, most: int | None = None) -> None:
        self.text = text
        self.revision = revision
        self.most = limits.DOCUMENT if most is None else most

    def edit(self, revision: int, changes: Sequence[Change] | None, text: str) -> bool:
        """Apply `changes`, or take `text` when they are None; False when they were made on another revision or do not
        fit.

        Raises TooLarge, and changes nothing, when the document would pass `most` characters.
        """
        if revision != self.revision:
            return False
        if changes is not None:
            if not _fit(changes, len(self.text)):
                return False
            text = _changed(self.text, changes)
        self.replace(text)
        return True

    def replace(self, text: str) -> None:
        """Take `text` as the document's next revision; raises TooLarge, and changes nothing, when it is too long."""
        if len(text) > self.most:
            raise TooLarge(f"The program may have {self.most:,} characters; this would make it {len(text):,}.")
        self.text = _storable(text)
        self.revision += 1


def _fit(changes: Sequence[Change], length: int) -> bool:
    end = 0
    for start, stop, _ in changes:
        if not end <= start <= stop <= length:
            return False
        end = stop
    return True


def _changed(text: str, changes: Sequence[Change]) -> str:
    parts: list[str] = []
    end = 0
    for start, stop, insert in changes:
        parts += (text[end:start], insert)
        end = stop
    return "".join((*parts, text[end:]))


def _storable(text: str) -> str:
    """Half a surrogate pair, which a browser may send, has no encoding and could never be saved."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)
