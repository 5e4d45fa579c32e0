"""Checks of cancellation: a call that is given up harms no other one, and is done wholly or not at all."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from uuid import uuid4

from mbasic_core.storage import Conflict, Record, SessionStore
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, conflicts, create, new_id, opened

__all__ = ["check_cancelled_calls", "check_cancelled_loads", "check_cancelled_saves"]

_GIVEN_UP = 12  # saves, each a turn of the event loop later than the one before
_PATIENCE = 20.0  # seconds after which a call waits for one that was cancelled


async def check_cancelled_loads(make: StoreFactory) -> None:
    """However many loads are cancelled, at whatever moment, no load is ever answered with another's bytes."""
    rng = random.Random(7)  # noqa: S311 no secret
    async with opened(make) as store:
        saved: dict[str, Record] = {}
        for n in range(12):
            data = bytes([n]) * rng.choice([10, 1_000, 50_000])
            id = new_id()
            saved[id] = Record(data, await create(store, id, data))
        ids = list(saved)
        for _ in range(25):
            loads = [(id, asyncio.ensure_future(store.load(id))) for id in rng.choices(ids, k=16)]
            await _a_moment(rng)
            for _, load in rng.sample(loads, 10):
                load.cancel()
            answers = await asyncio.gather(*(load for _, load in loads), return_exceptions=True)
            for (id, load), answer in zip(loads, answers, strict=True):
                if load.cancelled() or isinstance(answer, asyncio.CancelledError):
                    continue
                if isinstance(answer, BaseException):
                    raise AssertionError(f"a load beside cancelled ones failed: {answer!r}") from answer
                right = answer == saved[id]  # not in the assert: pytest would compare megabytes line by line
                assert right, "after a cancelled load another one was answered with the wrong bytes"
        for id, record in saved.items():
            right = await store.load(id) == record
            assert right, "after cancelled loads a load is answered with the wrong bytes"


async def check_cancelled_saves(make: StoreFactory) -> None:
    """A cancelled save ends, and happened wholly or not at all: the record is the old one or the new one."""
    rng = random.Random(11)  # noqa: S311 no secret
    async with opened(make) as store:
        id = new_id()
        version = await create(store, id, b"begin" * 1000)
        known = {version: b"begin" * 1000}
        for turn in range(40):
            data, newest = rng.randbytes(rng.choice([50, 5_000, 200_000])), uuid4().hex
            known[newest] = data
            save = asyncio.ensure_future(store.save(id, data, version=newest, expected=version, ttl=LIFE))
            await _a_moment(rng)
            save.cancel()
            with suppress(asyncio.CancelledError, Conflict):  # Conflict: an earlier, cancelled one has just landed
                await save
            record = await store.load(id)
            assert record is not None, f"the record vanished at cancelled save {turn}"
            whole = known.get(record.version) == record.data
            assert whole, "version and bytes of a cancelled save do not belong together"
            version = record.version
        await _saves_end(store)
        for _ in range(100):
            newest = uuid4().hex
            try:
                await store.save(id, b"end", version=newest, expected=version, ttl=LIFE)
            except Conflict:  # late again
                record = await store.load(id)
                assert record is not None, "the record vanished after cancelled saves"
                version = record.version
            else:
                assert await store.load(id) == Record(b"end", newest), "a cancelled save undid a later one"
                return
        raise AssertionError("after cancelled saves no save succeeds")


async def check_cancelled_calls(make: StoreFactory) -> None:
    """Calls of the other kinds may be cancelled too: those beside them are served, and those after them."""
    rng = random.Random(13)  # noqa: S311 no secret
    async with opened(make) as store:
        id, absent = new_id(), new_id()
        version = await create(store, id)
        for _ in range(25):
            calls: list[asyncio.Future[object]] = [
                asyncio.ensure_future(store.touch(id, expected=version, ttl=LIFE)),
                asyncio.ensure_future(store.touch(absent, expected=version, ttl=LIFE)),
                asyncio.ensure_future(store.delete(absent, expected=version)),
                asyncio.ensure_future(store.delete(absent)),
                asyncio.ensure_future(store.versions([id, absent])),
                asyncio.ensure_future(_listed(store, id)),
            ]
            await _a_moment(rng)
            for call in rng.sample(calls, 4):
                call.cancel()
            for answer in await asyncio.gather(*calls, return_exceptions=True):
                if isinstance(answer, Exception) and not isinstance(answer, Conflict):
                    raise AssertionError(f"a call beside cancelled ones failed: {answer!r}") from answer
        try:
            async with asyncio.timeout(_PATIENCE):
                record = await store.load(id)
                assert record is not None, "after cancelled calls a record is absent"
                assert await store.versions([id]) == {id: record.version}, "versions is wrong after cancelled calls"
                assert set(await _listed(store, id)) == {id}, "scan is wrong after cancelled calls"
                assert await store.delete(absent) is False, "delete is wrong after cancelled calls"
                refused = await conflicts(store.touch(id, expected=record.version, ttl=LIFE))
                assert not refused, "touch is wrong after cancelled calls"
        except TimeoutError:
            raise AssertionError("calls wait for ones that were cancelled") from None


async def _saves_end(store: SessionStore) -> None:
    """Fail when every save that is cancelled goes on; some may, for what they waited for was just done."""
    cancelled = confirmed = 0
    for turns in range(1, _GIVEN_UP + 1):
        save = asyncio.ensure_future(create(store, new_id(), b"given up"))
        for _ in range(turns):  # with the first it is under way, if it is not done
            await asyncio.sleep(0)
        cancelled += save.cancel()
        with suppress(asyncio.CancelledError):
            await save
            confirmed += 1
    done = _GIVEN_UP - cancelled
    assert not cancelled or confirmed - done < cancelled, "a save that is cancelled goes on, and its caller has to wait"


async def _listed(store: SessionStore, prefix: str) -> list[str]:
    return [found async for found in store.scan(prefix)]


async def _a_moment(rng: random.Random) -> None:
    """Let other tasks run for a random while: some turns of the loop, or up to 2 ms."""
    if rng.random() < 0.5:
        for _ in range(rng.randrange(6)):
            await asyncio.sleep(0)
    else:
        await asyncio.sleep(rng.random() * 0.002)
