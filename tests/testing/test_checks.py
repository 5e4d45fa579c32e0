"""The checks catch what is wrong: each wrong store fails the checks that are meant for it and no other."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from mbasic_core.storage import Record, Rejected, SessionStore, StoreError, Traits, Unavailable
from mbasic_core.testing.checks import (
    CHECKS,
    Check,
    StoreFactory,
    check_durable,
    check_namespaces,
    check_outage,
    check_processes,
)
from mbasic_core.testing.checks.manners import check_event_loop_is_free
from mbasic_core.testing.checks.records import check_record_limit
from mbasic_store_memory import MemoryStore
from tests.testing.shared_stores import Alien, Careless, Failing, Shared
from tests.testing.wrong_lives import WRONG_LIVES
from tests.testing.wrong_races import WRONG_RACES
from tests.testing.wrong_records import WRONG_RECORDS, Keeping
from tests.testing.wrong_stores import WRONG_STORES

WRONG = {**WRONG_STORES, **WRONG_RECORDS, **WRONG_LIVES, **WRONG_RACES}


class Twice(MemoryStore):
    """Finds each id twice, as a cursor may; rounds lives up to whole seconds."""

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        async for id in super().scan(prefix):
            yield id
            yield id

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await super().save(id, data, version=version, expected=expected, ttl=math.ceil(ttl))

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        await super().touch(id, expected=expected, ttl=math.ceil(ttl))


async def _fails(check: Check, make: StoreFactory) -> str | None:
    """Return the check's name, without "check_", if it fails."""
    try:
        await check(make)
    except (AssertionError, StoreError, RuntimeError):
        return check.__name__.removeprefix("check_")
    return None


async def _failures(make: StoreFactory) -> set[str]:
    """Return the names of all checks that fail; the one that watches the event loop runs when the others are done."""
    others = [check for check in CHECKS if check is not check_event_loop_is_free]
    names = await asyncio.gather(*(_fails(check, make) for check in others))
    return {name for name in [*names, await _fails(check_event_loop_is_free, make)] if name}


def test_there_are_checks_and_each_says_what_it_wants() -> None:
    assert len(CHECKS) > 25
    assert len({check.__name__ for check in CHECKS}) == len(CHECKS)
    assert all(check.__name__.startswith("check_") and check.__doc__ for check in CHECKS)


@pytest.mark.parametrize("right", [MemoryStore, Keeping, Twice], ids=lambda right: right.__name__)
def test_a_right_store_passes_all(right: type[MemoryStore]) -> None:
    assert asyncio.run(_failures(right)) == set()


@pytest.mark.parametrize(("limit", "tried"), [(8_000_000, [8_000_000] * 2), (100_000_000, []), (512_000_000, None)])
def test_a_huge_limit_is_not_filled(limit: int, tried: list[int] | None) -> None:
    sizes: list[int] = []

    class Huge(MemoryStore):
        async def open(self) -> None:
            await super().open()
            self.traits = Traits("process", durable=False, max_bytes=limit)

        async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
            sizes.append(len(data))
            if len(data) > limit:
                raise Rejected("too large")
            await super().save(id, data, version=version, expected=expected, ttl=ttl)

    asyncio.run(check_record_limit(Huge))
    assert sizes == [1] if tried is None else [1, *tried, limit + 1, limit + 1]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_a_wrong_store_is_caught_by_the_checks_meant_for_it(wrong: type[MemoryStore]) -> None:
    assert asyncio.run(_failures(wrong)) == set(WRONG[wrong].split())


def test_every_check_catches_somebody() -> None:
    caught = {name for names in WRONG.values() for name in names.split()}
    assert {check.__name__.removeprefix("check_") for check in CHECKS} == caught


class Backend:
    """Records that a test can take away for a while, or for good."""

    def __init__(self, *, honest: bool = True, durable: bool = True) -> None:
        self.honest = honest
        self.durable = durable
        self.away = False
        self.store = MemoryStore()

    def make(self) -> SessionStore:
        return Remote(self)

    def outage(self) -> AbstractContextManager[None]:
        @contextmanager
        def away() -> Iterator[None]:
            self.away = True
            yield
            self.away = False

        return away()

    def restart(self) -> None:
        if not (self.durable and self.honest):
            self.store._sessions.clear()


class Remote(MemoryStore):
    """A store that keeps its records in a backend."""

    def __init__(self, backend: Backend) -> None:
        super().__init__()
        self._backend = backend

    async def open(self) -> None:
        if self._backend.away:
            raise Unavailable("away")
        await super().open()
        self._sessions = self._backend.store._sessions
        self.traits = type(self.traits)(scope="network", durable=self._backend.durable)

    async def close(self) -> None:
        self._sessions = {}
        await super().close()

    def _check_open(self) -> None:
        super()._check_open()
        if self._backend.away and self._backend.honest:
            raise Unavailable("away")


class Swallowing(Remote):
    """Takes an error for the absence of a record."""

    async def load(self, id: str) -> Record | None:
        try:
            return await super().load(id)
        except Unavailable:
            return None


def test_an_outage_must_be_unavailable() -> None:
    right, wrong, swallowed = Backend(), Backend(honest=False), Backend()
    asyncio.run(check_outage(right.make, right.outage, 1.0))
    with pytest.raises(AssertionError, match="load succeeded while the backend was away"):
        asyncio.run(check_outage(lambda: Swallowing(swallowed), swallowed.outage, 1.0))
    with pytest.raises(AssertionError, match="succeeded while the backend was away"):
        asyncio.run(check_outage(wrong.make, wrong.outage, 1.0))


def test_a_durable_store_must_keep_its_records() -> None:
    for right in (Backend(), Backend(durable=False)):
        asyncio.run(check_durable(right.make, right.restart))
    wrong = Backend(honest=False)
    with pytest.raises(AssertionError, match="lost a record"):
        asyncio.run(check_durable(wrong.make, wrong.restart))


def test_processes_must_not_lose_what_others_wrote(tmp_path: Path) -> None:
    right, wrong = partial(Shared, tmp_path / "right"), partial(Careless, tmp_path / "wrong")
    asyncio.run(check_processes(right, right))
    lost = r"additions by 2 processes made|vanished under contention|does not see the same records"
    with pytest.raises(AssertionError, match=lost):
        asyncio.run(check_processes(wrong, wrong))


def test_trouble_of_another_process_is_told(tmp_path: Path) -> None:
    store = partial(Shared, tmp_path / "file")
    with pytest.raises(AssertionError, match="in another process: Rejected: not here"):
        asyncio.run(check_processes(store, partial(Failing, tmp_path / "file")))


def test_processes_need_not_share_what_is_their_own() -> None:
    def never() -> SessionStore:
        raise AssertionError("a store was made in another process")

    assert asyncio.run(check_processes(MemoryStore, never)) is None


def test_namespaces_must_be_apart(tmp_path: Path) -> None:
    one, other = partial(Shared, tmp_path / "file"), partial(Shared, tmp_path / "file", "b:")
    asyncio.run(check_namespaces(one, other))
    with pytest.raises(AssertionError, match="seen from another namespace"):
        asyncio.run(check_namespaces(partial(Alien, tmp_path / "file"), partial(Alien, tmp_path / "file")))
