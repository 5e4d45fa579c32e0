"""Checks across borders: between two processes, and between two namespaces of one backend."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from multiprocessing.connection import Connection
from uuid import uuid4

from mbasic_core.storage import Conflict, Record, SessionStore, Unavailable
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, create, new_id, opened

__all__ = ["check_namespaces", "check_processes"]

_PROCESSES, _ADDITIONS = 2, 40
_PATIENCE = 60.0  # seconds that other processes may need to start on a busy machine, and to do their work


async def check_processes(make: StoreFactory, elsewhere: StoreFactory) -> None:
    """Processes that load, add and save until it succeeds lose no addition; passes when nothing is shared.

    elsewhere: makes a store on the same backend in another process. It is sent there, so it must be a function or class
    of a module that can be imported there, or a `functools.partial` of one.
    """
    async with opened(make) as store:
        if store.traits.scope == "process":
            return
        id = new_id()
        context = multiprocessing.get_context("spawn")
        workers = []
        for n in range(_PROCESSES):
            here, there = context.Pipe(duplex=False)
            workers.append((context.Process(target=_work, args=(elsewhere, id, n, there), daemon=True), here))
            workers[-1][0].start()
            there.close()
        try:
            ready = [f"{id}/ready/{n}" for n in range(_PROCESSES)]
            end = time.monotonic() + _PATIENCE
            while len(await store.versions(ready)) < _PROCESSES:
                assert time.monotonic() < end, "another process does not see the same records"
                early = [pipe for _, pipe in workers if pipe.poll()]
                assert not early, _trouble(*early)
                await asyncio.sleep(0.02)
            await create(store, id, b"0")
            for process, _ in workers:
                await asyncio.to_thread(process.join, max(0.0, end - time.monotonic()))
            trouble = _trouble(*(pipe for _, pipe in workers))
            assert not trouble, trouble
        finally:
            for process, pipe in workers:
                process.kill()
                pipe.close()
        record = await store.load(id)
        assert record is not None, "the record vanished under contention between processes"
        right = _PROCESSES * _ADDITIONS
        assert int(record.data) == right, f"{right} additions by {_PROCESSES} processes made {record.data.decode()}"


async def check_namespaces(make: StoreFactory, other: StoreFactory) -> None:
    """Records of one namespace are absent in `other`, one on the same backend, and are not harmed from there."""
    async with opened(make) as store, opened(other) as stranger:
        id = new_id()
        version = await create(store, id)
        assert await stranger.load(id) is None, "a record is seen from another namespace"
        assert await stranger.versions([id]) == {}, "versions answers for a record of another namespace"
        assert [found async for found in stranger.scan(id)] == [], "scan finds a record of another namespace"
        everything = {found async for found in stranger.scan()}
        assert id not in everything, "scan of everything finds a record of another namespace"
        assert await stranger.delete(id) is False, "delete removes a record of another namespace"
        theirs = await create(stranger, id, b"theirs")
        assert await store.load(id) == Record(b"first", version), "a record was changed from another namespace"
        assert await stranger.load(id) == Record(b"theirs", theirs), "two namespaces cannot hold the same id"


def _trouble(*pipes: Connection) -> str:
    """Return what other processes had to complain of."""
    texts = []
    for pipe in pipes:
        if not pipe.poll():
            texts.append("another process did not end")
            continue
        try:
            texts.append(pipe.recv())
        except EOFError:
            texts.append("another process died")
    return "; ".join(filter(None, texts))


def _work(elsewhere: StoreFactory, id: str, number: int, report: Connection) -> None:
    """Add to the number in the record, in another process."""
    try:
        asyncio.run(_add(elsewhere, id, number))
    except Exception as error:  # noqa: BLE001 whatever it is, the process that checks tells it
        report.send(f"in another process: {type(error).__name__}: {error}")
    else:
        report.send("")


async def _add(elsewhere: StoreFactory, id: str, number: int) -> None:
    async with opened(elsewhere) as store:
        await create(store, f"{id}/ready/{number}", b"")
        while await store.load(id) is None:  # noqa: ASYNC110 processes share nothing but the store
            await asyncio.sleep(0.001)
        for _ in range(_ADDITIONS):
            while not await _added(store, id):
                pass


async def _added(store: SessionStore, id: str) -> bool:
    record = await store.load(id)
    assert record is not None, "the record vanished under contention between processes"
    data, version = b"%d" % (int(record.data) + 1), uuid4().hex
    for _ in range(20):
        try:
            await store.save(id, data, version=version, expected=record.version, ttl=LIFE)
        except Conflict:
            return False
        except Unavailable:  # the same again, which is safe
            await asyncio.sleep(0.05)
        else:
            return True
    raise AssertionError("under contention between processes a save is Unavailable again and again")
