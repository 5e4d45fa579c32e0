"""What every check stands on: stores opened and closed again, ids that nobody else uses, writes without ceremony."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from uuid import uuid4

from mbasic_core.storage import Conflict, SessionStore

__all__ = ["LIFE", "Check", "StoreFactory", "conflicts", "create", "new_id", "opened", "rivals"]

StoreFactory = Callable[[], SessionStore]
"""Makes a store, not yet opened; all stores that it makes share one backend, as those of several processes do."""

Check = Callable[[StoreFactory], Coroutine[object, object, None]]
"""A check of the contract: returns None, or raises what the store did wrong, mostly as `AssertionError`."""

LIFE = 60.0  # seconds; what a check leaves behind disappears by itself


def new_id() -> str:
    """Return a session id that no other check uses."""
    return f"kit-{uuid4().hex}"


@asynccontextmanager
async def opened(make: StoreFactory) -> AsyncIterator[SessionStore]:
    """Give one open store; close it at the end."""
    store = make()
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def rivals(make: StoreFactory, count: int) -> AsyncIterator[list[SessionStore]]:
    """Give `count` open stores on one backend; of scope "process", where nothing is shared, one store `count` times."""
    stores: list[SessionStore] = []
    try:
        for _ in range(count):
            store = make()
            stores.append(store)
            await store.open()
            if store.traits.scope == "process":
                break
        yield stores if len(stores) == count else stores * count
    finally:
        for store in stores:
            await store.close()


async def create(store: SessionStore, id: str, data: bytes = b"first", *, ttl: float = LIFE) -> str:
    """Save a new record, and return its version."""
    version = uuid4().hex
    await store.save(id, data, version=version, expected=None, ttl=ttl)
    return version


async def conflicts(call: Awaitable[object]) -> bool:
    """Whether `call` raises `Conflict`."""
    try:
        await call
    except Conflict:
        return True
    return False
