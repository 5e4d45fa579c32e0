"""Sessions over a store: begun, saved, restored, taken over, and never lost."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import msgpack
import pytest

from mbasic_core.session import Action, Outcome, Session, SessionUnreadable, limits
from mbasic_core.session.body import Body, pack_body, parse_body
from mbasic_core.session.record import NOBODY, Head, pack, parse
from mbasic_core.storage import Record, Rejected, Unavailable
from tests.session.stores import TrickyStore
from tests.session.tabs import Tab, kill, rest, so, started
from tests.session.virtual import now, played

ASK = '10 FOR I=1 TO 3\n20 INPUT "N";A\n30 PRINT I;A*2\n40 NEXT\n50 PRINT "DONE"\n'
FOREVER = "10 GOTO 10\n"


def head(store: TrickyStore, id: str = "u1") -> Head:
    return parse(store.records[id].data, id).head


def body(store: TrickyStore, id: str = "u1") -> Body:
    return parse_body(parse(store.records[id].data, id).body, id)


@played
async def test_opening_writes_nothing_and_the_first_input_writes_a_record() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    assert (session.phase, session.saved, session.prompt) == ("ready", "saved", "direct")
    await asyncio.sleep(30)
    assert store.records == {}
    assert Tab(session).write("10 REM\n") is Outcome.APPLIED
    await session.settle()
    assert head(store) == Head(id="u1", owner=service.owner, root=session.root, life=1, epoch=1, seq=1)
    assert body(store).text == "10 REM\n"
    await service.close()


@played
async def test_one_live_session_for_an_id() -> None:
    store = TrickyStore()
    store.delay = 0.1
    service = await started(store)
    one, two, other = await asyncio.gather(service.open("u1"), service.open("u1"), service.open("u2"))
    assert one is two
    assert one is not other
    assert set(service.sessions) == {"u1", "u2"}
    assert store.calls["load"] == 2
    await service.close()


@played
async def test_acknowledged_means_stored() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    tab = Tab(session)
    told: list[str] = []
    session.subscribe(lambda _, what: told.append(what))
    tab.write("10 REM\n")
    assert session.applied == {"tab": 1}
    assert session.acknowledged == {}
    saving = session.saved
    await session.settle()
    assert session.acknowledged == {"tab": 1}
    assert (saving, session.saved) == ("saving", "saved")
    await asyncio.sleep(0.1)
    assert {"document", "saved", "acknowledged"} <= set(told)
    await service.close()


@played
async def test_edits_are_saved_after_a_pause() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    tab = Tab(session)
    tab.write("1")
    await session.settle()
    saves = len(store.saved)
    for _ in range(5):
        tab.write(session.document.text + "0")
        await asyncio.sleep(0.1)
    assert len(store.saved) == saves
    await asyncio.sleep(0.4)
    assert len(store.saved) == saves + 1
    assert body(store).text == "100000"
    await service.close()


@played
async def test_a_question_survives_the_process() -> None:
    store = TrickyStore()
    one = await started(store)
    session = await one.open("u1")
    tab = Tab(session)
    tab.run(ASK)
    await rest(session)
    assert (session.phase, session.prompt) == ("waiting for INPUT", "line")
    tab.line("5")
    await rest(session)
    await session.settle()
    await kill(one)

    two = await started(store)
    session = await two.open("u1")
    assert session.transcript.text == "Ok\r\nRUN\r\nN? 5\r\n 1  10 \r\nN? "
    assert (session.phase, session.prompt) == ("waiting for INPUT", "line")
    assert session.document.text == ASK
    assert session.acknowledged == {"tab": 3}
    tab = Tab(session)
    before = now()
    tab.line("6")
    await session.settle()
    assert now() - before < 0.7
    assert head(store).owner == two.owner
    assert head(store).epoch == 2
    tab.line("7")
    await rest(session)
    assert session.transcript.text.endswith("N? 6\r\n 2  12 \r\nN? 7\r\n 3  14 \r\nDONE\r\nOk\r\n")
    await two.close()
    assert body(store).transcript == session.transcript.text


@played
async def test_a_running_program_goes_on_when_its_page_is_back() -> None:
    store = TrickyStore()
    one = await started(store)
    session = await one.open("u1")
    Tab(session).run("10 I=I+1\n20 GOTO 10\n")
    await asyncio.sleep(2)
    await kill(one)
    stored = head(store).seq
    await asyncio.sleep(5)
    assert head(store).seq == stored
    two = await started(store)
    session = await two.open("u1")
    await asyncio.sleep(3)
    assert session.owned
    assert (head(store).owner, head(store).epoch) == (two.owner, 2)
    assert head(store).seq > stored + 2
    Tab(session).send("stop")
    assert session.phase == "stopped"
    await two.close()


@played
async def test_checkpoints_of_a_running_program_come_each_half_second() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    Tab(session).run(FOREVER)
    await asyncio.sleep(1)
    saves = len(store.saved)
    await asyncio.sleep(10)
    assert 18 <= len(store.saved) - saves <= 21
    assert session.saved == "saved"
    await service.close()


@played
async def test_stop_works_at_once_on_programs_that_never_end() -> None:
    store = TrickyStore()
    service = await started(store)
    for program in (FOREVER, '10 PRINT "X": GOTO 10\n'):
        session = await service.open("u1")
        session.subscribe(lambda *_: None)
        tab = Tab(session)
        tab.run(program)
        await asyncio.sleep(1)
        assert session.phase == "running"
        tab.send("stop")
        assert session.phase == "stopped"
        assert session.transcript.text.endswith("Break in 10\r\nOk\r\n")
    await service.close()


@played
async def test_inputs_are_applied_once_and_in_order() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    first = Action("t", 1, session.root, 1, "line", 'PRINT "A"')
    second = Action("t", 2, session.root, 1, "line", 'PRINT "B"')
    assert session.apply(second) is Outcome.GAP
    assert session.apply(first) is Outcome.APPLIED
    assert session.apply(first) is Outcome.DUPLICATE
    assert session.apply(second) is Outcome.APPLIED
    assert session.apply(Action("t", 3, "0197a000-0000-7000-8000-000000000000", 1, "run")) is Outcome.REFUSED
    assert session.apply(Action("t", 3, session.root, 2, "run")) is Outcome.REFUSED
    await rest(session)
    assert session.transcript.text == 'Ok\r\nPRINT "A"\r\nA\r\nOk\r\nPRINT "B"\r\nB\r\nOk\r\n'
    await service.close()


@played
async def test_a_page_opened_before_the_session_began_goes_on_with_the_root_it_was_given() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    given = session.root
    session.subscribe(lambda *_: None)
    await asyncio.sleep(3600)
    assert session.apply(Action("t", 1, given, 1, "edit", "1")) is Outcome.APPLIED
    await session.settle()
    assert session.apply(Action("t", 2, given, 1, "run")) is Outcome.APPLIED
    await service.close()


@played
async def test_resent_inputs_of_a_killed_process_are_applied_once() -> None:
    store = TrickyStore()
    one = await started(store)
    session = await one.open("u1")
    Tab(session).run(ASK)
    await session.settle()
    await rest(session)
    await session.settle()
    answer = Action("tab", 3, session.root, 1, "line", "5")
    session.apply(answer)
    await kill(one)  # before it was saved
    two = await started(store)
    session = await two.open("u1")
    assert session.apply(answer) is Outcome.APPLIED
    assert session.apply(answer) is Outcome.DUPLICATE
    await session.settle()
    await rest(session)
    assert session.transcript.text.endswith("N? 5\r\n 1  10 \r\nN? ")
    await two.close()


# --- store trouble


@played
async def test_while_the_store_is_down_the_program_goes_on_and_nothing_is_lost() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    tab = Tab(session)
    tab.run(ASK)
    await rest(session)
    await session.settle()
    store.down = True
    tab.line("1")
    await asyncio.sleep(60)
    assert session.saved == "not saved"
    assert "does not answer" in session.notices[0].text
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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    store.plans = ["hang"]
    Tab(session).write("1")
    await asyncio.sleep(limits.BACKSTOP + 1)
    assert body(store).text == "1"
    assert session.saved == "saved"
    await service.close()


@played
async def test_a_refusing_store_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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

    store = TrickyStore()
    service = await started(store)
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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store)
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
    store = TrickyStore()
    service = await started(store)

    async def broken(_id: str) -> Record | None:
        raise KeyError("driver")

    monkeypatch.setattr(store, "load", broken)
    with pytest.raises(Unavailable, match="KeyError"):
        await service.open("u1")
    assert "broke its contract" in caplog.text
    await service.close()


@played
async def test_a_lost_record_is_written_again_by_its_owner() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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


# --- two processes


@played
async def test_after_half_an_hour_of_silence_nothing_is_created_again() -> None:
    """The session may have been deleted, and the mark of it may have expired."""
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    one, two = await started(store), await started(store)
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
    store = TrickyStore()
    one, two = await started(store), await started(store)
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
    store = TrickyStore()
    one, two = await started(store), await started(store)
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
    store = TrickyStore()
    one, two = await started(store), await started(store)
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
    store = TrickyStore()
    one, two = await started(store, poll=1e6), await started(store, poll=1e6)
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
    store = TrickyStore()
    service = await started(store)
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
    store = TrickyStore()
    service = await started(store, away=10.0, idle=5.0)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store, idle=5.0)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store, grace=5.0)
    session = await service.open("u1-with-a-long-id")
    Tab(session).write("1")
    await session.settle()
    store.down = True
    Tab(session).write("2")
    before = now()
    await service.close()
    assert 5 <= now() - before < 6
    assert "could not be saved: u1-with-\n" in caplog.text


# --- records that cannot be read


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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    Tab(session).write("1")
    await session.settle()
    store.records["u1"] = Record(b"junk", "v")
    await asyncio.sleep(1)
    assert body(store).text == "1"
    (notice,) = session.notices
    assert await service.damaged("u1", notice.record) == b"junk"
    await service.close()


# --- the life of sessions


@played
async def test_a_deleted_session_begins_again_and_refuses_what_was_meant_for_its_former_life() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    one, two = await started(store), await started(store)
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
async def test_the_life_of_a_session_in_use_is_extended() -> None:
    store = TrickyStore()
    service = await started(store, ttl=400.0)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store)
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
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store, checkpoint=30.0, away=100.0)
    session = await service.open("u1")
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
    store = TrickyStore()
    service = await started(store)
    victim, other = await service.open("u1"), await service.open("u2")
    Tab(victim).run(FOREVER)
    Tab(other).run(FOREVER)
    await asyncio.sleep(1)

    def broken(_budget: int) -> None:
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
    store = TrickyStore()
    service = await started(store)
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
