"""A SQLite store whose disk is full, and one whose file another process holds."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest

from mbasic_store_sqlite import SqliteStore
from tests.faults.user import User, within

pytestmark = pytest.mark.faults

BACK = 8.0  # seconds; the pause after a refusal is 4 at most


def test_full_disk(tmp_path: Path) -> None:
    async def story() -> None:
        async with User(f"sqlite://{tmp_path}/sessions.db") as user:
            store = user.store
            assert isinstance(store, SqliteStore)
            await store._in_thread(store._select, "PRAGMA max_page_count = 1", ())
            user.tab.write(user.text + "200 REM " + os.urandom(100_000).hex())
            noticed = await within(BACK, lambda: user.session.saved == "not saved")
            record = await store.load(user.session.id)
            assert record is not None, "the old record is gone"
            await store._in_thread(store._select, "PRAGMA max_page_count = 1000000", ())
            back = await user.back(within=BACK)
            user.report("SQLite, disk full", noticed=noticed, back=back)
            user.text = user.session.document.text
            await user.judge()

    asyncio.run(story())


def test_held_by_another_process(tmp_path: Path) -> None:
    async def story() -> None:
        async with User(f"sqlite://{tmp_path}/sessions.db", deadline=1.0) as user:
            holder = sqlite3.connect(tmp_path / "sessions.db", isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            noticed = await within(BACK, lambda: user.session.saved == "not saved")
            await asyncio.sleep(2)
            holder.execute("ROLLBACK")
            holder.close()
            back = await user.back(within=BACK)
            assert user.session.saved != "not saved"
            user.report("SQLite, held by another process", noticed=noticed, back=back)
            await user.judge()

    asyncio.run(story())
