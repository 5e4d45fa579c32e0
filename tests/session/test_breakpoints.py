"""Breakpoints of a session: set by its pages as numbered inputs, kept with it, stopped at, and gone on from."""

from __future__ import annotations

import pytest

from mbasic_core.session import Action, Outcome, Session, limits
from mbasic_core.session.breakpoints import changed
from mbasic_core.session.directory import Denied
from mbasic_core.session.engine import MachineEngine
from mbasic_core.session.identifiers import new_root
from tests.session.stores import TrickyStore
from tests.session.tabs import Tab, kill, rest, so, started
from tests.session.virtual import played, tick

PROGRAM = "10 FOR I=1 TO 2\n20 PRINT I\n30 NEXT\n"


def owned() -> Session:
    session = Session("u1", engine=MachineEngine(), root=new_root(), life=1)
    session.own(True)
    return session


def work(session: Session) -> None:
    for _ in range(10_000):
        if session.phase != "running":
            return
        session.work(tick, tick() + 0.05)
    raise AssertionError("it never rests")


def test_one_is_set_and_taken_away_by_its_line() -> None:
    assert changed([10, 30], "20") == {10, 20, 30}
    assert changed([10, 30], "-30") == {10}
    assert changed([10], "10") == {10}
    assert changed([], "-10") == set()
    assert changed([], "65529") == {65529}


@pytest.mark.parametrize("wrong", ["", "-", "x", "65530", "99999", "100000", "1.5", "+1", " 1", "--1", "1 2", "\u0661"])
def test_what_is_no_line_number_is_denied(wrong: str) -> None:
    with pytest.raises(Denied, match="no line number"):
        changed([10], wrong)


def test_there_is_a_limit_and_those_that_there_are_can_be_taken_away() -> None:
    full = range(limits.BREAKPOINTS)
    with pytest.raises(Denied, match="10,000"):
        changed(full, "20000")
    assert len(changed(full, "-1")) == limits.BREAKPOINTS - 1


@played
async def test_a_program_stops_there_and_continue_goes_on() -> None:
    session = owned()
    tab = Tab(session)
    tab.write(PROGRAM)
    assert tab.send("breakpoint", "30") is Outcome.APPLIED
    assert (session.breakpoints, session.stopped_in) == ([30], None)
    tab.run()
    work(session)
    assert (session.phase, session.stopped_in) == ("stopped", 30)
    assert session.transcript.text.endswith("RUN\r\n 1 \r\nBreak in 30\r\nOk\r\n")
    tab.line("PRINT I")
    work(session)
    assert (session.phase, session.stopped_in) == ("ready", 30)
    tab.send("continue")
    assert session.stopped_in is None
    work(session)
    assert session.transcript.text.endswith("CONT\r\n 2 \r\nBreak in 30\r\nOk\r\n")
    tab.send("breakpoint", "-30")
    tab.send("continue")
    work(session)
    assert session.transcript.text.endswith("CONT\r\nOk\r\n")
    assert (session.phase, session.stopped_in, session.breakpoints) == ("ready", None, [])


@played
async def test_one_set_meanwhile_stops_a_running_program() -> None:
    session = owned()
    tab = Tab(session)
    tab.run("10 A=A+1\n20 GOTO 10\n")
    session.work(tick, tick() + 0.01)
    tab.send("breakpoint", "20")
    work(session)
    assert (session.phase, session.stopped_in) == ("stopped", 20)


@played
async def test_continue_does_nothing_where_there_is_nothing_to_go_on_with() -> None:
    session = owned()
    tab = Tab(session)
    tab.run("10 INPUT A\n20 PRINT A\n")
    work(session)
    before = session.transcript.text
    assert tab.send("continue") is Outcome.APPLIED
    work(session)
    assert (session.transcript.text, session.phase) == (before, "waiting for INPUT")
    tab.line("7")
    work(session)
    before = session.transcript.text
    tab.send("continue")
    work(session)
    assert session.transcript.text == before


@played
async def test_after_an_edit_the_program_can_t_go_on_and_the_breakpoints_stay() -> None:
    session = owned()
    tab = Tab(session)
    tab.write(PROGRAM)
    tab.send("breakpoint", "30")
    tab.send("breakpoint", "20")
    tab.run()
    work(session)
    assert session.stopped_in == 20
    tab.write(PROGRAM.replace("20 PRINT I", "20 PRINT -I") + "40 END\n")
    assert session.stopped_in is None
    tab.line("CONT")
    work(session)
    assert session.transcript.text.endswith("CONT\r\nCan't continue\r\nOk\r\n")
    tab.run()
    work(session)
    assert (session.breakpoints, session.stopped_in) == ([20, 30], 20)
    tab.write("10 PRINT 1\n30 PRINT 2\n")
    tab.run()
    work(session)
    assert (session.breakpoints, session.stopped_in) == ([30], 30)


@played
async def test_renum_delete_and_new_are_followed_and_system_keeps_them_with_the_document() -> None:
    session = owned()
    tab = Tab(session)
    tab.write(PROGRAM)
    tab.send("breakpoint", "20")
    for line, expected in (("RENUM 100", [110]), ("SYSTEM", [110]), ("DELETE 110", []), ("NEW", [])):
        tab.line(line)
        work(session)
        assert session.breakpoints == expected, line


@played
async def test_a_wrong_one_is_denied_and_takes_its_number() -> None:
    session = owned()
    tab = Tab(session)
    assert tab.send("breakpoint", "zero") is Outcome.DENIED
    assert tab.send("breakpoint", "10") is Outcome.APPLIED
    again = Action("tab", 2, session.root, session.life, "breakpoint", "-10")
    assert session.apply(again) is Outcome.DUPLICATE
    assert session.breakpoints == [10]


@played
async def test_they_survive_the_process_and_the_next_one_goes_on_from_the_stop() -> None:
    store = TrickyStore()
    service = await started(store)
    session = await service.open("u1")
    tab = Tab(session)
    tab.write(PROGRAM)
    tab.send("breakpoint", "30")
    tab.run()
    await rest(session)
    await session.settle()
    await kill(service)
    other = await started(store)
    there = await other.open("u1")
    assert (there.breakpoints, there.stopped_in, there.phase) == ([30], 30, "stopped")
    assert there.acknowledged == {"tab": 3}
    Tab(there).send("continue")
    await rest(there)
    await there.settle()
    assert there.transcript.text.endswith("CONT\r\n 2 \r\nBreak in 30\r\nOk\r\n")
    await other.close()


@played
async def test_one_that_was_just_set_is_saved_without_anything_else() -> None:
    store = TrickyStore()
    service = await started(store)
    tab = Tab(await service.open("u1"))
    tab.write(PROGRAM)
    await tab.session.settle()
    tab.send("breakpoint", "20")
    await tab.session.settle()
    await kill(service)
    other = await started(store)
    there = await other.open("u1")
    assert there.breakpoints == [20]
    Tab(there).run()
    await rest(there)
    assert there.stopped_in == 20
    await other.close()


@played
async def test_a_follower_sees_them_and_sets_one_for_a_program_that_runs_elsewhere() -> None:
    store = TrickyStore()
    one, two = await started(store), await started(store)
    first = await one.open("u1")
    mine = Tab(first)
    mine.write("10 A=A+1\n20 GOTO 10\n30 END\n")
    mine.send("breakpoint", "30")
    mine.run()
    await first.settle()
    second = await two.open("u1")
    stop = [session.subscribe(lambda *_: None) for session in (first, second)]
    assert second.breakpoints == [30]
    Tab(second, "other").send("breakpoint", "20")
    assert second.breakpoints == [20, 30]
    await so(lambda: second.owned and second.stopped_in == 20)
    await so(lambda: first.breakpoints == [20, 30] and first.stopped_in == 20)
    for unsubscribe in stop:
        unsubscribe()
    await one.close()
    await two.close()
