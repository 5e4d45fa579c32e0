"""`python -m tests.fuzz`: many random lines and programs; prints the seed, what was done, and each seed that failed."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable

from tests.fuzz.breakpoints import check_breakpoints
from tests.fuzz.lines import check_line, written_line
from tests.fuzz.machines import check_program
from tests.fuzz.memory import check_memory

MOST_FAILURES = 20
SLOW = 5.0
"""Seconds of the processor's time from which on a case counts as one that hangs."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--programs", type=int, default=100_000)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    failures = _many("lines", lambda seed: check_line(written_line(seed)), options.seed, options.lines)
    failures += _many("programs", check_program, options.seed, options.programs)
    failures += _many("programs with breakpoints", check_breakpoints, options.seed, options.programs // 10)
    failures += _many("programs that look at memory", check_memory, options.seed, options.programs // 10)
    return 1 if failures else 0


def _many(what: str, check: Callable[[int], int], first: int, count: int) -> int:
    began = time.perf_counter()
    failures = total = done = 0
    slowest, slowest_seed = 0.0, first
    for seed in range(first, first + count):
        start = time.process_time()
        done += 1
        try:
            total += check(seed)
        except Exception:  # noqa: BLE001 - to find any is what this is for
            failures += 1
            print(f"{what}, seed {seed}:\n{traceback.format_exc()}", flush=True)
            if failures >= MOST_FAILURES:
                break
        if done % (count // 10 or 1) == 0:
            print(f"{what}: {done:,}", flush=True)
        took = time.process_time() - start
        if took > slowest:
            slowest, slowest_seed = took, seed
    if slowest > SLOW:
        failures += 1
    took = time.perf_counter() - began
    details = {"lines": "listed and read again", "programs with breakpoints": "stops"}
    detail = details.get(what, "lines of BASIC")
    print(
        f"{what}: {done:,} from seed {first}, {total:,} {detail}, {failures} failed; {took:.0f} s, "
        f"the slowest {slowest:.2f} s (seed {slowest_seed})",
        flush=True,
    )
    return failures


if __name__ == "__main__":
    sys.exit(main())
