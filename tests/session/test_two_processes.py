"""Sessions that follow, are taken over, and are let go."""

from __future__ import annotations

import asyncio
import logging

import pytest

from mbasic_core.session import Action, Outcome
from mbasic_core.session.body import parse_body
from mbasic_core.session.record import NOBODY, parse
from mbasic_core.storage import Rejected, Unavailable
from tests.session.stores import TrickyStore, body, head
from tests.session.tabs import FOREVER, Tab, opened, rest, served, so, started, two_served
from tests.session.virtual import now, played


@played
async def test_after_half_an_hour_of_silence_nothing_is_created_again() -> None:
    """The session may have been deleted, and the mark of it may have expired."""
    store, service, session = await opened()
    session.subscribe(lambda *_: None)
    Tab(session).write("1")
    await session.settle()
    Tab(session).write("2")
    store.down = True
    await asyncio.sleep(1900)
    del store.records["u1"]
    store.down = False
    await asyncio.sleep(10)
    assert "u1" not in store.records
    assert not session.owned
    assert session.document.text == ""
    assert "silent for too long" in " ".join(notice.text for notice in session.notices)
    [aside] = [id for id in store.records if id.startswith("u1/aside/")]
    assert parse_body(parse(store.records[aside].data, "u1").body, "u1").text == "2"
    Tab(session).write("3")
    await session.settle()
    assert body(store).text == "3"
    assert head(store).root == session.root
    await service.close()


@played
async def test_after_half_an_hour_of_silence_the_same_record_is_gone_on_with() -> None:
    store, service, session = await opened()
    session.subscribe(lambda *_: None)
    Tab(session).write("1")
    await session.settle()
    Tab(session).write("2")
    store.down = True
    await asyncio.sleep(1900)
    store.down = False
    await asyncio.sleep(10)
    assert (body(store).text, session.saved, session.owned) == ("2", "saved", True)
    del store.records["u1"]
    await asyncio.sleep(1)
    assert body(store).text == "2", "the store answered meanwhile, so what it lost is created again"
    await service.close()


@played
async def test_a_follower_shows_and_its_first_action_takes_over() -> None:
    store, one, two = await two_served()
    here = await one.open("u1")
    Tab(here).write("10 PRINT 1\n")
    await here.settle()
    there = await two.open("u1")
    assert there.document.text == "10 PRINT 1\n"
    Tab(here).write("10 PRINT 2\n")
    await here.settle()
    await asyncio.sleep(0.5)
    assert there.document.text == "10 PRINT 2\n"
    assert not there.owned
    before = now()
    Tab(there, "other").run()
    await there.settle()
    assert now() - before < 0.5
    assert there.owned
    assert not here.owned
    assert (head(store).owner, head(store).epoch) == (two.owner, 2)
    await asyncio.sleep(0.5)
    assert here.transcript.text == there.transcript.text == "Ok\r\nRUN\r\n 2 \r\nOk\r\n"
    await one.close()
    await two.close()


@played
async def test_a_running_program_moves_along() -> None:
    _store, one, two = await two_served()
    here = await one.open("u1")
    Tab(here).run("10 I=I+1: IF I<20000 THEN 10\n20 PRINT I\n")
    await asyncio.sleep(0.3)
    there = await two.open("u1")
    await asyncio.sleep(1)
    assert there.owned
    assert not here.owned
    await rest(there, within=1000)
    await asyncio.sleep(1)
    assert here.transcript.text == there.transcript.text == "Ok\r\nRUN\r\n 20000 \r\nOk\r\n"
    await one.close()
    await two.close()


@played
async def test_who_is_handed_the_session_owns_it_even_if_its_input_came_by_another_way() -> None:
    store, one, two = await two_served()
    here = await one.open("u1")
    Tab(here).run("10 I=I+1\n20 GOTO 10\n")
    await here.settle()
    there = await two.open("u1")
    await so(lambda: there.owned)  # the program moved along with its page
    same = Action("other", 1, there.root, there.life, "keys", "x")
    assert here.apply(same) is Outcome.APPLIED  # claims it back ...
    assert there.apply(same) is Outcome.APPLIED  # ... while the tab, which moved, sends the same to the owner
    await asyncio.sleep(2)
    assert (here.owned, there.owned, head(store).owner) == (True, False, one.owner)
    assert here.runnable
    assert here.applied["other"] == there.applied["other"] == 1
    await one.close()
    await two.close()


@played
async def test_twenty_takeovers_leave_each_answer_once() -> None:
    store, one, two = await two_served()
    sessions = [await one.open("u1"), await two.open("u1")]
    Tab(sessions[0]).run("10 INPUT A: PRINT A: GOTO 10\n")
    await sessions[0].settle()
    await asyncio.sleep(1)
    numbers = {0: 2, 1: 0}
    for step in range(20):
        side = step % 2
        tab = Tab(sessions[side], "tab" if side == 0 else "other")
        tab.n = numbers[side]
        assert tab.line(str(step)) is Outcome.APPLIED
        numbers[side] = tab.n
        await sessions[side].settle()
        await asyncio.sleep(0.6)
    expected = "Ok\r\nRUN\r\n? " + "".join(f"{step}\r\n {step} \r\n? " for step in range(20))
    assert sessions[0].transcript.text == sessions[1].transcript.text == expected
    assert head(store).epoch == 20
    await one.close()
    await two.close()


@played
async def test_a_stale_edit_of_a_follower_is_refused_when_the_owner_went_on() -> None:
    _store, one, two = await two_served(poll=1e6)
    here = await one.open("u1")
    Tab(here).write("1")
    await here.settle()
    there = await two.open("u1")
    Tab(here).write("12")
    await here.settle()
    resets: list[str] = []
    there.subscribe(lambda _, what: resets.append(what))
    assert Tab(there, "other").write("13") is Outcome.APPLIED
    await there.settle()
    await asyncio.sleep(0.1)
    assert there.document.text == "12"
    assert there.applied == {"tab": 2, "other": 1}
    assert "reset" in resets
    await one.close()
    await two.close()


@played
async def test_two_that_begin_at_once_end_up_in_one_session() -> None:
    store = TrickyStore()
    store.delay = 0.05
    one, two = await started(store), await started(store)
    here, there = await one.open("u1"), await two.open("u1")
    Tab(here, "a").write("1")
    Tab(there, "b").write("2")
    await asyncio.gather(here.settle(), there.settle())
    await asyncio.sleep(2)
    assert here.root == there.root
    assert here.document.text == there.document.text == body(store).text
    await one.close()
    await two.close()


@played
async def test_closing_saves_everything_and_lets_it_go(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    store, service = await served()
    sessions = [await service.open(f"u{n}") for n in range(20)]
    for session in sessions:
        Tab(session).run(FOREVER)
    await asyncio.sleep(0.01)
    await service.close()
    await service.close()
    assert {body(store, session.id).phase for session in sessions} == {"running"}
    assert {head(store, session.id).owner for session in sessions} == {NOBODY}
    assert "saving 20 sessions" in caplog.text
    assert "20 of 20 sessions saved in" in caplog.text
    assert all(session.apply(Action("t", 1, session.root, 1, "stop")) is Outcome.REFUSED for session in sessions)
    with pytest.raises(Unavailable):
        await service.open("u1")


@played
async def test_closing_a_store_that_is_not_shared_saves_once() -> None:
    store = TrickyStore(scope="process")
    service = await started(store)
    idle, busy = await service.open("idle"), await service.open("busy")
    Tab(idle).write("1")
    await idle.settle()
    Tab(busy).write("2")
    await service.close()
    assert [head(store, id).owner for id in ("idle", "busy")] == [service.owner] * 2
    assert [id for id, *_ in store.saved] == ["idle", "busy"]


@played
async def test_the_next_process_need_not_wait_for_one_that_ended() -> None:
    store = TrickyStore()
    one = await started(store)
    here = await one.open("u1")
    Tab(here).run("10 I=I+1\n20 GOTO 10\n")
    await asyncio.sleep(2)
    await one.close()
    two = await started(store)
    there = await two.open("u1")
    before = now()
    await so(lambda: there.owned)
    assert now() - before < 0.05
    assert (there.phase, head(store).epoch) == ("running", 3)
    await two.close()


@played
async def test_a_session_let_go_as_its_page_comes_back_goes_on() -> None:
    store, service, session = await opened(away=10.0, idle=5.0)
    Tab(session).run("10 I=I+1\n20 GOTO 10\n")
    await so(lambda: session.paused)
    store.delay = 2.0
    await so(lambda: "u1" in service._leaving)
    again = await service.open("u1")
    again.subscribe(lambda *_: None)
    assert again is session
    await so(lambda: "u1" not in service._leaving)
    store.delay = 0.0
    await asyncio.sleep(5)
    assert "u1" in service.sessions
    assert (session.owned, session.runnable, head(store).owner) == (True, True, service.owner)
    await service.close()


@played
async def test_a_session_that_cannot_be_let_go_stays(caplog: pytest.LogCaptureFixture) -> None:
    store, service, session = await opened(idle=5.0)
    Tab(session).write("1")
    await session.settle()
    store.refusal = Rejected("full")
    await asyncio.sleep(12)
    assert "not let go: full" in caplog.text
    assert session.owned
    assert "u1" in service.sessions
    store.refusal = None
    await asyncio.sleep(12)
    assert not service.sessions
    assert head(store).owner == NOBODY
    await service.close()


@played
async def test_closing_while_the_store_is_down_ends_and_says_what_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    store, service = await served(grace=5.0)
    session = await service.open("u1-with-a-long-id")
    Tab(session).write("1")
    await session.settle()
    store.down = True
    Tab(session).write("2")
    before = now()
    await service.close()
    assert 5 <= now() - before < 6
    assert "could not be saved: u1-with-\n" in caplog.text
