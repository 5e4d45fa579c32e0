"""Checks of a store's manners: the event loop, opening and closing, errors, honest traits."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from uuid import uuid4

from mbasic_core.storage import Record, Rejected, SessionStore, StoreError, Unavailable
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, create, new_id, opened

__all__ = [
    "check_close",
    "check_close_in_flight",
    "check_durable",
    "check_event_loop_is_free",
    "check_outage",
    "check_traits",
    "check_unopened",
]

_HELD = 0.01  # seconds for which one call may hold the event loop
_HELD_AT_ENDS = 0.1  # the same at open and close, when nobody is served: drivers learn their server's commands then
_ENDS = 10.0  # seconds in which calls under way have to end when the store is closed
_TRIES = 25  # a busy machine makes the loop wait too, now and then; a store that holds it does so every time


async def check_event_loop_is_free(make: StoreFactory) -> None:
    """No call holds the event loop for more than 10 ms, be it for a record of 2 MB or for hundreds of ids.

    Opening and closing may take 100 ms of it.
    """
    async with opened(make) as store:
        limit = store.traits.max_bytes
        data = random.Random(3).randbytes(2_000_000 if limit is None else min(limit, 2_000_000))  # noqa: S311 no secret
        id = new_id()
        version = await create(store, id, data)
        parts = [f"{id}/{n}" for n in range(300)]
        for part in parts:
            await create(store, part, b"")

        async def save() -> None:
            nonlocal version
            newest = uuid4().hex
            await store.save(id, data, version=newest, expected=version, ttl=LIFE)
            version = newest

        async def touch() -> None:
            fresh = new_id()
            await store.touch(fresh, expected=await create(store, fresh, data), ttl=LIFE)

        async def delete() -> None:
            fresh = new_id()
            await create(store, fresh, data)
            await store.delete(fresh)

        async def scan() -> list[str]:
            return [found async for found in store.scan(id)]

        async def reopen() -> None:
            async with opened(make):
                pass

        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "open or close": reopen,
            "ping": store.ping,
            f"save of {len(data)} bytes": save,
            f"load of {len(data)} bytes": lambda: store.load(id),
            f"touch of {len(data)} bytes": touch,
            f"delete of {len(data)} bytes": delete,
            "scan of 301 ids": scan,
            "versions of 301 ids": lambda: store.versions([id, *parts]),
        }
        for name, call in calls.items():
            most = _HELD_AT_ENDS if call is reopen else _HELD
            held = float("inf")
            for _ in range(_TRIES):
                held = min(held, await _longest_pause(call))
                if held < most:
                    break
            assert held < most, f"{name} holds the event loop for {held * 1000:.0f} ms"


async def check_unopened(make: StoreFactory) -> None:
    """A store that was not opened refuses every call with `Rejected`, and may be closed."""
    store = make()
    await _all_rejected(store, "before open()")
    await store.close()


async def check_close(make: StoreFactory) -> None:
    """Close may be called again and again; after it every call is `Rejected`."""
    store = make()
    await store.open()
    version = await create(store, new_id())
    assert version, "a save before close failed"
    await store.close()
    await store.close()
    await _all_rejected(store, "after close()")
    await store.close()


async def check_close_in_flight(make: StoreFactory) -> None:
    """Calls that are under way when the store is closed come to their end, with a result or a `StoreError`."""
    for turns in range(4):
        store = make()
        await store.open()
        id, version = new_id(), uuid4().hex
        await store.save(id, b"first", version=version, expected=None, ttl=LIFE)
        data = random.Random(17).randbytes(50_000)  # noqa: S311 no secret
        work: list[Coroutine[object, object, object]] = [create(store, f"{id}/{n}", data) for n in range(16)]
        work += [call() for call in _calls(store, id, version).values()]
        calls = [asyncio.ensure_future(each) for each in work]
        for _ in range(turns):
            await asyncio.sleep(0)
        await store.close()
        _, waiting = await asyncio.wait(calls, timeout=_ENDS)
        for call in waiting:
            call.cancel()
        assert not waiting, f"{len(waiting)} calls did not end when the store was closed"
        for answer in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(answer, BaseException) and not isinstance(answer, StoreError):
                raise AssertionError(f"a call under way when the store was closed raised {answer!r}") from answer


async def check_traits(make: StoreFactory) -> None:
    """Traits are there after open, and of the types that the contract names."""
    async with opened(make) as store:
        traits = store.traits
        assert traits.scope in ("process", "host", "network"), f"traits.scope is {traits.scope!r}"
        assert isinstance(traits.durable, bool), f"traits.durable is {traits.durable!r}"
        limit = traits.max_bytes
        assert limit is None or (type(limit) is int and limit > 0), f"traits.max_bytes is {limit!r}"
        if traits.scope == "process":
            assert not traits.durable, "a store that ends with its process calls itself durable"
            return
        async with opened(make) as other:
            id = new_id()
            version = await create(store, id)
            found = await other.load(id)
            assert found == Record(b"first", version), (
                f"of scope {traits.scope!r}, yet another store does not see a record"
            )


async def check_outage(make: StoreFactory, outage: Callable[[], AbstractContextManager[None]], limit: float) -> None:
    """While the backend is away every call is `Unavailable` within `limit` seconds and a bit; then it works again."""
    store, late = make(), make()
    await store.open()
    try:
        id = new_id()
        version = await create(store, id)
        with outage():
            for name, call in _calls(store, id, version).items():
                begun = time.monotonic()
                try:
                    await call()
                except Unavailable:
                    pass
                else:
                    raise AssertionError(f"{name} succeeded while the backend was away")
                assert time.monotonic() - begun < limit + 1, f"{name} took longer than its time-out to fail"
            try:
                await late.open()
            except Unavailable:
                pass
            else:
                raise AssertionError("open succeeded while the backend was away")
        await late.open()
        await store.ping()
        fresh = new_id()
        version = await create(store, fresh)
        assert await late.load(fresh) == Record(b"first", version), "after an outage the store does not work again"
    finally:
        await store.close()
        await late.close()


async def check_durable(make: StoreFactory, restart: Callable[[], None]) -> None:
    """A store that calls itself durable has its records after a restart of the backend."""
    async with opened(make) as store:
        durable = store.traits.durable
        id = new_id()
        version = await create(store, id)
    restart()
    async with opened(make) as store:
        found = await store.load(id)
        if durable:
            assert found == Record(b"first", version), "a durable store lost a record in a restart"


async def _longest_pause(work: Callable[[], Awaitable[object]]) -> float:
    """Return the longest time in seconds for which no other task could run while `work` did."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.0005)
            now = time.perf_counter()
            longest = max(longest, now - last)
            last = now

    watcher = asyncio.ensure_future(watch())
    await asyncio.sleep(0.001)
    await work()
    await asyncio.sleep(0.001)
    watcher.cancel()
    return longest


def _calls(store: SessionStore, id: str, version: str) -> dict[str, Callable[[], Coroutine[object, object, object]]]:
    """Return one call of each method that talks to the backend."""

    async def scan() -> list[str]:
        return [id async for id in store.scan()]

    return {
        "load": lambda: store.load(id),
        "save": lambda: store.save(id, b"", version=uuid4().hex, expected=version, ttl=LIFE),
        "touch": lambda: store.touch(id, expected=version, ttl=LIFE),
        "delete": lambda: store.delete(new_id()),
        "scan": scan,
        "ping": store.ping,
        "versions": lambda: store.versions([id]),
    }


async def _all_rejected(store: SessionStore, when: str) -> None:
    for name, call in _calls(store, new_id(), uuid4().hex).items():
        try:
            await call()
        except Rejected:
            continue
        except Exception as error:  # whatever a wrong store raises is what this check is about
            raise AssertionError(f"{name} {when} raised {error!r}, not Rejected") from error
        raise AssertionError(f"{name} {when} was served")
