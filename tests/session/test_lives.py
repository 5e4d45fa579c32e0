"""Sessions are deleted, extended, forgotten, and put back."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from mbasic_core.session import Action, Outcome, Session, limits
from mbasic_core.session.record import NOBODY
from tests.session.stores import TrickyStore, body, head
from tests.session.tabs import ASK, FOREVER, Tab, opened, rest, served, so, started, two_served
from tests.session.virtual import now, played


@played
async def test_a_deleted_session_begins_again_and_refuses_what_was_meant_for_its_former_life() -> None:
    store, service, session = await opened()
    Tab(session).write("1")
    await session.settle()
    late = Action("tab", 2, session.root, session.life, "run")
    await service.delete("u1")
    assert head(store).deleted
    assert store.lives["u1"] == 3600
    assert (session.document.text, session.life, session.applied) == ("", 2, {})
    assert session.apply(late) is Outcome.REFUSED
    Tab(session).write("2")
    await session.settle()
    assert (head(store).life, head(store).epoch, head(store).deleted) == (2, 3, False)
    assert body(store).text == "2"
    await service.close()


@played
async def test_a_deletion_reaches_the_owner() -> None:
    store, one, two = await two_served()
    session = await one.open("u1")
    Tab(session).run(FOREVER)
    await session.settle()
    await two.open("u1")
    await two.delete("u1")
    await asyncio.sleep(2)
    assert (session.phase, session.document.text, session.life) == ("ready", "", 2)
    assert head(store).deleted
    await one.close()
    await two.close()


@played
async def test_a_session_deleted_while_the_store_has_lost_it_refuses_what_was_meant_for_it() -> None:
    store, service, session = await opened()
    Tab(session).write("1")
    await session.settle()
    late = Action("other", 1, session.root, session.life, "run")
    store.records.clear()
    await service.delete("u1")
    assert (session.document.text, session.life) == ("", 2)
    assert session.apply(late) is Outcome.REFUSED
    Tab(session).write("2")
    await session.settle()
    assert (head(store).life, body(store).text) == (2, "2")
    await service.close()


@played
async def test_what_is_begun_when_the_tombstone_has_expired_is_the_life_that_pages_know() -> None:
    store, service, session = await opened()
    unsubscribe = session.subscribe(lambda *_: None)
    Tab(session).write("1")
    await session.settle()
    late = Action("tab", 1, session.root, session.life, "run")
    await service.delete("u1")
    assert store.lives["u1"] == 3600
    store.records.clear()
    session = await service.open("u1")
    Tab(session).write("2")
    await session.settle()
    assert (session.life, head(store).life, head(store).deleted) == (2, 2, False)
    other = await started(store)
    again = await other.open("u1")
    assert (again.life, again.document.text) == (2, "2"), "a page goes on with another process"
    assert again.apply(late) is Outcome.REFUSED
    await service.delete("u1")
    assert session.life == 3, "each life is another"
    unsubscribe()
    await service.close()
    await other.close()


@played
async def test_the_life_of_a_session_in_use_is_extended() -> None:
    store, service, session = await opened(ttl=400.0)
    unsubscribe = session.subscribe(lambda *_: None)
    Tab(session).write("1")
    await session.settle()
    await asyncio.sleep(350)
    assert 2 <= store.calls["touch"] <= 4
    unsubscribe()
    await service.close()


@played
async def test_a_page_that_comes_while_the_record_is_read_sees_what_is_in_it() -> None:
    store = TrickyStore()
    here, there = await started(store, owner="here"), await started(store, owner="there")
    old = await there.open("u1")
    session = await here.open("u1")
    Tab(session).write("10 REM\n")
    await session.settle()
    store.delay = 0.1
    there._stewards["u1"].look()
    await asyncio.sleep(0.01)
    assert there._stewards["u1"].busy
    assert await there.open("u1") is old
    assert (old.root, old.document.text) == (session.root, "10 REM\n")
    await here.close()
    await there.close()


@played
async def test_a_page_that_comes_while_another_tab_of_it_begins_anew_sees_what_was_begun_before() -> None:
    store = TrickyStore()
    here, there = await started(store, owner="here"), await started(store, owner="there", poll=600.0)
    old = await there.open("u1")
    session = await here.open("u1")
    Tab(session).write("10 REM\n")
    await session.settle()
    store.delay = 0.05
    outcome = Tab(old, "other").line("PRINT 1")  # for a session that there is not
    assert outcome is Outcome.APPLIED
    assert await there.open("u1") is old
    assert (old.root, old.document.text, old.waiting) == (session.root, "10 REM\n", [])
    await here.close()
    await there.close()


@played
async def test_a_page_does_not_wait_for_a_store_that_is_silent() -> None:
    store, service = await served()
    follower = await service.open("u1")
    store.down = True
    service._stewards["u1"].look()
    await asyncio.sleep(0.1)
    before = now()
    assert await service.open("u1") is follower
    assert now() - before <= 1.1
    assert follower.saved == "not saved"
    store.down = False
    await service.close()


@played
async def test_a_session_at_rest_without_a_page_leaves_the_memory() -> None:
    store, service, session = await opened()
    unsubscribe = session.subscribe(lambda *_: None)
    Tab(session).write("1")
    await asyncio.sleep(200)
    assert "u1" in service.sessions
    unsubscribe()
    await asyncio.sleep(200)
    assert not service.sessions
    assert (head(store).owner, head(store).epoch) == (NOBODY, 2)
    again = await service.open("u1")
    assert again is not session
    before = now()
    Tab(again).write("2")
    await again.settle()
    assert now() - before < 0.1, "what is nobody's needs no claim"
    assert (head(store).owner, head(store).epoch, body(store).text) == (service.owner, 3, "2")
    await service.close()


@played
async def test_what_was_let_go_and_lost_is_put_back_by_those_who_have_it() -> None:
    store = TrickyStore()
    services = [await started(store, owner=name) for name in ("one", "two", "three")]
    sessions = [await service.open("u1") for service in services]
    for session in sessions:
        session.subscribe(lambda *_: None)
    tab = Tab(sessions[0])
    tab.write("10 REM PRECIOUS\n")
    await services[0].close()
    left = head(store)
    await asyncio.sleep(1)
    assert sessions[1].document.text == sessions[2].document.text == "10 REM PRECIOUS\n"
    for _ in range(3):
        store.records.clear()
        await so(lambda: store.records, within=1.0)
        await asyncio.sleep(2)
        assert replace(head(store), wanted_by="") == left
        assert (body(store).text, body(store).applied) == ("10 REM PRECIOUS\n", {"tab": 1})
        assert not any(session.owned for session in sessions)
    for service in services[1:]:
        await service.close()  # the last of those that have it
    assert replace(head(store), wanted_by="") == left
    last = await started(store)
    session = await last.open("u1")
    before = now()
    Tab(session, "other").line("PRINT 1")
    await session.settle()
    assert now() - before < 0.1
    assert (session.root, session.document.text) == (left.root, "10 REM PRECIOUS\n")
    await last.close()


@played
async def test_what_was_let_go_and_lost_while_nobody_has_it_is_gone() -> None:
    store = TrickyStore()
    first, second = await started(store), await started(store)
    session = await first.open("u1")
    Tab(session).write("10 REM PRECIOUS\n")
    watched = await second.open("u1")
    undo = watched.subscribe(lambda *_: None)
    await first.close()
    await asyncio.sleep(1)
    assert watched.document.text == "10 REM PRECIOUS\n"
    undo()
    await so(lambda: not second.sessions)
    store.records.clear()
    await asyncio.sleep(120)
    assert not store.records
    again = await second.open("u1")
    assert (again.document.text, again.root != session.root, again.saved) == ("", True, "saved")
    await second.close()


@played
async def test_half_an_hour_of_silence_puts_nothing_back() -> None:
    store = TrickyStore()
    first, second = await started(store), await started(store)
    session = await first.open("u1")
    Tab(session).write("10 REM PRECIOUS\n")
    watched = await second.open("u1")
    watched.subscribe(lambda *_: None)
    await first.close()
    await asyncio.sleep(1)
    assert watched.document.text == "10 REM PRECIOUS\n"
    store.down = True
    await asyncio.sleep(limits.UNANSWERED + 60)
    store.records.clear()  # it may have been deleted, and the tombstone is gone
    store.down = False
    await asyncio.sleep(10)
    assert "u1" not in store.records
    assert [id for id in store.records if id.startswith("u1/aside/")]
    assert watched.document.text == ""
    assert any("silent for too long" in notice.text for notice in watched.notices)
    await second.close()


@played
async def test_a_program_without_a_page_runs_on_for_a_while() -> None:
    store, service, session = await opened(checkpoint=30.0, away=100.0)
    Tab(session).run("10 I=I+1\n20 GOTO 10\n")
    await asyncio.sleep(80)
    assert session.runnable
    await asyncio.sleep(60)
    assert not service.sessions
    assert body(store).phase == "running"
    again = await service.open("u1")
    await asyncio.sleep(1)
    assert again.runnable
    await service.close()


@played
async def test_a_bug_in_the_machine_stops_one_program_only(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store, service = await served()
    victim, other = await service.open("u1"), await service.open("u2")
    Tab(victim).run(FOREVER)
    Tab(other).run(FOREVER)
    await asyncio.sleep(1)

    def broken(_budget: int, _enough: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(victim.machine, "advance", broken, raising=False)
    await asyncio.sleep(1)
    assert victim.phase == "stopped"
    assert victim.document.text == FOREVER
    assert "ZeroDivisionError" in victim.notices[0].text
    assert "Traceback" in caplog.text
    assert other.runnable
    Tab(victim).line("PRINT 1+1")
    await rest(victim)
    assert victim.transcript.text.endswith(" 2 \r\nOk\r\n")
    await service.close()


@played
async def test_logs_show_no_whole_ids(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store, service = await served()
    id = "a-session-id-that-is-a-secret"
    session: Session = await service.open(id)
    Tab(session).run(ASK)
    await session.settle()
    await service.delete(id)
    store.put("x", b"", "v", None)
    await service.close()
    assert "session a-sessio" in caplog.text
    assert id not in caplog.text
    assert service.owner not in caplog.text
