"""Sessions over a store: begun, saved, restored."""

from __future__ import annotations

import asyncio

from mbasic_core.session import Action, Outcome
from mbasic_core.session.record import Head
from tests.session.stores import TrickyStore, body, head
from tests.session.tabs import ASK, FOREVER, Tab, kill, opened, rest, served, started
from tests.session.virtual import now, played


@played
async def test_opening_writes_nothing_and_the_first_input_writes_a_record() -> None:
    store, service, session = await opened()
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
    _store, service, session = await opened()
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
    store, service, session = await opened()
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
    store, service, session = await opened()
    Tab(session).run(FOREVER)
    await asyncio.sleep(1)
    saves = len(store.saved)
    await asyncio.sleep(10)
    assert 18 <= len(store.saved) - saves <= 21
    assert session.saved == "saved"
    await service.close()


@played
async def test_stop_works_at_once_on_programs_that_never_end() -> None:
    _store, service = await served()
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
    _store, service, session = await opened()
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
    _store, service, session = await opened()
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
