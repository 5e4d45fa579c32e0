"""`mbasic store check URL`: the conformance kit against a live store, in namespaces of its own, cleaned up again."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import uuid4

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.loop import run
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import counted
from mbasic_core.cli.trial import describe
from mbasic_core.storage import SessionStore, StoreError, Traits
from mbasic_core.testing.checks import CHECKS, StoreFactory, check_namespaces, check_processes

__all__ = ["check"]

_WIDTH = 21  # of a check's name
_MARK = "kit-"  # how every id begins that the kit makes
_LOOKS, _LATE = 10, 0.05  # times that it looks for what is left, with so many seconds in between
_GRACE = 5.0  # seconds after its deadline in which a check must give the event loop back
_DAY = 86_400.0  # seconds; no check needs longer

T = TypeVar("T")

Job = Callable[[], Awaitable[None]]


def check(place: Place, *, names: Sequence[str] = (), deadline: float = 60.0, create: bool = False) -> int:
    """Run the checks of `names` (default: all), each within `deadline` seconds; returns 0, or 1 when one fails.

    create: begin the store if it is not there; without it a name with a typo leaves nothing behind.

    Raises Failure (status 2) when the store is not there or cannot be opened, or there is no check of that name.
    """
    if not 0 < deadline <= _DAY:
        raise Failure(f"--deadline is a number of seconds above 0, at most {_DAY:.0f}")
    if not __debug__:
        raise Failure("the checks are assertions: run Python without -O")
    mine = [place.inside(f"mbasic-check-{uuid4().hex}:") for _ in range(2)]
    jobs = _jobs(mine[0].make, mine[1].make, partial(_make, mine[0]))
    if unknown := set(names) - jobs.keys():
        raise Failure(f"no check is called {', '.join(sorted(unknown))} (there are: {', '.join(jobs)})")
    jobs = {name: job for name, job in jobs.items() if not names or name in names}
    with place.failures():
        run(_asked(_traits(place if create else place.existing())))
        logging.disable(logging.WARNING)  # what a store says when it is opened, it would say for every check
        try:
            failed = _check(place, mine, jobs, deadline)
        finally:
            logging.disable(logging.NOTSET)
    print(f"{len(jobs)} checks: {len(jobs) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _check(place: Place, mine: Sequence[Place], jobs: Mapping[str, Job], deadline: float) -> int:
    """Run the jobs, remove what they left in the namespaces `mine`, and return how many failed."""
    traits = run(_asked(_traits(mine[0])))
    print(f"{place.shown}: {describe(traits)}", flush=True)
    try:
        return sum(
            not _tell(place, f"{number:>{len(str(len(jobs)))}}/{len(jobs)}", name, _run(job, deadline))
            for number, (name, job) in enumerate(jobs.items(), 1)
        )
    finally:
        if traits.scope != "process":
            removed = sum(run(_asked(_clean(each))) for each in mine)
            print(f"removed {counted(removed, 'record')} that the checks left")


@dataclass(slots=True)
class _Outcome:
    """What became of a check: `trouble` is "" when it passed."""

    trouble: str
    seconds: float = 0.0


def _jobs(make: StoreFactory, other: StoreFactory, elsewhere: StoreFactory) -> dict[str, Job]:
    jobs: dict[str, Job] = {each.__name__.removeprefix("check_"): partial(each, make) for each in CHECKS}
    return {
        **jobs,
        "namespaces": partial(check_namespaces, make, other),
        "processes": partial(check_processes, make, elsewhere),
    }


def _make(place: Place) -> SessionStore:
    """Make the store, in another process, which does not say again what it warns of."""
    logging.disable(logging.WARNING)
    return place.make()


def _run(job: Job, deadline: float) -> _Outcome:
    """Run a check in a thread, so that one that never lets go of its event loop is left behind.

    Ctrl-C cancels the check, lest it goes on writing what is about to be cleaned up.
    """
    outcome = _Outcome(f"no end after {deadline:g} s, and the event loop is held")
    begun = time.monotonic()
    under_way: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []

    async def tell() -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.append((asyncio.get_running_loop(), task))
        outcome.trouble = await _within(job, deadline)

    def work() -> None:
        try:
            with suppress(asyncio.CancelledError):
                asyncio.run(tell())
        finally:
            ended.set()

    ended = threading.Event()  # an interrupted join would take the thread for one that has ended
    try:
        threading.Thread(target=work, daemon=True).start()
        ended.wait(deadline + _GRACE)
    except KeyboardInterrupt:
        for loop, task in under_way:
            with suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(task.cancel)
        ended.wait(_GRACE)
        raise
    return _Outcome(outcome.trouble, time.monotonic() - begun)


async def _within(job: Job, deadline: float) -> str:
    """Return what the check complains of, or ""."""
    limit = asyncio.timeout(deadline)
    try:
        async with limit:
            await job()
    except AssertionError as error:
        return str(error) or "an assertion failed"
    except Exception as error:  # noqa: BLE001 whatever a store raises where it should not is what is to be told
        return f"no end after {deadline:g} s" if limit.expired() else f"{type(error).__name__}: {error}"
    return ""


def _tell(place: Place, number: str, name: str, outcome: _Outcome) -> bool:
    """Print a line about a check; whether it passed."""
    word = "FAIL" if outcome.trouble else "ok"
    line = f"{number}  {word:4}  {name:{_WIDTH}}  {outcome.seconds:5.2f} s  {outcome.trouble.partition(chr(10))[0]}"
    print(place.struck(line).rstrip(), flush=True)
    return not outcome.trouble


async def _asked(work: Coroutine[object, object, T]) -> T:
    """Return what `work` does; only StoreError leaves it, as it should leave a store."""
    try:
        return await work
    except StoreError:
        raise
    except Exception as error:  # whatever a wrong store raises
        raise StoreError(f"the store raised {type(error).__name__}: {error}") from error


async def _traits(place: Place) -> Traits:
    async with place.opened() as store:
        await store.ping()
        return store.traits


async def _clean(place: Place) -> int:
    """Delete what the checks left in a namespace, and return how many records that were."""
    async with place.opened() as store:
        removed, left = 0, list[str]()
        for _ in range(_LOOKS):  # what was under way when a check was broken off may land late
            left = [id async for id in store.scan(_MARK)]
            if not left:
                return removed
            for id in left:
                removed += await store.delete(id)
            await asyncio.sleep(_LATE)
        raise StoreError(f"{counted(len(left), 'record')} came back again and again in the namespace {place.namespace}")
