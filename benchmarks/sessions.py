#!/usr/bin/env python3
"""What sessions cost: one of them to dump, load and save, and ten thousand of them in a store.

    python benchmarks/sessions.py [--count 10000] [--size 40000] [--stores redis,sqlite]

Prints the figures of docs/scaling.md as one line each. Redis is one of its own on a free port; SQLite a file in a
temporary directory. The cost of a single call beside the raw driver's is `mbasic store bench URL`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for the tests' servers

from mbasic_core.machine import Event, Machine, Output, SliceSpent, snapshot  # noqa: E402 - behind the path
from mbasic_core.session import Action, SessionService  # noqa: E402 - behind the path
from mbasic_core.session.body import Body, pack_body, parse_body  # noqa: E402 - behind the path
from mbasic_core.session.record import Head, pack, parse  # noqa: E402 - behind the path
from mbasic_core.storage import Record, SessionStore, StoreRegistry  # noqa: E402 - behind the path
from tests.servers import RedisServer  # noqa: E402 - behind the path

HEAD = Head(id="bench", owner="bench", root="0197a000-0000-7000-8000-000000000000")
AT_ONCE = 32  # saves under way at a time
LIFE = 3600.0
PATIENCE = 180.0  # seconds that a store may need to forget what has expired


def report(what: str, figure: str) -> None:
    print(f"{what:62}{figure}", flush=True)  # noqa: T201 - that is what it is for


def median(call: Callable[[], object], times: int = 50) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1e3


def typical() -> None:
    """The session that benchmarks/typical_session.bas leaves when it stops."""
    text = (ROOT / "benchmarks" / "typical_session.bas").read_text(encoding="ascii")
    machine = Machine()
    machine.load_program(text)
    machine.feed_line("RUN")
    printed = ""
    rest: Event = SliceSpent()
    while isinstance(rest, SliceSpent):
        *told, rest = machine.advance(10_000)
        printed += "".join(event.text for event in told if isinstance(event, Output))
    body = Body(text=text, machine=snapshot.dump(machine.state), transcript=printed[-65_536:], end=len(printed))
    stored = pack(HEAD, pack_body(body))

    def dump() -> bytes:
        body.machine = snapshot.dump(machine.state)
        return pack(HEAD, pack_body(body))

    def load() -> object:
        return snapshot.load(parse_body(parse(stored, "bench").body, "bench").machine)

    plain = len(pack_body(body))
    report("typical session: stored (before compression)", f"{len(stored):,} B ({plain:,} B)")
    report("typical session: dump, load, medians", f"{median(dump):.2f} ms, {median(load):.2f} ms")


class Counting:
    """A store that counts what passes through to another."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self.written = 0
        self.saves = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        self.written += len(data)
        self.saves += 1
        await self._store.save(id, data, version=version, expected=expected, ttl=ttl)


async def keystroke() -> None:
    """One character typed into a program of 2,000 lines, beside a BASIC file of 1 MB."""
    with tempfile.TemporaryDirectory() as directory:
        store = StoreRegistry().create("memory:", data_dir=Path(directory))
        await store.open()
        counting = Counting(store)
        service = SessionService(counting)  # type: ignore[arg-type]  # as good as the store it stands for
        await service.start()
        session = await service.open("bench")
        session.files.files["DATA.TXT"] = random.Random(1).randbytes(990_000)  # noqa: S311 - no secret
        lines = (f"{n * 10} A{n}=A{n}*{n}+SIN(B{n}):PRINT A{n};B{n}\n" for n in range(1, 2001))
        number = 0

        def act(**what: object) -> None:
            nonlocal number
            number += 1
            session.apply(Action("tab", number, session.root, session.life, **what))  # type: ignore[arg-type]  # fields

        act(kind="edit", text="".join(lines), revision=session.document.revision)
        await session.settle()
        counting.written = counting.saves = 0
        act(kind="edit", changes=[(20, 20, "x")], revision=session.document.revision)
        await session.settle()
        report(
            "one character in 2,000 lines beside a 1 MB file: written", f"{counting.written:,} B, {counting.saves} save"
        )
        await service.close()
        await store.close()


@contextlib.contextmanager
def redis() -> Iterator[tuple[str, Callable[[], int], Callable[[], int]]]:
    """URL of a Redis, what it takes (bytes), how many records it has."""
    import redis as driver

    with (
        tempfile.TemporaryDirectory() as directory,
        RedisServer(Path(directory)) as server,
        driver.Redis(port=server.port) as client,
    ):
        yield server.url, lambda: int(client.info("memory")["used_memory"]), lambda: int(client.dbsize())


@contextlib.contextmanager
def sqlite() -> Iterator[tuple[str, Callable[[], int], Callable[[], int]]]:
    """URL of a file, what it takes (bytes), how many records it has."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "sessions.db"

        def size() -> int:
            return sum(file.stat().st_size for file in Path(directory).iterdir())

        def count() -> int:
            with contextlib.closing(sqlite3.connect(path)) as connection:
                return int(connection.execute("SELECT count(*) FROM records").fetchone()[0])

        yield f"sqlite:{path}", size, count


async def fleet(name: str, count: int, size: int) -> None:
    """Many sessions in one store."""
    with (
        {"redis": redis, "sqlite": sqlite}[name]() as (url, taken, records),
        tempfile.TemporaryDirectory() as directory,
    ):
        store = StoreRegistry().create(url, timeout=30.0, data_dir=Path(directory))
        await store.open()
        before = taken()
        known = {f"session-{number:08d}": uuid4().hex for number in range(count)}
        data = random.Random(2).randbytes(size)  # noqa: S311 - no secret

        async def each(call: Callable[[str, str], object]) -> float:
            """Seconds for a call for every session, several at a time."""
            waiting = iter(known.items())

            async def work() -> None:
                for id, version in waiting:
                    await call(id, version)  # type: ignore[misc]  # a coroutine

            begin = time.perf_counter()
            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
            return time.perf_counter() - begin

        seconds = await each(lambda id, version: store.save(id, data, version=version, expected=None, ttl=LIFE))
        report(
            f"{name}: {count:,} sessions of {size:,} B saved", f"{seconds:.1f} s ({seconds / count * 1e3:.2f} ms each)"
        )
        report(f"{name}: taken for each session", f"{(taken() - before) / count:,.0f} B")
        begin = time.perf_counter()
        listed = 0
        async for _ in store.scan():
            listed += 1
        report(f"{name}: all listed", f"{(time.perf_counter() - begin) * 1e3:,.0f} ms ({listed:,})")
        some = list(known)[:: max(1, count // 1000)]
        begin = time.perf_counter()
        await store.versions(some)
        report(f"{name}: versions of {len(some):,} sessions", f"{(time.perf_counter() - begin) * 1e3:,.1f} ms")
        loads: list[float] = []
        for id in some[:500]:
            begin = time.perf_counter()
            found: Record | None = await store.load(id)
            loads.append(time.perf_counter() - begin)
            assert found is not None
        report(f"{name}: one loaded among them, median", f"{statistics.median(loads) * 1e3:.2f} ms")
        seconds = await each(lambda id, version: store.touch(id, expected=version, ttl=1.0))
        report(f"{name}: all touched", f"{seconds:.1f} s ({seconds / count * 1e3:.2f} ms each)")
        await asyncio.sleep(1.1)
        assert [id async for id in store.scan()] == []
        begin = time.perf_counter()
        while records() and time.perf_counter() - begin < PATIENCE:  # noqa: ASYNC110 - another process counts
            await asyncio.sleep(0.5)
        report(f"{name}: expired ones removed after", f"{time.perf_counter() - begin:.0f} s ({records()} left)")
        await store.close()


async def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=40_000)
    parser.add_argument("--stores", default="redis,sqlite")
    options = parser.parse_args()
    typical()
    await keystroke()
    for name in filter(None, options.stores.split(",")):
        await fleet(name, options.count, options.size)


if __name__ == "__main__":
    asyncio.run(main())
