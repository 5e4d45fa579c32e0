"""Checks of `scan`: all that lives is found, and a paused scan stands in nobody's way."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from mbasic_core.storage import Record
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, create, new_id, opened, rivals

__all__ = ["check_scan", "check_scan_abandoned", "check_scan_paused"]

_MANY = 250


async def check_scan(make: StoreFactory) -> None:
    """A scan finds every live id that begins with the prefix, and no other, however many there are."""
    async with opened(make) as store:
        session, other = new_id(), new_id()
        ids = [session, *(f"{session}/part/{n}" for n in range(_MANY))]
        for id in [*ids, other, f"{other}/{session}/part/1"]:
            await create(store, id, b"")
        assert {id async for id in store.scan(session)} == set(ids), "scan misses ids, or finds others"
        assert {id async for id in store.scan(f"{session}/")} == set(ids[1:]), "scan of the parts is wrong"
        tens = {id for id in ids if id.startswith(f"{session}/part/10")}
        assert {id async for id in store.scan(f"{session}/part/10")} == tens, "scan of a part's beginning is wrong"
        assert {id async for id in store.scan(new_id())} == set(), "scan finds ids without the prefix"
        everything = {id async for id in store.scan()}
        assert {*ids, other} <= everything, "scan without a prefix misses ids"
        await store.delete(ids[1])
        assert ids[1] not in {id async for id in store.scan(session)}, "scan finds a deleted id"


async def check_scan_paused(make: StoreFactory) -> None:
    """While a scan pauses every other call goes on, and what lives throughout is still found."""
    async with rivals(make, 2) as (one, other):
        session = new_id()
        stay = [f"{session}/stay/{n}" for n in range(_MANY)]
        leave = [f"{session}/{name}/{n}" for n in range(10) for name in ("leave", "zzz")]
        versions = {id: await create(one, id, b"") for id in leave[:10] + stay + leave[10:]}
        found: set[str] = set()
        async for id in one.scan(session):
            if not found:
                try:
                    async with asyncio.timeout(10):
                        for store in (one, other):
                            await store.load(stay[0])
                            fresh = uuid4().hex
                            await store.save(stay[0], b"x", version=fresh, expected=versions[stay[0]], ttl=LIFE)
                            versions[stay[0]] = fresh
                            assert await store.load(stay[0]) == Record(b"x", fresh), "a save during a scan is lost"
                            await store.touch(stay[1], expected=versions[stay[1]], ttl=LIFE)
                            for _ in range(5):  # found already or not, with names before and after the others
                                await store.delete(leave.pop(0))
                            await create(store, f"{session}/new/{uuid4().hex}")
                            assert {x async for x in store.scan(stay[2])} >= {stay[2]}, "a second scan finds too little"
                except TimeoutError:
                    raise AssertionError("other calls wait for a scan that pauses") from None
            found.add(id)
        assert found >= set(stay), f"a scan with a pause missed {len(set(stay) - found)} ids that lived throughout"


async def check_scan_abandoned(make: StoreFactory) -> None:
    """A scan that is left in the middle keeps nothing busy."""
    async with opened(make) as store:
        session = new_id()
        for n in range(_MANY):
            await create(store, f"{session}/{n}", b"")
        left = store.scan(session)
        assert (await anext(left)).startswith(session), "scan finds an id without the prefix"
        version = await create(store, new_id())
        assert version, "a save after an abandoned scan failed"
        assert len({id async for id in store.scan(session)}) == _MANY, "a scan after an abandoned one finds too little"
