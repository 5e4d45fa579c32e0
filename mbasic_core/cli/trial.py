"""A first look at the store that the settings select."""

from __future__ import annotations

import asyncio
import logging

from mbasic_core.cli.loop import run
from mbasic_core.config import Settings
from mbasic_core.storage import SessionStore, StoreRegistry, Traits, Unavailable, redact

__all__ = ["create", "describe", "try_store"]


def create(registry: StoreRegistry, settings: Settings) -> SessionStore:
    """The selected store, not opened; raises StoreError when there is none or its URL makes no sense."""
    return registry.create(
        settings.store_url, namespace=settings.namespace, timeout=settings.timeout, data_dir=settings.data_dir
    )


def try_store(registry: StoreRegistry, settings: Settings, *, for_good: bool = False) -> Traits:
    """Open the selected store, ask whether it answers, close it again; returns its traits.

    What the store logs of how it is set up (infos and warnings) is left to the next time it is opened, for good; so it
    is said once. for_good: there is no next time, warnings are to be seen now.

    Raises StoreError, within the deadline of one call to the store.
    """
    store = create(registry, settings)
    logging.disable(logging.INFO if for_good else logging.WARNING)
    try:
        return run(_try(store, settings))
    finally:
        logging.disable(logging.NOTSET)


def describe(traits: Traits) -> str:
    """Traits in a few words, for a line of the log or the screen."""
    words = [f"scope {traits.scope}", "durable" if traits.durable else "not durable"]
    if traits.max_bytes is not None:
        words.append(f"records up to {traits.max_bytes} bytes")
    return ", ".join(words)


async def _try(store: SessionStore, settings: Settings) -> Traits:
    try:
        async with asyncio.timeout(settings.timeout):
            await store.open()
            await store.ping()
            return store.traits
    except TimeoutError:
        where = redact(settings.store_url)
        raise Unavailable(f"the store {where} gave no answer within {settings.timeout:g} s") from None
    finally:
        await store.close()
