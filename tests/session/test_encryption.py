"""A service with keys: nothing readable is stored, and a record whose key is missing is told and never replaced."""

from __future__ import annotations

import asyncio

import pytest
from cryptography.fernet import Fernet

from mbasic_core.session import Session, SessionUnreadable
from mbasic_core.session.codec import OPEN, Codec
from mbasic_core.session.errors import RecordSealed
from mbasic_core.session.record import Head, pack, parse, parse_head
from tests.session.stores import TrickyStore
from tests.session.tabs import Tab, kill, started
from tests.session.virtual import played

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
PROGRAM = '10 REM confidential\n20 OPEN "O",#1,"X":PRINT #1,"confidential":CLOSE\n' + "30 REM more of it\n" * 300


async def run(session: Session) -> None:
    Tab(session).run(PROGRAM)
    await asyncio.sleep(1)  # of the test's own clock
    assert session.phase == "ready"
    await session.settle()


@played
async def test_a_session_and_its_files_are_encrypted_and_come_back() -> None:
    store = TrickyStore()
    service = await started(store, codec=Codec([OLD]))
    session = await service.open("u1")
    await run(session)
    await kill(service)
    assert len(store.records) == 2
    assert all(b"confidential" not in record.data for record in store.records.values())
    again = await started(store, codec=Codec([NEW, OLD]))
    session = await again.open("u1")
    assert session.document.text == PROGRAM
    assert session.files.files == {"X": b"confidential\r\n"}
    await again.close()


@pytest.mark.parametrize("codec", [OPEN, Codec([NEW])], ids=["no key", "another key"])
@pytest.mark.parametrize("part", ["record", "disk"])
@played
async def test_without_the_key_the_user_is_told_and_nothing_is_touched(codec: Codec, part: str) -> None:
    store = TrickyStore()
    service = await started(store, codec=Codec([OLD]))
    session = await service.open("u1")
    await run(session)
    await kill(service)
    if part == "disk":
        record = parse(store.records["u1"].data, "u1", Codec([OLD]))
        store.put("u1", pack(record.head, record.body), "v", store.records["u1"].version)
    stored = dict(store.records)
    again = await started(store, codec=codec)
    with pytest.raises(SessionUnreadable, match="encrypted with a key that this server does not have"):
        await again.open("u1")
    with pytest.raises(SessionUnreadable, match="encrypted"):
        await again.delete("u1")
    await again.close()
    assert {id: record.data for id, record in store.records.items()} == {id: r.data for id, r in stored.items()}


@played
async def test_a_plain_session_is_encrypted_when_it_is_next_saved() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    Tab(session).write("10 REM confidential\n")
    await session.settle()
    await kill(service)
    assert b"confidential" in store.records["u1"].data
    again = await started(store, codec=Codec([NEW]))
    session = await again.open("u1")
    Tab(session).write("10 REM very confidential\n")
    await session.settle()
    assert b"confidential" not in store.records["u1"].data
    await again.close()


def test_whose_a_record_is_can_be_read_without_its_key() -> None:
    head = Head(id="u1", owner="p1", root="0197a000-0000-7000-8000-000000000000")
    sealed = pack(head, b"confidential", Codec([OLD]))
    assert parse_head(sealed, "u1") == head
    with pytest.raises(RecordSealed):
        parse(sealed, "u1")
