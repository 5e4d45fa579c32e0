"""Whether the server should be sent visitors."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from mbasic_core.storage import SessionStore

__all__ = ["Readiness"]

_EVERY = 1.0  # seconds between two questions to the store, however often we are asked
_PATIENCE = 0.2  # seconds that an answer waits for the store's: a balancer takes a late one for a failure


@dataclass(slots=True)
class Readiness:
    """What /readyz tells.

    `answered`: the store has answered once; `draining`: the server is going down; `closed`: it serves no session any
    more; `trouble`: the store's last error.
    """

    answered: bool = False
    draining: bool = False
    closed: bool = False
    trouble: str = ""
    asked: float = 0.0
    asking: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def ready(self) -> bool:
        """True from the store's first answer until the server drains.

        Not while the store is in trouble: of servers that share one, all would be taken out of service at once.
        """
        return self.answered and not self.draining

    @property
    def serving(self) -> bool:
        """True from the store's first answer until sessions are handed over: while it drains, pages go on."""
        return self.answered and not self.closed

    async def ask(self, store: SessionStore) -> None:
        """Note how the store is doing now, or, when it takes long to say, leave that to a later call."""
        if self.asking is None and self.ready and time.monotonic() - self.asked >= _EVERY:
            self.asked = time.monotonic()
            self.asking = asyncio.get_running_loop().create_task(self._ask(store))
        if self.asking is not None:
            await asyncio.wait([self.asking], timeout=_PATIENCE)

    async def _ask(self, store: SessionStore) -> None:
        try:
            await store.ping()
        except Exception as problem:  # noqa: BLE001 - whatever a store raises, it is in trouble
            self.trouble = str(problem) or type(problem).__name__
        else:
            self.trouble = ""
        finally:
            self.asking = None

    def report(self) -> dict[str, str]:
        """The body of /readyz."""
        status = "draining" if self.draining else "ready" if self.answered else "waiting for the store"
        store = "trouble" if self.trouble else "ok" if self.answered else "unknown"
        return {"status": status, "store": store} | ({"problem": self.trouble} if self.trouble else {})
