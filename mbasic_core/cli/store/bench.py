"""`mbasic store bench URL`: how long a store's calls take, beside the raw driver's in the same run."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.loop import run
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress
from mbasic_core.cli.store.baseline import Baseline, baseline_for
from mbasic_core.cli.trial import describe
from mbasic_core.storage import SessionStore, Unavailable

__all__ = ["bench"]

_SIZES = {"1 KB": 1_000, "100 KB": 100_000, "1 MB": 1_000_000}
_CALLS = ("load", "save", "touch")
_WARM = 5  # rounds that are not counted
_LIFE = 600.0
_ID = "bench"

Call = Callable[[], Awaitable[object]]


def bench(place: Place, *, rounds: int = 200, create: bool = False) -> int:
    """Print p50 and p99, in milliseconds, of `rounds` calls of each kind and size, then remove what was written.

    create: begin the store if it is not there; without it a name with a typo leaves nothing behind.

    Returns 0; raises Failure (status 2) when the store is not there or cannot be used.
    """
    if rounds < 1:
        raise Failure("--rounds is a number above 0")
    mine = place.inside(f"mbasic-bench-{uuid4().hex}:")
    try:
        with mine.failures(), _one_processor():
            run(_bench(mine if create else mine.existing(), rounds))
    except (Failure, BrokenPipeError):
        raise
    except Exception as error:  # of the raw driver, which nothing translates
        trouble = f"{place.shown}: the measuring ended with {type(error).__name__}: {error}"
        raise Failure(place.struck(trouble)) from error
    return 0


@contextmanager
def _one_processor() -> Iterator[None]:
    """Threads begun here stay on one processor, where the system can do that.

    To wake one on another takes as long as a small save; which of two drivers' threads that meets would be chance.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


async def _bench(place: Place, rounds: int) -> None:
    baseline = baseline_for(place)
    async with place.opened() as store:
        print(f"{place.shown}: {describe(store.traits)}; {rounds} calls each, milliseconds")
        print(f"raw: {baseline.name if baseline else 'no raw driver to compare with for this scheme'}")
        print(f"{'size':8}{'call':8}{'p50':>9}{'p99':>9}{'raw p50':>9}{'raw p99':>9}{'p50 ratio':>11}", flush=True)
        try:
            if baseline:
                await baseline.open()
            with Progress("calls", total=rounds * len(_CALLS) * len(_SIZES)) as progress:
                for name, size in _SIZES.items():
                    times = await _measure(store, baseline, size, rounds, progress)
                    for call in _CALLS:
                        print(_row(name, call, times[call], times[f"raw {call}"]), flush=True)
        finally:
            if baseline:
                await baseline.close()
            with suppress(Unavailable):  # it expires by itself
                await store.delete(_ID)


async def _measure(
    store: SessionStore, baseline: Baseline | None, size: int, rounds: int, progress: Progress
) -> dict[str, list[float]]:
    """Return the seconds that each call took: of the store and of the raw driver in turn, now one first, now the other,
    so that both meet the same machine.
    """
    data = random.Random(5).randbytes(size)  # noqa: S311 no secret
    version: str | None = None

    async def save() -> None:
        nonlocal version
        newest = uuid4().hex
        await store.save(_ID, data, version=newest, expected=version, ttl=_LIFE)
        version = newest

    async def touch() -> None:
        assert version is not None
        await store.touch(_ID, expected=version, ttl=_LIFE)

    await store.delete(_ID)
    pairs: list[dict[str, Call]] = [{"save": save}, {"load": lambda: store.load(_ID)}, {"touch": touch}]
    if baseline:
        raw: list[dict[str, Call]] = [
            {"raw save": lambda: baseline.save(data)},
            {"raw load": baseline.load},
            {"raw touch": baseline.touch},
        ]
        pairs = [ours | theirs for ours, theirs in zip(pairs, raw, strict=True)]
    calls = [item for pair in pairs for item in pair.items()]
    swapped = [item for pair in pairs for item in reversed(pair.items())]  # the second finds the data in the caches
    times: dict[str, list[float]] = {f"{kind}{call}": [] for call in _CALLS for kind in ("", "raw ")}
    for turn in range(-_WARM, rounds):
        for name, call in swapped if turn % 2 else calls:
            begun = time.perf_counter()
            await call()
            if turn >= 0:
                times[name].append(time.perf_counter() - begun)
        if turn >= 0:
            progress.step(len(_CALLS))
    return times


def _row(size: str, call: str, ours: list[float], raw: list[float]) -> str:
    cells = [f"{_percentile(times, p):9.3f}" if times else f"{'-':>9}" for times in (ours, raw) for p in (50, 99)]
    ratio = f"{_percentile(ours, 50) / _percentile(raw, 50):11.2f}" if raw else f"{'-':>11}"
    return f"{size:8}{call:8}{''.join(cells)}{ratio}"


def _percentile(times: list[float], percent: int) -> float:
    """Return the time, in milliseconds, that `percent` of a hundred calls stayed within."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)] * 1000
