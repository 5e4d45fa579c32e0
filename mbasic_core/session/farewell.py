"""The end of a process: every session is saved and let go, within the time that there is."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Collection

from mbasic_core.session.identifiers import short
from mbasic_core.session.steward import Steward
from mbasic_core.storage import Rejected, Unavailable

__all__ = ["farewell"]

_AT_ONCE = 32  # saves under way together: packing them all first would hold up those that are ready
_TELL = 1.0  # seconds between two lines in the log
logger = logging.getLogger(__name__)


async def farewell(stewards: Collection[Steward], *, grace: float, shared: bool) -> None:
    """Save the sessions of `stewards` in at most `grace` seconds; those whose programs run or are unsaved come first.

    shared: other processes may go on with them, so those that are saved are let go, too.
    """
    begun = time.monotonic()
    due = [steward for steward in stewards if not steward.settled or (shared and steward.holding.owner)]
    due = [steward for steward in due if steward.holding.owner or steward.session.waiting]
    if not due:
        return
    due.sort(key=lambda steward: steward.settled)
    logger.info("saving %d sessions", len(due))
    gate, saved = asyncio.Semaphore(_AT_ONCE), 0

    async def save(steward: Steward) -> None:
        nonlocal saved
        async with gate:
            try:
                await (steward.release() if shared else steward.settle())
            except (Unavailable, Rejected) as error:
                logger.error("session %s: not saved: %s", short(steward.session.id), error)
            else:
                saved += 1

    async def tell() -> None:
        while True:
            await asyncio.sleep(_TELL)
            logger.info("%d of %d sessions saved", saved, len(due))

    teller = asyncio.get_running_loop().create_task(tell())
    try:
        with contextlib.suppress(TimeoutError):  # what is lost is told below
            async with asyncio.timeout(grace):
                await asyncio.gather(*map(save, due))
    finally:
        teller.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await teller
    lost = [short(steward.session.id) for steward in due if steward.holding.unsaved]
    if lost:
        logger.error("%d sessions could not be saved: %s", len(lost), ", ".join(lost))
    logger.info("%d of %d sessions saved in %.1f s", saved, len(due), time.monotonic() - begun)
