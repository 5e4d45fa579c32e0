"""What a session does while its store is down, refuses, or forgets."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import msgpack
import pytest

from mbasic_core.session import SessionUnreadable, limits
from mbasic_core.storage import Record, Rejected, Unavailable
from tests.session.stores import body, head
from tests.session.tabs import ASK, Tab, opened, rest, served
from tests.session.virtual import played


@played
async def test_while_the_store_is_down_the_program_goes_on_and_nothing_is_lost() -> None:
    store, service, session = await opened()
    tab = Tab(session)
    tab.run(ASK)
    await rest(session)
    await session.settle()
    store.down = True
    tab.line("1")
    await asyncio.sleep(60)
    assert session.saved == "not saved"
    assert "cannot save now" in session.notices[0].text
    tab.line("2")
    await rest(session)
    assert session.transcript.text.endswith(" 2  4 \r\nN? ")
    assert session.acknowledged == {"tab": 2}
    store.down = False
    await asyncio.sleep(3)
    assert (session.saved, session.notices) == ("saved", [])
    assert session.acknowledged == {"tab": 4}
    assert body(store).transcript.endswith(" 2  4 \r\nN? ")
    await service.close()


@played
async def test_a_save_without_an_answer_is_repeated_with_the_same_version_and_bytes() -> None:
    store, service, session = await opened()
    tab = Tab(session)
    store.plans = ["drop answer", "lose", "lose"]
    tab.write("1")
    await session.settle()
    store.plans = ["lose", "drop answer"]
    tab.write("2")
    await session.settle()
    assert [saved[3] for saved in store.saved] == [None, store.saved[0][2]]
    assert head(store).seq == 2
    await service.close()


@played
async def test_a_call_that_never_ends_counts_as_unanswered() -> None:
    store, service, session = await opened()
    store.plans = ["hang"]
    Tab(session).write("1")
    await asyncio.sleep(limits.BACKSTOP + 1)
    assert body(store).text == "1"
    assert session.saved == "saved"
    await service.close()


@played
async def test_a_refusing_store_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    store, service, session = await opened()
    tab = Tab(session)
    tab.write("1")
    await session.settle()
    store.refusal = Rejected("the store is full")
    tab.write("2")
    await asyncio.sleep(5)
    told: list[str] = []
    undo = session.subscribe(lambda _, what: told.append(what))
    await asyncio.sleep(15)
    undo()
    assert (session.saved, told) == ("not saved", []), "what the page says does not change with each try"
    assert "the store refuses it" in session.notices[0].text
    assert "the store is full" in caplog.text
    assert "full" not in session.notices[0].text, "servers and their addresses are the operator's business"
    assert body(store).text == "1"
    assert "tried every few seconds" in session.notices[0].text
    assert store.calls["save"] < 10
    store.refusal = None
    await asyncio.sleep(4.1)
    assert (session.saved, body(store).text) == ("saved", "2")
    await service.close()


@played
async def test_trouble_is_logged_when_it_begins_and_not_with_each_try(caplog: pytest.LogCaptureFixture) -> None:
    def warnings() -> list[str]:
        said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
        caplog.clear()
        return said

    store, service = await served()
    tab = Tab(await service.open("u1"))
    tab.write("1")
    await tab.session.settle()
    for turn in (2, 3):
        store.refusal = Rejected("the store is full")
        tab.write(f"{turn}")
        await asyncio.sleep(60)
        assert warnings() == ["session u1: not saved: the store is full"]
        store.refusal = None
        await tab.session.settle()
        store.down = True
        tab.write(f"{turn} and down")
        await asyncio.sleep(60)
        assert warnings() == ["session u1: not saved: the store is down"]
        store.down = False
        await tab.session.settle()
    store.records["u2"] = Record(msgpack.packb({"format": 99}), "v")
    for _ in range(20):
        with pytest.raises(SessionUnreadable):
            await service.open("u2")
    assert warnings() == ["session u2: format 99; this release reads 1"]
    del store.records["u2"]
    await service.open("u2")
    assert (warnings(), tab.session.saved) == ([], "saved")
    await service.close()


@played
async def test_a_store_that_refuses_for_a_moment_gets_the_save_within_a_second() -> None:
    store, service, session = await opened()
    tab = Tab(session)
    for turn in (1, 2):  # the patience is as short the second time
        store.refusal = Rejected("the store is full")
        tab.write(f"{turn}")
        await asyncio.sleep(0.5)
        assert session.saved == "not saved"
        store.refusal = None
        await asyncio.sleep(0.6)
        assert (session.saved, session.notices, body(store).text) == ("saved", [], f"{turn}")
    await service.close()


@played
async def test_a_store_that_is_down_opens_no_session() -> None:
    store, service = await served()
    store.down = True
    with pytest.raises(Unavailable):
        await service.open("u1")
    assert not service.sessions
    store.down = False
    assert (await service.open("u1")).phase == "ready"
    await service.close()


@played
async def test_a_store_that_breaks_its_contract_is_unavailable(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, service = await served()

    async def broken(_id: str) -> Record | None:
        raise KeyError("driver")

    monkeypatch.setattr(store, "load", broken)
    with pytest.raises(Unavailable, match="KeyError"):
        await service.open("u1")
    assert "broke its contract" in caplog.text
    await service.close()


@played
async def test_a_lost_record_is_written_again_by_its_owner() -> None:
    store, service, session = await opened()
    Tab(session).write("1")
    await session.settle()
    before = head(store)
    store.records.clear()
    await asyncio.sleep(1)
    assert head(store) == replace(before, seq=before.seq + 1)
    assert body(store).text == "1"
    await service.close()


@played
async def test_a_record_rolled_back_is_written_again_by_its_owner() -> None:
    store, service, session = await opened()
    tab = Tab(session)
    tab.write("1")
    await session.settle()
    old = dict(store.records)
    tab.write("2")
    await session.settle()
    store.records = old
    await asyncio.sleep(1)
    assert body(store).text == "2"
    assert head(store).seq == 3
    tab.write("3")
    await session.settle()
    assert body(store).text == "3"
    await service.close()
