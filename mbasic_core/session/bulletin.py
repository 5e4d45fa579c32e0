"""What a session tells its user about itself: whether it is saved, and notices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal

from mbasic_core.session.herald import What
from mbasic_core.session.notices import Notice, kept_notice

__all__ = ["Bulletin", "Saved"]

Saved = Literal["saved", "saving", "not saved"]
_MOST_WARNINGS, _MOST_KEPT = 20, 1_000


class Bulletin(ABC):
    """That part of a session."""

    def __init__(self) -> None:
        self.saved: Saved = "saved"
        self.kept: list[str] = []
        self.denial = ""
        """Why the last action that was denied was."""
        self._trouble: Notice | None = None
        self._warnings: list[Notice] = []
        self._refusal: Notice | None = None

    @abstractmethod
    def tell(self, what: What) -> None:
        """Tell the pages that something changed."""

    @property
    def notices(self) -> list[Notice]:
        """What the user is to be told."""
        passing = [notice for notice in (self._trouble, self._refusal) if notice]
        return [*passing, *self._warnings, *map(kept_notice, self.kept)]

    def report(self, saved: Saved, trouble: str = "") -> None:
        """Show how it stands with saving."""
        if saved != self.saved:
            self.saved = saved
            self.tell("saved")
        notice = Notice(trouble) if trouble else None
        if notice != self._trouble:
            self._trouble = notice
            self.tell("notices")

    def warn(self, text: str) -> None:
        """Tell the user something, once, that stays until it is dismissed."""
        others = [known for known in self._warnings if known.text != text]
        self._warnings = [*others, Notice(text)][-_MOST_WARNINGS:]
        self.tell("notices")

    def trouble(self, text: str) -> None:
        """The store does not answer, or, for "", it does again."""
        if text:
            self.report("not saved", text)
        elif self.saved == "not saved":
            self.report("saving")

    def keep(self, record: str) -> None:
        """A record was kept for the user."""
        self.kept = [*self.kept, record][-_MOST_KEPT:]
        self.tell("notices")

    def refuse(self, text: str) -> None:
        """The last edit was refused, or, for "", it was not."""
        refusal = Notice(text) if text else None
        if refusal != self._refusal:
            self._refusal = refusal
            self.tell("notices")

    def forget(self, notice: Notice) -> None:
        """The user has read a notice."""
        self._warnings = [known for known in self._warnings if known != notice]
        self.kept = [name for name in self.kept if name != notice.record]
        self.tell("notices")
