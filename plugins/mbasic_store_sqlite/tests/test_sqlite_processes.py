"""Several processes on one file: none loses what another one wrote, and one that is killed leaves a whole record."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from zlib import crc32

from mbasic_core.storage import Record, StoreConfig
from mbasic_store_sqlite import SqliteStore

PROCESSES, ADDITIONS, KILLS = 4, 500, 8

BEGIN = """
import asyncio, sys, uuid
from pathlib import Path
from zlib import crc32
from mbasic_core.storage import Conflict, StoreConfig
from mbasic_store_sqlite import SqliteStore

async def main(store):
    await store.open()
"""
COUNT = """
    for _ in range(int(sys.argv[2])):
        while True:
            record = await store.load("n")
            try:
                count = b"%d" % (int(record.data) + 1)
                await store.save("n", count, version=uuid.uuid4().hex, expected=record.version, ttl=60)
                break
            except Conflict:
                pass
    await store.close()
"""
SAVE = """
    record = await store.load("n")
    version = record and record.version
    n = int(version or 0)
    while True:
        n += 1
        data = uuid.uuid4().bytes * 20_000
        await store.save("n", crc32(data).to_bytes(4, "big") + data, version=str(n), expected=version, ttl=60)
        version = str(n)
        print(version, flush=True)
"""
END = """
asyncio.run(main(SqliteStore(StoreConfig("sqlite:", timeout=30, data_dir=Path(sys.argv[1])))))
"""


def start(story: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BEGIN + story + END, *map(str, arguments)]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def read(path: Path, *, first: bytes | None = None) -> Record:
    """Return the record "n", made of `first` if that is given."""

    async def story() -> Record:
        store = SqliteStore(StoreConfig("sqlite:", data_dir=path))
        await store.open()
        if first is not None:
            await store.save("n", first, version="0", expected=None, ttl=60)
        record = await store.load("n")
        await store.close()
        assert record is not None
        return record

    return asyncio.run(story())


def test_processes_count_together_without_losing_one(tmp_path: Path) -> None:
    read(tmp_path, first=b"0")
    workers = [start(COUNT, tmp_path, ADDITIONS) for _ in range(PROCESSES)]
    assert [worker.communicate(timeout=100)[0] for worker in workers] == [""] * PROCESSES
    assert [worker.returncode for worker in workers] == [0] * PROCESSES
    assert int(read(tmp_path).data) == PROCESSES * ADDITIONS


def test_a_killed_process_leaves_the_old_record_or_the_new_one(tmp_path: Path) -> None:
    read(tmp_path, first=crc32(b"").to_bytes(4, "big"))
    for turn in range(KILLS):
        worker = start(SAVE, tmp_path)
        assert worker.stdout is not None
        confirmed = int(worker.stdout.readline())
        time.sleep(0.002 * turn)  # another moment each time, in the middle of some save
        worker.kill()
        confirmed = max([confirmed, *map(int, worker.communicate()[0].split())])
        record = read(tmp_path)
        assert int.from_bytes(record.data[:4], "big") == crc32(record.data[4:]), "the record is torn"
        assert int(record.version) in (confirmed, confirmed + 1), "a confirmed save is lost"
