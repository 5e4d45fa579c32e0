"""SQLite whose writer is killed in the middle of a save, a hundred times."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mbasic_core.storage import Record, StoreConfig
from mbasic_store_sqlite import SqliteStore
from tests.faults.saver import ID, whole

pytestmark = pytest.mark.faults

KILLS = 100
# A process that has everything imported, and forks a saver for each line that it reads: 100 starts in a few seconds.
NURSERY = """
import os, sys
from tests.faults.saver import save_for_ever
for line in sys.stdin:
    child = os.fork()
    if not child:
        save_for_ever(sys.argv[1], 1)
    print(f"child {child}", file=sys.stderr, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


def test_killed_in_the_middle_of_a_save(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", NURSERY, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    saves = torn = 0
    with subprocess.Popen(command, env=env, text=True, bufsize=1, **pipes) as nursery:  # type: ignore[call-overload]  # options
        for turn in range(KILLS):
            nursery.stdin.write("go\n")
            child = int(nursery.stderr.readline().removeprefix("child "))
            confirmed = int(nursery.stdout.readline())
            time.sleep(0.0007 * turn % 0.03)  # another moment each time
            os.kill(child, 9)
            while (line := nursery.stdout.readline()) != "gone\n":
                confirmed = int(line)
            record = asyncio.run(_load(tmp_path))
            assert whole(record.data), "the record is torn"
            assert int(record.version) in (confirmed, confirmed + 1), "a confirmed save is lost"
            saves, torn = int(record.version), torn + (int(record.version) > confirmed)
        nursery.stdin.close()
    assert not list(tmp_path.glob("*damaged*"))
    print(f"SQLite, killed {KILLS} times in {saves} saves: old record {KILLS - torn} times, new one {torn} times")


async def _load(folder: Path) -> Record:
    store = SqliteStore(StoreConfig("sqlite:", data_dir=folder))
    await store.open()
    record = await store.load(ID)
    await store.close()
    assert record is not None
    return record
