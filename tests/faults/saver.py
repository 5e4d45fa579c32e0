"""A process that saves one record for ever, to be killed in the middle of it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from zlib import crc32

from mbasic_core.storage import StoreConfig
from mbasic_store_sqlite import SqliteStore

__all__ = ["ID", "save_for_ever", "whole"]

ID = "n"


def whole(data: bytes) -> bool:
    """Whether the data are as they were saved."""
    return int.from_bytes(data[:4], "big") == crc32(data[4:])


def save_for_ever(folder: str, pipe: int) -> None:
    """Save versions 1, 2, 3, ... and write a line into `pipe` after each."""
    asyncio.run(_save(SqliteStore(StoreConfig("sqlite:", data_dir=Path(folder))), pipe))


async def _save(store: SqliteStore, pipe: int) -> None:
    await store.open()
    record = await store.load(ID)
    version = record.version if record else None
    while True:
        data = os.urandom(16) * 20_000
        following = str(int(version or 0) + 1)
        await store.save(ID, crc32(data).to_bytes(4, "big") + data, version=following, expected=version, ttl=60)
        version = following
        os.write(pipe, f"{version}\n".encode())
