"""Redis stores as the tests make and use them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from mbasic_core.storage import SessionStore, StoreConfig
from mbasic_store_redis import RedisStore

__all__ = ["make", "run", "said"]


def make(url: str, *, timeout: float = 3.0, namespace: str = "mbasic:") -> RedisStore:
    """Return a store over `url`, not opened."""
    return RedisStore(StoreConfig(url, namespace=namespace, timeout=timeout, data_dir=Path("/nowhere")))


def run(store: SessionStore, story: Callable[[Any], Coroutine[object, object, Any]]) -> Any:
    """Return what `story` does with the open store."""

    async def tell() -> Any:
        await store.open()
        try:
            return await story(store)
        finally:
            await store.close()

    return asyncio.run(tell())


def said(url: str, kind: type[Exception], *, timeout: float = 3.0) -> str:
    """Return what is said when `url` is opened, and that it is one line; it is an exception of `kind`."""

    async def story(_: SessionStore) -> None:
        raise AssertionError("it opens")

    try:
        run(make(url, timeout=timeout), story)
    except kind as error:
        text = str(error)
    assert "\n" not in text
    return text
