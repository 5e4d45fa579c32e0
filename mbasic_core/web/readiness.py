"""Whether the server should be sent visitors."""

from __future__ import annotations

import time
from dataclasses import dataclass

from mbasic_core.storage import SessionStore, StoreError

__all__ = ["Readiness"]

_EVERY = 1.0  # seconds between two questions to the store, however often we are asked


@dataclass(slots=True)
class Readiness:
    """What /readyz tells.

    `answered`: the store has answered once; `draining`: the server is going down; `trouble`: the store's last error.
    """

    answered: bool = False
    draining: bool = False
    trouble: str = ""
    asked: float = 0.0

    @property
    def ready(self) -> bool:
        """True from the store's first answer until the server drains.

        Not while the store is in trouble: of servers that share one, all would be taken out of service at once.
        """
        return self.answered and not self.draining

    async def ask(self, store: SessionStore) -> None:
        """Note how the store is doing now."""
        if not self.ready or time.monotonic() - self.asked < _EVERY:
            return
        self.asked = time.monotonic()
        try:
            await store.ping()
        except StoreError as problem:
            self.trouble = str(problem)
        else:
            self.trouble = ""

    def report(self) -> dict[str, str]:
        """The body of /readyz."""
        status = "draining" if self.draining else "ready" if self.answered else "waiting for the store"
        store = "trouble" if self.trouble else "ok" if self.answered else "unknown"
        return {"status": status, "store": store} | ({"problem": self.trouble} if self.trouble else {})
