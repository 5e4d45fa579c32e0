"""Checks of calls that come at once: one of many wins, and none undoes what another one was told."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from mbasic_core.storage import Conflict, Record, SessionStore
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, conflicts, create, new_id, rivals

__all__ = ["check_delete_beside_save", "check_no_lost_updates", "check_one_winner", "check_touch_beside_save"]

_ROUNDS = 20


async def check_one_winner(make: StoreFactory) -> None:
    """Of many saves at once on the same version exactly one wins, and its bytes are what is stored."""
    async with rivals(make, 3) as stores:
        id = new_id()
        expected: str | None = None
        for _ in range(5):
            versions = [uuid4().hex for _ in range(24)]
            saves = [
                stores[n % 3].save(id, version.encode() * 50, version=version, expected=expected, ttl=LIFE)
                for n, version in enumerate(versions)
            ]
            lost = await asyncio.gather(*map(conflicts, saves))
            winners = [version for version, conflict in zip(versions, lost, strict=True) if not conflict]
            assert len(winners) == 1, f"{len(winners)} of 24 concurrent saves on one version were confirmed, not 1"
            expected = winners[0]
            assert await stores[0].load(id) == Record(expected.encode() * 50, expected), (
                "the winner is not what is stored"
            )


async def check_no_lost_updates(make: StoreFactory) -> None:
    """Writers that load, add and save until it succeeds lose no addition."""
    writers, additions = 6, 8

    id = new_id()

    async def add(store: SessionStore) -> None:
        record = await store.load(id)
        while True:
            assert record is not None, "the record vanished under contention"
            data = str(int(record.data) + 1).encode()
            try:
                await store.save(id, data, version=uuid4().hex, expected=record.version, ttl=LIFE)
            except Conflict:
                record = await store.load(id)
            else:
                return

    async def work(store: SessionStore) -> None:
        for _ in range(additions):
            await add(store)

    async with rivals(make, 3) as stores:
        await create(stores[0], id, b"0")
        await asyncio.gather(*(work(stores[n % 3]) for n in range(writers)))
        record = await stores[0].load(id)
        assert record is not None, "the record vanished under contention"
        assert int(record.data) == writers * additions, f"{writers * additions} additions made {record.data.decode()}"


async def check_touch_beside_save(make: StoreFactory) -> None:
    """A touch that comes together with a save is refused, or comes first; the record is the saved one either way."""
    async with rivals(make, 2) as (one, other):
        id = new_id()
        version = await create(one, id)
        for turn in range(_ROUNDS):
            newest = uuid4().hex
            calls = [
                conflicts(other.touch(id, expected=version, ttl=LIFE)),
                conflicts(one.save(id, newest.encode(), version=newest, expected=version, ttl=LIFE)),
                conflicts(one.touch(id, expected=version, ttl=LIFE)),
            ]
            if turn % 2:
                calls.reverse()
            refused = await asyncio.gather(*calls)
            assert not refused[1], "a save was refused because of a touch beside it"
            assert await one.load(id) == Record(newest.encode(), newest), "a touch undid the save beside it"
            version = newest


async def check_delete_beside_save(make: StoreFactory) -> None:
    """Of deletes and a save on one version, all at once, exactly one succeeds."""
    async with rivals(make, 2) as (one, other):
        for turn in range(_ROUNDS):
            id, newest = new_id(), uuid4().hex
            version = await create(one, id)
            calls = [
                other.delete(id, expected=version),
                _saved(one, id, newest, expected=version),
                one.delete(id, expected=version),
            ]
            if turn % 2:
                calls.reverse()
            done = await asyncio.gather(*calls)
            assert sum(done) == 1, f"{sum(done)} of a save and two deletes of one version succeeded, not 1"
            left = Record(newest.encode(), newest) if done[1] else None
            assert await one.load(id) == left, "what is stored is not what the call that succeeded did"
            await create(one, id) if left is None else None
            removed = await asyncio.gather(*(store.delete(id) for store in (one, other, one, other)))
            assert sum(removed) == 1, f"{sum(removed)} of four deletes at once say that they removed the record"


async def _saved(store: SessionStore, id: str, newest: str, *, expected: str) -> bool:
    """Whether a save was not refused."""
    return not await conflicts(store.save(id, newest.encode(), version=newest, expected=expected, ttl=LIFE))
