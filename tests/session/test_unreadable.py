"""Damaged records are kept, newer ones are not touched."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import msgpack
import pytest

from mbasic_core.session import SessionUnreadable
from mbasic_core.session.body import Body, pack_body
from mbasic_core.session.record import Head, pack
from mbasic_core.storage import Record
from tests.session.stores import TrickyStore, body
from tests.session.tabs import FOREVER, Tab, kill, opened, started
from tests.session.virtual import played


def damaged_records() -> dict[str, bytes]:
    good = Head(id="u1", owner="p", root="0197a000-0000-7000-8000-000000000000")
    whole = pack(good, pack_body(Body.new()))
    return {
        "noise": b"\x00\xff garbage",
        "empty": b"",
        "truncated": whole[:-7],
        "another session's": pack(replace(good, id="u2"), pack_body(Body.new())),
        "no body": pack(good, b""),
        "machine": pack(good, pack_body(replace(Body.new(), machine=b"\x81\xa1x\x01"))),
    }


@pytest.mark.parametrize("kind", list(damaged_records()))
@played
async def test_a_damaged_record_is_kept_and_a_new_session_begins(kind: str) -> None:
    raw = damaged_records()[kind]
    store = TrickyStore()
    store.put("u1", raw, "v", None)
    service = await started(store)
    session = await service.open("u1")
    assert (session.phase, session.document.text) == ("ready", "")
    (notice,) = session.notices
    assert notice.record.startswith("u1/damaged/2")
    assert notice.record.isascii()
    assert await service.damaged("u1", notice.record) == raw
    Tab(session).write("10 REM\n")
    await session.settle()
    assert body(store).text == "10 REM\n"
    await kill(service)
    again = await started(store)
    session = await again.open("u1")
    assert session.notices == [notice]
    session.dismiss(notice)
    assert session.notices == []
    await again.close()


@played
async def test_only_a_sessions_own_kept_records_are_given_out() -> None:
    store = TrickyStore()
    store.put("u2/damaged/x", b"secret", "v", None)
    store.put("u1", b"secret", "v", None)
    service = await started(store)
    for name in ("u2/damaged/x", "u1", "u1/damaged/absent", "u1/disk/x"):
        with pytest.raises(KeyError):
            await service.damaged("u1", name)
    await service.close()


def newer_records() -> dict[str, bytes]:
    good = Head(id="u1", owner="p", root="0197a000-0000-7000-8000-000000000000")
    machine = bytes(msgpack.packb({"format": 99}))
    return {
        "record": bytes(msgpack.packb({"format": 2, "anything": b"x"})),
        "machine": pack(good, pack_body(replace(Body.new(), machine=machine))),
    }


@pytest.mark.parametrize("kind", list(newer_records()))
@played
async def test_a_newer_record_is_told_and_never_touched(kind: str) -> None:
    store = TrickyStore()
    store.put("u1", newer_records()[kind], "v", None)
    service = await started(store)
    for _ in range(2):
        with pytest.raises(SessionUnreadable, match="being upgraded"):
            await service.open("u1")
    with pytest.raises(SessionUnreadable):
        await service.delete("u1")
    await asyncio.sleep(5)
    assert store.records == {"u1": Record(newer_records()[kind], "v")}
    await service.close()


@played
async def test_a_session_taken_by_a_newer_release_ends_here() -> None:
    store, service, session = await opened()
    Tab(session).run(FOREVER)
    await session.settle()
    newer = Record(newer_records()["record"], "v")
    store.records["u1"] = newer
    await asyncio.sleep(5)
    assert session.closed
    assert not session.runnable
    assert store.records["u1"] == newer
    with pytest.raises(SessionUnreadable):
        await service.open("u1")
    await service.close()


@played
async def test_a_record_damaged_in_use_is_kept_and_saved_over() -> None:
    store, service, session = await opened()
    Tab(session).write("1")
    await session.settle()
    store.records["u1"] = Record(b"junk", "v")
    await asyncio.sleep(1)
    assert body(store).text == "1"
    (notice,) = session.notices
    assert await service.damaged("u1", notice.record) == b"junk"
    await service.close()
