"""A session service over a store in memory, for tests of what stands above it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from mbasic_core.session import Session, SessionService
from mbasic_core.storage import SessionStore, StoreRegistry

__all__ = ["line", "live_service", "memory_store", "until"]


def memory_store() -> SessionStore:
    """A new store in memory."""
    return StoreRegistry().create("memory:", namespace="test:", timeout=3.0, data_dir=Path())


@asynccontextmanager
async def live_service() -> AsyncIterator[SessionService]:
    """A service that runs."""
    store = memory_store()
    await store.open()
    service = SessionService(store)
    await service.start()
    try:
        yield service
    finally:
        await service.close()
        await store.close()


async def until(condition: Callable[[], object], *, patience: float = 10.0) -> None:
    """Wait until a condition holds, for so many seconds."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.005)


def line(session: Session, n: int, text: str, *, tab: str = "tab") -> dict[str, object]:
    """The message of a page that types a line."""
    return {"tab": tab, "n": n, "root": session.root, "life": session.life, "kind": "line", "text": text}
