"""The checks that every store must pass: plain async functions over a function that makes stores.

Each `check_...(make)` returns None, or raises: `AssertionError` that says what the store did wrong, or what the store
itself raised where it should not have. `make()` returns a store that is not yet opened; all its stores share a backend.
`CHECKS` are all checks that need nothing but `make`. Four need something more: `check_outage` and `check_durable` a way
to stop or restart the backend, `check_processes` what makes the store in another process, `check_namespaces` a store
of another namespace. None of them needs pytest.

Checks use ids that begin with `kit-`, and records that expire after a minute, so they may run against a store in use.

Example:
    for check in CHECKS:
        asyncio.run(check(make))
"""

from __future__ import annotations

from mbasic_core.testing.checks import cancels, lives, manners, races, records, scans, writes
from mbasic_core.testing.checks.bench import Check, StoreFactory
from mbasic_core.testing.checks.manners import check_durable, check_outage
from mbasic_core.testing.checks.processes import check_namespaces, check_processes

__all__ = [
    "CHECKS",
    "Check",
    "StoreFactory",
    "check_durable",
    "check_namespaces",
    "check_outage",
    "check_processes",
]

CHECKS: tuple[Check, ...] = tuple(
    getattr(module, name)
    for module in (records, writes, races, lives, scans, cancels, manners)
    for name in module.__all__
    if name not in ("check_durable", "check_outage")
)
