"""The terminal's output: its newest part, and how much there ever was."""

from __future__ import annotations

from collections import deque

from mbasic_core.session import limits

__all__ = ["Transcript"]


class Transcript:
    """The last `limit` characters of output; `end` counts all that there ever were, so that offsets stay valid."""

    __slots__ = ("_limit", "_pieces", "_size", "end")

    def __init__(self, text: str = "", end: int | None = None, *, limit: int = limits.TRANSCRIPT) -> None:
        self._limit = limit
        self.end = len(text) if end is None else end
        text = text[-limit:]
        self._pieces: deque[str] = deque([text] if text else [])
        self._size = len(text)

    @property
    def text(self) -> str:
        """All that is kept."""
        if len(self._pieces) > 1:
            self._pieces = deque(["".join(self._pieces)])
        return self._pieces[0] if self._pieces else ""

    def append(self, text: str) -> None:
        """Add output at the end; the oldest is forgotten."""
        if not text:
            return
        self.end += len(text)
        self._pieces.append(text)
        self._size += len(text)
        while self._size > self._limit:
            surplus = self._size - self._limit
            oldest = self._pieces.popleft()
            self._size -= len(oldest)
            if len(oldest) > surplus:
                self._pieces.appendleft(oldest[surplus:])
                self._size += len(oldest) - surplus

    def continues(self, former: Transcript) -> bool:
        """Tell whether this is `former` with nothing or more behind it, as far as both are kept."""
        text, old = self.text, former.text
        first, old_first = self.end - len(text), former.end - len(old)
        if not first <= former.end <= self.end:
            return False
        start = max(first, old_first)
        return old[start - old_first :] == text[start - first : former.end - first]

    def since(self, offset: int) -> tuple[int, str]:
        """Return (start, text): what came after `offset`; start is greater than `offset` when a part is forgotten.

        An offset beyond the end (the session went back to an earlier state) gives all that is kept.
        """
        text = self.text
        first = self.end - len(text)
        if offset < first or offset > self.end:
            return first, text
        return offset, text[offset - first :]
