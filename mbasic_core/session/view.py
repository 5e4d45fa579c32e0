"""What the pages of a session show of it, and whether a later state only goes on from that."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.session.identifiers import same_session
from mbasic_core.session.transcript import Transcript

__all__ = ["View"]


@dataclass(frozen=True, slots=True)
class View:
    """One state of a session as its pages know it."""

    root: str
    life: int
    text: str
    revision: int
    transcript: Transcript

    def follows(self, former: View) -> bool:
        """Whether pages that show `former` need to be told only what changed.

        Not after a deletion, nor when the same revision is another text now or output was taken back: a store may go
        back, and what was done here may not have been what the owner did.
        """
        if not same_session(self.root, former.root) or self.life != former.life:
            return False
        if self.revision == former.revision and self.text != former.text:
            return False
        return self.revision >= former.revision and self.transcript.continues(former.transcript)
