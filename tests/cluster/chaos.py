"""Chaos: three processes, thirty sessions at work, and everything around them killed, frozen and restarted at random.

    python -m tests.cluster.chaos --seed 5 --duration 600

Prints its seed, what was done, and what became of the sessions; the exit status is 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from pathlib import Path

from mbasic_core.cli.cluster.balancer import BALANCERS, Balancer
from mbasic_core.storage import SessionStore, StoreRegistry
from tests.cluster.guests import Guest, invited, watch
from tests.cluster.harness import Cluster, Node

__all__ = ["Chaos", "main"]

_BETWEEN = (1.0, 3.0)  # seconds between two blows
_FROZEN = 5.0  # seconds of a SIGSTOP
_MOVES = 12.0  # seconds between two changes of a visitor's network, on average
_LEAST = 3  # changes of owner that each session must have seen
_BLOWS = ("kill", "kill", "kill", "freeze", "store", "reload")


class Chaos:
    """One run; `problems` says what was lost, and is empty when all is well."""

    def __init__(self, directory: Path, *, seed: int, sessions: int, balancer: Balancer) -> None:
        self.problems: list[str] = []
        self._blows: Counter[str] = Counter()
        self._hits = 0
        self._seconds = 0.0
        self._chance = random.Random(seed)
        self._cluster = Cluster(directory, nodes=3, balancer=balancer)
        self._sessions = sessions
        self._guests: Sequence[Guest] = ()
        self._down: set[int] = set()  # ports of processes that are frozen, or not up again yet
        self._repairs: set[asyncio.Task[None]] = set()

    async def run(self, duration: float) -> None:
        """Begin all programs, disturb them for `duration` seconds, let them end, and judge.

        The window is held open for as long again when a session has not changed its owner often enough by then.
        """
        await asyncio.to_thread(self._cluster.__enter__)
        store = StoreRegistry().create(self._cluster.store, data_dir=Path("/nowhere"))
        await store.open()
        try:
            url, chance = self._cluster.url, self._chance
            async with invited(self._sessions, url, chance=chance, moves=_MOVES) as self._guests:
                await self._disturb(store, duration)
                for problems in await asyncio.gather(*(guest.finish() for guest in self._guests)):
                    self.problems += problems
            self._count()
        finally:
            await store.close()
            await asyncio.to_thread(self._cluster.__exit__, None, None, None)

    def report(self) -> str:
        """What was done and what became of it."""
        changes = sorted(guest.changes for guest in self._guests)
        inputs = sum(len(guest.story.inputs) for guest in self._guests)
        loads = sum(guest.visitor.loads for guest in self._guests) - len(self._guests)
        lives = sum(guest.visitor.lives for guest in self._guests)
        blows = ", ".join(f"{number} {blow}" for blow, number in sorted(self._blows.items()))
        return (
            f"{self._seconds:.0f} s, {len(self._guests)} sessions, {inputs} inputs, {lives} connections,"
            f" {loads} pages loaded again; {blows};"
            f" {self._hits} kills hit an owner of a running program; owner changes of a session:"
            f" at least {changes[0]}, median {changes[len(changes) // 2]}, {sum(changes)} in all;"
            f" {len(self.problems)} problems"
        )

    @property
    def _seldom(self) -> int:
        """How many sessions have not moved often enough."""
        return sum(guest.changes < _LEAST for guest in self._guests)

    async def _disturb(self, store: SessionStore, duration: float) -> None:
        begun = time.monotonic()
        end, last = begun + duration, begun + 2 * duration
        jobs = [asyncio.create_task(guest.work()) for guest in self._guests]
        jobs.append(asyncio.create_task(watch(self._guests, store)))
        try:
            while (now := time.monotonic()) < end or (self._seldom and now < last):
                await asyncio.sleep(self._chance.uniform(*_BETWEEN))
                await self._strike(self._chance.choice(_BLOWS))
            self._seconds = time.monotonic() - begun
            await asyncio.gather(*self._repairs)
            await asyncio.gather(*(guest.back() for guest in self._guests))
        except TimeoutError:
            self.problems.append("a program was not at work when the window closed")
        finally:
            for job in jobs:
                job.cancel()
            results = await asyncio.gather(*jobs, return_exceptions=True)
            self.problems += [f"a visitor broke: {result!r}" for result in results if isinstance(result, Exception)]

    async def _strike(self, blow: str) -> None:
        up = [node for node in self._cluster.nodes if node.port not in self._down]
        if blow in ("kill", "freeze") and len(up) < 2:
            return  # with nobody left to go on, nothing is learned
        self._blows[blow] += 1
        match blow:
            case "kill":
                node = self._chance.choice(up)
                self._hits += any(guest.runs and guest.owners[-1].startswith(node.owner) for guest in self._guests)
                self._down.add(node.port)
                await asyncio.to_thread(node.kill)
                self._repair(self._start(node))
            case "freeze":
                node = self._chance.choice(up)
                self._down.add(node.port)
                node.freeze()
                self._repair(self._thaw(node))
            case "store":
                await asyncio.to_thread(self._cluster.redis.restart)
            case _:
                self._cluster.balancer.reload()

    def _repair(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._repairs.add(task)
        task.add_done_callback(self._repairs.discard)

    async def _start(self, node: Node) -> None:
        await asyncio.sleep(self._chance.uniform(0.2, 1.0))
        await asyncio.to_thread(node.launch, "--wait-for-store")  # which may be down as well
        await asyncio.to_thread(node.wait, "/readyz")
        self._down.discard(node.port)

    async def _thaw(self, node: Node) -> None:
        await asyncio.sleep(_FROZEN)
        node.thaw()
        self._down.discard(node.port)

    def _count(self) -> None:
        """Whether it was chaos at all."""
        if self._seldom:
            self.problems.append(f"{self._seldom} sessions changed their owner less than {_LEAST} times")
        if 2 * self._hits < self._blows["kill"]:
            self.problems.append(f"only {self._hits} of {self._blows['kill']} kills hit an owner of a running program")


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--duration", type=float, default=120.0, help="seconds (default 120)")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--balancer", choices=BALANCERS, default="haproxy")
    parser.add_argument("--keep", type=Path, help="a folder for the logs")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.duration:g} s, {options.balancer}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        directory = options.keep or Path(folder)
        chaos = Chaos(directory, seed=options.seed, sessions=options.sessions, balancer=options.balancer)
        asyncio.run(chaos.run(options.duration))
    print(chaos.report())
    for problem in chaos.problems:
        print(problem)
    return 1 if chaos.problems else 0


if __name__ == "__main__":
    sys.exit(main())
