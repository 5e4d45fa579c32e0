"""Breakpoints as pages set them and take them away, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mbasic_core.session import limits
from mbasic_core.session.directory import Denied

__all__ = ["changed"]

_NUMBER = re.compile("(-?)([0-9]{1,5})")
_LAST = 65_529  # line number


def changed(lines: Iterable[int], wanted: str) -> set[int]:
    """The lines with breakpoints when `wanted` is done: `30` sets one in line 30, `-30` takes it away.

    Raises Denied for what is no line number, and for more than 10,000 breakpoints.
    """
    after = set(lines)
    read = _NUMBER.fullmatch(wanted)
    if read is None or int(read[2]) > _LAST:
        raise Denied("That is no line number.")
    if read[1]:
        after.discard(int(read[2]))
    else:
        after.add(int(read[2]))
    if len(after) > limits.BREAKPOINTS:
        raise Denied(f"A program may have {limits.BREAKPOINTS:,} breakpoints.")
    return after
