"""Seeds for random tests that do not use hypothesis."""

from __future__ import annotations

import os

__all__ = ["seeds"]


def seeds(count: int) -> range:
    """The same `count` seeds each time; `MBASIC_TEST_SOAK=FIRST:FACTOR` asks for others and more (`nox -s soak`)."""
    first, _, factor = os.environ.get("MBASIC_TEST_SOAK", "0:1").partition(":")
    return range(int(first), int(first) + count * int(factor))
