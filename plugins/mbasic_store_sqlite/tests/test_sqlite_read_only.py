"""Files that take no writes: whoever only reads is served and leaves nothing behind; all others get a clear line."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbasic_core.storage import Record, StoreConfig
from mbasic_store_sqlite import SqliteStore

READ = """
import asyncio, sys
from pathlib import Path
from mbasic_core.storage import StoreConfig, StoreError
from mbasic_store_sqlite import SqliteStore

async def main(path, create):
    store = SqliteStore(StoreConfig("sqlite:", data_dir=path, create=create))
    await store.open()
    print(sorted([id async for id in store.scan()]), (await store.load("s0")).data, await store.versions(["s1"]))
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_bytes(b"a log")
        await store.load("s0")
    await store.save("new", b"", version="1", expected=None, ttl=60)

try:
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] == "create"))
except StoreError as error:
    print(type(error).__name__, error)
"""
LISTED = "['s0', 's1', 's2'] b'data' {'s1': '1'}"
REFUSED = (
    "Rejected {file}: attempt to write a readonly database; neither the file nor its folder may be write-protected"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file of three sessions; writable again at the end."""
    path = tmp_path / "kept"

    async def fill() -> None:
        store = SqliteStore(StoreConfig("sqlite:", data_dir=path))
        await store.open()
        for n in range(3):
            await store.save(f"s{n}", b"data", version="1", expected=None, ttl=60)
        await store.close()

    asyncio.run(fill())
    yield path
    path.chmod(0o755)


def read(path: Path, *arguments: object) -> str:
    """What a process says whom the rights of files concern, also when the tests run as root."""
    command = [sys.executable, "-c", READ, str(path), *map(str, arguments or ("existing",))]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("there is no setpriv, and root may write everywhere")
        command[:0] = [setpriv, "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override"]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(("file", "directory"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
def test_who_only_reads_is_served_and_leaves_nothing_behind(folder: Path, file: int, directory: int) -> None:
    (folder / "sessions.db").chmod(file)
    folder.chmod(directory)
    said = read(folder).splitlines()
    assert said == [LISTED, REFUSED.format(file=folder / "sessions.db")]
    assert [path.name for path in folder.iterdir()] == ["sessions.db"]
    [refused] = read(folder, "create").splitlines()
    assert refused.startswith(f"Rejected {folder / 'sessions.db'}")
    assert "write-protected" in refused


def test_a_server_that_writes_beside_is_heeded(folder: Path) -> None:
    (folder / "sessions.db").chmod(0o444)
    first, second = read(folder, "existing", folder / "sessions.db-wal").splitlines()
    assert first == LISTED
    assert second.startswith("Unavailable ")
    assert "now somebody does" in second


def test_the_log_of_a_server_is_read_too(folder: Path) -> None:
    server = SqliteStore(StoreConfig("sqlite:", data_dir=folder))

    async def serve() -> str:
        await server.open()
        await server.save("s0", b"in the log", version="2", expected="1", ttl=60)
        said = await asyncio.to_thread(read_protected)
        assert await server.load("s0") == Record(b"in the log", "2")
        await server.close()
        return said

    def read_protected() -> str:
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        try:
            return read(folder)
        finally:
            folder.chmod(0o755)

    assert asyncio.run(serve()).startswith("['s0', 's1', 's2'] b'in the log' {'s1': '1'}\n")


def test_a_log_that_cannot_be_read_is_not_passed_over(folder: Path) -> None:
    (folder / "sessions.db-wal").write_bytes(b"a log")
    folder.chmod(0o555)
    [said] = read(folder).splitlines()
    assert said.startswith(f"Rejected {folder / 'sessions.db'}: unable to open database file; ")
    assert "writable where a log lies beside it" in said
