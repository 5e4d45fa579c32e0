"""Checks of the compare-and-swap: who may write, and what a refused write leaves."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from mbasic_core.storage import Record
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, conflicts, create, new_id, opened

__all__ = [
    "check_create_once",
    "check_save_after_delete",
    "check_save_again",
    "check_save_again_too_late",
    "check_stale_version",
]


async def check_create_once(make: StoreFactory) -> None:
    """`expected=None` creates a record, and never replaces one."""
    async with opened(make) as store:
        id = new_id()
        version = await create(store, id)
        again = store.save(id, b"second", version=uuid4().hex, expected=None, ttl=LIFE)
        assert await conflicts(again), "a record was created over another"
        assert await store.load(id) == Record(b"first", version), "a refused creation changed the record"


async def check_stale_version(make: StoreFactory) -> None:
    """A save made on an old version, or on one that never was, is refused and writes nothing."""
    async with opened(make) as store:
        id = new_id()
        old = await create(store, id)
        new = uuid4().hex
        await store.save(id, b"second", version=new, expected=old, ttl=LIFE)
        for expected in (old, uuid4().hex, new[:-1], new.upper() + "x"):
            stale = store.save(id, b"third", version=uuid4().hex, expected=expected, ttl=LIFE)
            assert await conflicts(stale), "a save on a version that is not stored was accepted"
            assert await store.load(id) == Record(b"second", new), "a refused save changed the record"


async def check_save_again(make: StoreFactory) -> None:
    """The same save again succeeds and changes nothing, neither the bytes nor the life: retries are safe."""
    async with opened(make) as store:
        id = new_id()
        first, second = uuid4().hex, uuid4().hex
        await store.save(id, b"first", version=first, expected=None, ttl=LIFE)
        again = store.save(id, b"first", version=first, expected=None, ttl=LIFE)
        assert not await conflicts(again), "a creation repeated with its own version was refused"
        await store.save(id, b"second", version=second, expected=first, ttl=LIFE)
        again = store.save(id, b"second", version=second, expected=first, ttl=LIFE)
        assert not await conflicts(again), "a save repeated with its own version was refused"
        for expected in (first, second, None, uuid4().hex):  # whatever it was made on: it is stored
            again = store.save(id, b"other bytes", version=second, expected=expected, ttl=0.05)
            assert not await conflicts(again), "a save of the version that is stored was refused"
            assert await store.load(id) == Record(b"second", second), "a repeated save changed the record"
        await asyncio.sleep(0.2)
        assert await store.load(id) == Record(b"second", second), "a repeated save changed the record's life"


async def check_save_again_too_late(make: StoreFactory) -> None:
    """The same save again is refused when somebody has written since."""
    async with opened(make) as store:
        id = new_id()
        first, second = await create(store, id), uuid4().hex
        await store.save(id, b"second", version=second, expected=first, ttl=LIFE)
        again = store.save(id, b"first", version=first, expected=None, ttl=LIFE)
        assert await conflicts(again), "an older save, repeated, was accepted"
        assert await store.load(id) == Record(b"second", second), "an older save, repeated, changed the record"


async def check_save_after_delete(make: StoreFactory) -> None:
    """A save on the version that was deleted is refused; a new creation is not."""
    async with opened(make) as store:
        id = new_id()
        version = await create(store, id)
        await store.delete(id)
        ghost = store.save(id, b"ghost", version=uuid4().hex, expected=version, ttl=LIFE)
        assert await conflicts(ghost), "a save brought a deleted record back"
        assert await store.load(id) is None, "a refused save brought a deleted record back"
        assert await conflicts(store.touch(id, expected=version, ttl=LIFE)), "touch of a deleted record succeeded"
        reborn = await create(store, id, b"reborn")
        assert await store.load(id) == Record(b"reborn", reborn), "a deleted record cannot be created again"
