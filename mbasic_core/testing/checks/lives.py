"""Checks of expiry: a record lives as long as it was given, not less, and hardly more."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

from mbasic_core.storage import Record, SessionStore
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, conflicts, create, new_id, opened

__all__ = [
    "check_expiry",
    "check_life_is_kept",
    "check_long_life",
    "check_part_of_a_second",
    "check_save_again_keeps_life",
    "check_save_renews",
    "check_save_shortens",
    "check_touch",
    "check_touch_refused",
    "check_touch_shortens",
]

_LATE = 1.5  # seconds that a store may need to notice that a record's time is over
_EARLY = 0.02  # what clocks of two machines, or of two kinds, may differ by in a short life
_SHORT = 0.4
_BROKEN, _WITHIN = 1.4, 1.15  # a life of whole seconds and a part of one, and when it is looked whether that counts
_LONG = (2_592_000.0, 34_560_000.0)  # 30 days, more milliseconds than 31 bits hold, and 400, more than a year
_TRIES = 5  # on a machine so busy that a short life ends between two calls


async def check_expiry(make: StoreFactory) -> None:
    """After its life a record is absent for every call, and its id is free."""
    async with opened(make) as store:
        # One for each call, which no other call has seen since: one that does may have removed it.
        asked, listed, touched, replaced, deleted, free, saved = [
            (id, await create(store, id, ttl=_SHORT)) for id in (new_id() for _ in range(7))
        ]
        id, begun = new_id(), time.monotonic()
        await create(store, id, ttl=_SHORT)
        await _gone(store, id, begun + _SHORT)
        assert await store.versions([asked[0]]) == {}, "versions answers for an expired record"
        assert [found async for found in store.scan(listed[0])] == [], "scan finds an expired record"
        revived = store.touch(touched[0], expected=touched[1], ttl=LIFE)
        assert await conflicts(revived), "touch revived an expired record"
        ghost = store.save(replaced[0], b"ghost", version=uuid4().hex, expected=replaced[1], ttl=LIFE)
        assert await conflicts(ghost), "a save on an expired version was accepted"
        assert await store.delete(deleted[0]) is False, "delete of an expired record is not False"
        for again in (id, free[0]):
            fresh = Record(b"reborn", uuid4().hex)
            refused = await conflicts(store.save(again, fresh.data, version=fresh.version, expected=None, ttl=LIFE))
            assert not refused, "the id of an expired record is not free: it cannot be created again"
            assert await store.load(again) == fresh, "an expired record was created again, and is absent"
        again, version = saved
        refused = await conflicts(store.save(again, b"again", version=version, expected=None, ttl=LIFE))
        kept = not refused and await store.load(again) == Record(b"again", version)
        assert kept, "an expired record cannot be saved again as it was, as an import does of an old state"


async def check_part_of_a_second(make: StoreFactory) -> None:
    """A life is not cut to whole seconds, by a save or by a touch."""
    async with opened(make) as store:
        for _ in range(_TRIES):
            ids = {"created": new_id(), "saved": new_id(), "touched": new_id()}
            versions = {how: await create(store, ids[how]) for how in ("saved", "touched")}
            begun = time.monotonic()
            await create(store, ids["created"], ttl=_BROKEN)
            await store.save(ids["saved"], b"second", version=uuid4().hex, expected=versions["saved"], ttl=_BROKEN)
            await store.touch(ids["touched"], expected=versions["touched"], ttl=_BROKEN)
            await _until(begun + _WITHIN)
            gone = [how for how, id in ids.items() if await store.load(id) is None]
            if not gone:
                return
            early = time.monotonic() < begun + _BROKEN - _EARLY
            assert not early, f"{gone[0]} with a life of {_BROKEN} s, a record was gone after {_WITHIN} s"
        raise AssertionError(f"three loads took longer than {_BROKEN - _WITHIN:.2f} s, {_TRIES} times")


async def check_life_is_kept(make: StoreFactory) -> None:
    """What writes nothing changes no life: a look at the record, a save, touch or delete that is refused."""
    async with opened(make) as store:
        for _ in range(_TRIES):
            short, long = new_id(), new_id()
            begun = time.monotonic()
            await create(store, short, ttl=_SHORT)
            await create(store, long)
            refused = [await _tried(store, id, ttl) for id, ttl in ((short, LIFE), (long, 0.05))]
            if time.monotonic() >= begun + _SHORT:  # it may have been created anew
                continue
            if all(refused):  # else it has changed as it should, which is what other checks are about
                await _gone(store, short, begun + _SHORT, after=" that was read, and to which writes were refused,")
                assert await store.load(long) is not None, "a call that is refused, or that reads, cut a life short"
            return
        raise AssertionError(f"some calls took longer than {_SHORT} s, {_TRIES} times")


async def check_long_life(make: StoreFactory) -> None:
    """A life may be a month or longer than a year, by a save and by a touch."""
    async with opened(make) as store:
        for life in _LONG:
            id = new_id()
            try:
                version = await create(store, id, ttl=life)
                assert await store.load(id) is not None, f"saved for {life} s, a record is absent"
                await store.touch(id, expected=version, ttl=life)
                assert await store.load(id) is not None, f"touched for {life} s, a record is absent"
            finally:
                await store.delete(id)  # the other checks' records go by themselves


async def check_save_again_keeps_life(make: StoreFactory) -> None:
    """The same save again, with a longer life, gives the record none."""
    async with opened(make) as store:
        for _ in range(_TRIES):
            id = new_id()
            begun = time.monotonic()
            version = await create(store, id, ttl=_SHORT)
            await conflicts(
                store.save(id, b"first", version=version, expected=None, ttl=LIFE)
            )  # which is another check
            if time.monotonic() < begun + _SHORT:  # else it may have been a new creation
                await _gone(store, id, begun + _SHORT)
                return
        raise AssertionError(f"two saves took longer than {_SHORT} s, {_TRIES} times")


async def check_touch(make: StoreFactory) -> None:
    """Touch lets a record live longer, and changes nothing else."""
    async with opened(make) as store:
        for _ in range(_TRIES):
            id = new_id()
            end = time.monotonic() + _SHORT
            version = await create(store, id, ttl=_SHORT)
            if await conflicts(store.touch(id, expected=version, ttl=LIFE)):
                assert time.monotonic() >= end, "touch of a living record was refused"
                continue
            await _until(end + 0.2)
            assert await store.load(id) == Record(b"first", version), "a touched record did not live on as it was"
            return
        raise AssertionError(f"a save and a touch took longer than {_SHORT} s, {_TRIES} times")


async def check_save_renews(make: StoreFactory) -> None:
    """Each save gives the record a new life, longer than the one before."""
    async with opened(make) as store:
        for _ in range(_TRIES):
            id, newest = new_id(), uuid4().hex
            end = time.monotonic() + _SHORT
            version = await create(store, id, ttl=_SHORT)
            if await conflicts(store.save(id, b"second", version=newest, expected=version, ttl=LIFE)):
                assert time.monotonic() >= end, "a save over a living record was refused"
                continue
            await _until(end + 0.2)
            found = await store.load(id)
            assert found == Record(b"second", newest), "a record died at the end of the life that an older save gave it"
            return
        raise AssertionError(f"two saves took longer than {_SHORT} s, {_TRIES} times")


async def check_save_shortens(make: StoreFactory) -> None:
    """Each save gives the record a new life, shorter than the one before if need be."""
    async with opened(make) as store:
        id = new_id()
        version = await create(store, id)
        begun = time.monotonic()
        await store.save(id, b"second", version=uuid4().hex, expected=version, ttl=_SHORT)
        await _gone(store, id, begun + _SHORT)


async def check_touch_shortens(make: StoreFactory) -> None:
    """Touch sets the life from now on, so it can cut it short too."""
    async with opened(make) as store:
        id = new_id()
        version = await create(store, id)
        begun = time.monotonic()
        await store.touch(id, expected=version, ttl=_SHORT)
        await _gone(store, id, begun + _SHORT)


async def check_touch_refused(make: StoreFactory) -> None:
    """Touch of another version, or of no record, is `Conflict`, and neither extends nor cuts a life."""
    async with opened(make) as store:
        id = new_id()
        assert await conflicts(store.touch(id, expected=uuid4().hex, ttl=LIFE)), "touch of an absent record succeeded"
        assert await store.load(id) is None, "touch made a record"
        old = await create(store, id)
        new = uuid4().hex
        await store.save(id, b"second", version=new, expected=old, ttl=LIFE)
        for wrong in (old, new[:-1], new + "0"):
            assert await conflicts(store.touch(id, expected=wrong, ttl=0.05)), "touch of another version succeeded"
        await asyncio.sleep(0.2)
        assert await store.load(id) == Record(b"second", new), "a refused touch cut a life short"


async def _tried(store: SessionStore, id: str, ttl: float) -> bool:
    """Read, and try to write with `ttl` what must be refused; whether all of that was."""
    await store.load(id)
    await store.versions([id])
    assert {found async for found in store.scan(id)} <= {id}, "scan finds what does not begin with the prefix"
    saves = [store.save(id, b"", version=uuid4().hex, expected=wrong, ttl=ttl) for wrong in (None, uuid4().hex)]
    refused = [await conflicts(call) for call in (*saves, store.touch(id, expected=uuid4().hex, ttl=ttl))]
    return all(refused) and not await store.delete(id, expected=uuid4().hex)


async def _until(end: float) -> None:
    await asyncio.sleep(max(0.0, end - time.monotonic()))


async def _gone(store: SessionStore, id: str, end: float, *, after: str = "") -> None:
    """Wait until the record is absent; fail when that is before `end` (of the monotonic clock), or well after it.

    after: what was done to it, for the message.
    """
    while await store.load(id) is not None:
        assert time.monotonic() < end + _LATE, f"a record{after} is still there {_LATE} s after its life was over"
        await asyncio.sleep(0.05)
    assert time.monotonic() > end - _EARLY, f"a record{after} was gone before its life was over"
