"""Trouble with the store: the user is told, nothing is overwritten, and it passes by itself."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgpack
import pytest
from playwright.sync_api import Browser, expect

from mbasic_core.storage import SessionStore, StoreRegistry
from mbasic_core.web.identity import Signer, session_id
from tests.e2e.harness import SECRET, Ide, WebServer, visit
from tests.servers import RedisServer


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that keeps its data when it is restarted."""
    with RedisServer(tmp_path / "redis", aof=True) as server:
        yield server


def session_of(ide: Ide) -> str:
    """The id of a browser's session."""
    cookies = {one.get("name"): one.get("value") for one in ide.page.context.cookies()}
    badge = Signer((SECRET,)).read(cookies["mbasic_session"])
    assert badge is not None
    return session_id(badge.cookie_id, "main")


def in_store(url: str, job: Callable[[SessionStore], object]) -> object:
    """Do something in a store, from outside the server."""

    async def run() -> object:
        store = StoreRegistry().create(url, namespace="mbasic:", timeout=3.0, data_dir=Path())
        await store.open()
        try:
            answer = job(store)
            return await answer if asyncio.iscoroutine(answer) else answer
        finally:
            await store.close()

    with ThreadPoolExecutor(1) as thread:  # Playwright has an event loop in this one
        return thread.submit(asyncio.run, run()).result()


def rewrite(url: str, id: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change a stored record behind the server's back; the bytes that stand there now."""

    async def job(store: SessionStore) -> bytes:
        record = await store.load(id)
        assert record is not None
        data = change(record.data)
        await store.save(id, data, version=uuid.uuid4().hex, expected=record.version, ttl=3600)
        return data

    data = in_store(url, job)
    assert isinstance(data, bytes)
    return data


def stored(url: str, id: str) -> bytes | None:
    """The bytes of a record."""

    async def job(store: SessionStore) -> bytes | None:
        record = await store.load(id)
        return record.data if record else None

    data = in_store(url, job)
    assert data is None or isinstance(data, bytes)
    return data


def written(browser: Browser, server: WebServer) -> Ide:
    """A browser whose session is in the store, on a server that is now stopped."""
    ide = visit(browser, server)
    ide.program.fill("10 REM PRECIOUS")
    ide.expect_saved()
    server.stop()
    return ide


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def garbage(_data: bytes) -> bytes:
    return b"\x00garbage"


def nothing(_data: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [half, garbage, nothing])
def test_damaged_record_is_kept_and_offered(
    browser: Browser, start_server: Callable[[str], WebServer], damage: Callable[[bytes], bytes]
) -> None:
    server = start_server("sqlite")
    ide = written(browser, server)
    data = rewrite(server.store, session_of(ide), damage)
    server.start()
    ide.page.goto(server.url)
    expect(ide.program).to_be_visible()
    expect(ide.alert).to_contain_text("could not be read")
    expect(ide.page.get_by_role("group", name="Program")).to_contain_text("This browser still has the program")
    with ide.page.expect_download() as started:
        ide.alert.get_by_role("link", name="Download").click()
    assert started.value.path().read_bytes() == data
    href = ide.alert.get_by_role("link").get_attribute("href")
    assert href is not None
    assert server.get(href)[0] == 404  # to nobody else
    ide.start('10 PRINT "NEW"')
    ide.expect_output("NEW")
    ide.expect_saved()
    ide.alert.get_by_role("button", name="Dismiss").click()
    expect(ide.alert).to_have_count(0)
    ide.page.reload()
    expect(ide.program).to_have_text('10 PRINT "NEW"')
    expect(ide.alert).to_have_count(0)


def test_record_of_a_newer_format_is_left_alone(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = written(browser, server)
    old = stored(server.store, session_of(ide))
    assert old is not None
    newer = rewrite(
        server.store, session_of(ide), lambda data: bytes(msgpack.packb(msgpack.unpackb(data) | {"format": 999}))
    )
    server.start()
    ide.page.goto(server.url)
    expect(ide.alert).to_contain_text("upgraded")
    expect(ide.program).to_have_count(0)
    assert stored(server.store, session_of(ide)) == newer
    rewrite(server.store, session_of(ide), lambda _: old)  # the upgrade is done
    expect(ide.program).to_have_text("10 REM PRECIOUS", timeout=15_000)
    expect(ide.alert).to_have_count(0)


def test_store_that_goes_away_and_comes_back(
    browser: Browser, start_server: Callable[[str], WebServer], redis: RedisServer
) -> None:
    server = start_server(redis.url)
    ide = visit(browser, server)
    ide.start("10 INPUT N: PRINT N*2: GOTO 10")
    ide.answer("1")
    ide.expect_saved()
    redis.kill()
    ide.answer("21")
    ide.expect_output(" 42 ")  # the program goes on
    expect(ide.session).to_contain_text("live · not saved", timeout=20_000)
    expect(ide.alert).to_be_visible()
    assert server.readiness()[0] == 200
    late = browser.new_context()
    page = late.new_page()
    page.goto(server.url)
    expect(page.get_by_role("alert")).to_contain_text("store", timeout=20_000)
    expect(page.get_by_role("textbox", name="Program")).to_have_count(0)  # never on an assumed-empty session
    redis.start()
    expect(ide.session).to_contain_text("live · saved", timeout=30_000)
    expect(ide.alert).to_have_count(0)
    expect(page.get_by_role("textbox", name="Program")).to_be_visible(timeout=20_000)
    assert server.readiness() == (200, {"status": "ready", "store": "ok"})


def test_server_that_waits_for_its_store_is_ready_when_that_answers(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path / "redis")
    server = WebServer(tmp_path / "web", store=redis.url)
    server.launch("--wait-for-store")
    try:
        time.sleep(2)
        with pytest.raises(OSError, match="refused"):
            server.get("/readyz")
        redis.start()
        server.wait("/readyz")
        assert server.readiness() == (200, {"status": "ready", "store": "ok"})
    finally:
        server.close()
        redis.stop()
