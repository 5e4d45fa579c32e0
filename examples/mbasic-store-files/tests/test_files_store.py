"""The whole contract on real files, between processes too, and what can be wrong with a directory."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from mbasic_core.storage import Record, Rejected, SessionStore, StoreConfig, Unavailable
from mbasic_core.testing import StoreConformance
from mbasic_store_files import FilesStore, mbasic_stores


class TestFilesStore(StoreConformance):
    timeout = 1.0

    @pytest.fixture(autouse=True)
    def _directory(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "sessions"
        self.config = StoreConfig("files:", timeout=self.timeout, data_dir=tmp_path)

    def make_store(self) -> SessionStore:
        return FilesStore(self.config)

    def make_other(self) -> SessionStore:
        return FilesStore(replace(self.config, namespace="other:"))

    def elsewhere(self) -> Callable[[], SessionStore]:
        return partial(FilesStore, replace(self.config, timeout=30.0))

    @contextmanager
    def outage(self) -> Iterator[None]:
        away = self.folder.with_name("away")
        self.folder.rename(away)
        self.folder.symlink_to("nowhere")
        yield
        self.folder.unlink()
        away.rename(self.folder)

    def restart(self) -> None:
        assert any(self.folder.rglob("*"))


def test_the_hook_offers_one_scheme() -> None:
    assert [(spec.scheme, spec.api) for spec in mbasic_stores()] == [("files", 1)]


@pytest.mark.parametrize(
    ("url", "folder"), [("files:", "sessions"), ("files:a%20b", "a b"), ("files://{path}/deep/er", "deep/er")]
)
def test_the_url_names_the_directory(tmp_path: Path, url: str, folder: str) -> None:
    async def story() -> None:
        store = FilesStore(StoreConfig(url.format(path=tmp_path), data_dir=tmp_path))
        await store.open()
        await store.save("s", b"data", version="1", expected=None, ttl=60)
        await store.close()

    asyncio.run(story())
    assert len(list((tmp_path / folder).iterdir())) == 2, "a record and the lock"


@pytest.mark.parametrize("url", ["files://host/path", "files:x?sync=no", "files:%00"])
def test_a_url_without_sense_is_rejected(tmp_path: Path, url: str) -> None:
    with pytest.raises(Rejected, match="no options"):
        FilesStore(StoreConfig(url, data_dir=tmp_path))


def test_a_directory_that_cannot_be_made_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("in the way")
    with pytest.raises(Rejected, match="sessions"):
        asyncio.run(FilesStore(StoreConfig("files:", data_dir=tmp_path)).open())


def test_a_directory_that_is_not_there_is_made_only_when_it_may_be(tmp_path: Path) -> None:
    store = FilesStore(StoreConfig("files:typo", data_dir=tmp_path, create=False))
    with pytest.raises(Rejected, match="is not there"):
        asyncio.run(store.open())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b'{"key": "s"', b'{"key": "s"}\ndata', b"[1]\ndata", b"\xff\x00", bytes(500)])
def test_a_damaged_file_is_named_and_taken_for_no_absent_record(tmp_path: Path, content: bytes) -> None:
    async def story() -> None:
        store = FilesStore(StoreConfig("files:", data_dir=tmp_path))
        await store.open()
        await store.save("other", b"data", version="1", expected=None, ttl=60)
        await store.save("s", b"data", version="1", expected=None, ttl=60)
        path = store._path("s")
        times = path.stat()
        path.write_bytes(content)
        os.utime(path, (times.st_atime, times.st_mtime))
        with pytest.raises(Rejected, match=f"{path.name} is damaged"):
            await store.load("s")
        with pytest.raises(Rejected, match="damaged"):
            await store.save("s", b"new", version="2", expected=None, ttl=60)
        with pytest.raises(Rejected, match="damaged"):
            [id async for id in store.scan()]
        assert await store.load("other") == Record(b"data", "1")
        assert path.read_bytes() == content
        await store.close()

    asyncio.run(story())


def test_expired_records_leave_the_directory(tmp_path: Path) -> None:
    config = StoreConfig("files:", data_dir=tmp_path)

    async def story() -> None:
        store = FilesStore(config)
        await store.open()
        for n in range(50):
            await store.save(f"old{n}", b"", version="1", expected=None, ttl=0.01)
        await asyncio.sleep(0.05)
        version = None
        for n in range(60):
            await store.save("new", b"", version=str(n), expected=version, ttl=60)
            version = str(n)
        await store.close()

    asyncio.run(story())
    assert len(list((tmp_path / "sessions").iterdir())) == 2


def test_a_writer_that_stays_is_unavailable_in_time_and_reads_go_on(tmp_path: Path) -> None:
    async def story() -> None:
        store = FilesStore(StoreConfig("files:", timeout=0.3, data_dir=tmp_path))
        await store.open()
        await store.save("s", b"old", version="1", expected=None, ttl=60)
        with store._alone():
            assert await store.load("s") == Record(b"old", "1")
            begun = time.monotonic()
            with pytest.raises(Unavailable):
                await store.save("s", b"new", version="2", expected="1", ttl=60)
            assert time.monotonic() - begun < 1.0
        await store.close()

    asyncio.run(story())
