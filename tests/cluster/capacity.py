"""Capacity of one process: many idle sessions, each a page with a live socket; running programs and the echo of keys.

    python -m tests.cluster.capacity --idle 1000 --running 50 --hold 60

Prints the figures; the exit status is 1 when a socket was dropped or keys echo too slowly.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from tests.cluster.harness import Node
from tests.cluster.visitor import Visitor
from tests.servers import RedisServer

__all__ = ["main"]

_AT_ONCE = 20  # pages that load at the same time
_ECHO = 0.1  # seconds: p95 of a key's way to the program and back
_KEYS = 20  # that each running program is sent
_PROGRAM = '10 K$=INKEY$: IF K$="" THEN 10\n20 PRINT K$;: GOTO 10'


class Capacity:
    """Measures one process with `idle` sessions at rest and `running` programs; `problems` says what falls short."""

    def __init__(self, node: Node, redis: RedisServer, *, idle: int, running: int, hold: float) -> None:
        self.problems: list[str] = []
        self._node = node
        self._redis = redis
        self._idle = idle
        self._running = running
        self._hold = hold

    async def measure(self) -> None:
        """Open everything, hold it, and print what was found."""
        before, stored = self._memory(), self._redis_info("memory", "used_memory")
        async with AsyncExitStack() as stack:
            begun = time.monotonic()
            idle = await self._visitors(stack, self._idle)
            print(f"{self._idle} pages with a saved session each: {time.monotonic() - begun:.0f} s to open", flush=True)
            await self._hold_still(idle)
            memory = self._memory() - before
            print(f"memory: {memory / 1e6:.0f} MB, {memory / self._idle / 1e3:.0f} KB a session with its page")
            stored = self._redis_info("memory", "used_memory") - stored
            print(f"Redis: {stored / self._idle / 1e3:.1f} KB a session")
            await self._run(stack)
            dropped = sum(visitor.lives - 1 for visitor in idle)
            if dropped:
                self.problems.append(f"{dropped} sockets were dropped beside running programs")

    async def _visitors(self, stack: AsyncExitStack, count: int) -> list[Visitor]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def open_one() -> Visitor:
            async with gate:
                visitor = await stack.enter_async_context(Visitor(self._node.url))
                await visitor.until(lambda: visitor.live, within=120.0)
                visitor.write(_PROGRAM)
                await visitor.until(lambda: visitor.settled, within=120.0)
                return visitor

        return list(await asyncio.gather(*(open_one() for _ in range(count))))

    async def _hold_still(self, idle: list[Visitor]) -> None:
        cpu, begun = self._cpu(), time.monotonic()
        await asyncio.sleep(self._hold)
        dropped = [visitor for visitor in idle if visitor.lives != 1 or not visitor.live]
        load = (self._cpu() - cpu) / (time.monotonic() - begun)
        print(f"held {self._hold:.0f} s: {len(dropped)} dropped, {100 * load:.0f} % of a core")
        if dropped:
            self.problems.append(f"{len(dropped)} of {len(idle)} sockets were dropped")

    async def _run(self, stack: AsyncExitStack) -> None:
        runners = await self._visitors(stack, self._running)
        for runner in runners:
            runner.send("run")
        await asyncio.gather(*(self._is_running(runner) for runner in runners))
        written, begun = self._redis_info("stats", "total_net_input_bytes"), time.monotonic()
        echoes = sorted([echo for found in await asyncio.gather(*map(self._type, runners)) for echo in found])
        seconds = time.monotonic() - begun
        traffic = (self._redis_info("stats", "total_net_input_bytes") - written) / seconds
        p95 = echoes[int(0.95 * len(echoes))]
        print(
            f"{self._running} running programs: key echo p50 {1e3 * statistics.median(echoes):.0f} ms,"
            f" p95 {1e3 * p95:.0f} ms, worst {1e3 * echoes[-1]:.0f} ms; checkpoints {traffic / 1e3:.0f} KB/s"
        )
        if p95 > _ECHO:
            self.problems.append(f"keys echo in {1e3 * p95:.0f} ms (p95)")

    async def _is_running(self, runner: Visitor) -> None:
        await runner.until(lambda: runner.phase == "running" and runner.settled, within=60.0)

    async def _type(self, runner: Visitor) -> list[float]:
        echoes = []
        for number in range(_KEYS):
            length, begun = len(runner.output), time.monotonic()
            runner.send("keys", chr(ord("a") + number))
            async with asyncio.timeout(30):
                await runner.more(length)
            echoes.append(time.monotonic() - begun)
            await asyncio.sleep(0.4)
        return echoes

    def _figure(self, name: str) -> float:
        [value] = re.findall(rf"^{name} (\S+)$", self._node.get("/metrics")[1].decode(), re.MULTILINE)
        return float(value)

    def _memory(self) -> float:
        return self._figure("process_resident_memory_bytes")

    def _cpu(self) -> float:
        return self._figure("process_cpu_seconds_total")

    def _redis_info(self, section: str, name: str) -> float:
        return float(re.findall(rf"{name}:(\d+)", self._redis.command("INFO", section))[0])


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--idle", type=int, default=1000)
    parser.add_argument("--running", type=int, default=50)
    parser.add_argument("--hold", type=float, default=60.0, help="seconds (default 60)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, RedisServer(Path(folder) / "redis", aof=True) as redis:
        node = Node(Path(folder) / "node", store=redis.url).start()
        try:
            capacity = Capacity(node, redis, idle=options.idle, running=options.running, hold=options.hold)
            asyncio.run(capacity.measure())
        finally:
            node.close()
    for problem in capacity.problems:
        print(problem)
    return 1 if capacity.problems else 0


if __name__ == "__main__":
    sys.exit(main())
