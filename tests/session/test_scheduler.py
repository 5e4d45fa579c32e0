"""Fair turns: everybody runs, nobody waits long."""

from __future__ import annotations

import asyncio
import time

from mbasic_core.session import Session
from mbasic_core.session.engine import MachineEngine
from mbasic_core.session.identifiers import new_root
from mbasic_core.session.scheduler import Scheduler
from tests.session.tabs import Tab, so
from tests.session.virtual import played, tick


def running(scheduler: Scheduler, id: str, program: str) -> Session:
    session = Session(id, engine=MachineEngine(), root=new_root(), life=1)
    session.on_runnable = scheduler.add
    session.own(True)
    Tab(session).run(program)
    return session


@played
async def test_turns_are_shared_whatever_a_program_does() -> None:
    scheduler = Scheduler(clock=tick)
    turns: dict[str, int] = {}

    class Counted(Session):
        def work(self, clock: object, until: float) -> None:
            turns[self.id] = turns.get(self.id, 0) + 1
            super().work(tick, until)

    for number, program in enumerate(["10 GOTO 10\n", '10 PRINT "X": GOTO 10\n', "10 A=SIN(A): GOTO 10\n"]):
        session = Counted(str(number), engine=MachineEngine(), root=new_root(), life=1)
        session.on_runnable = scheduler.add
        session.own(True)
        Tab(session).run(program)
    task = asyncio.create_task(scheduler.run())
    await asyncio.sleep(3)
    task.cancel()
    assert set(turns) == {"0", "1", "2"}
    assert max(turns.values()) - min(turns.values()) <= 1
    assert min(turns.values()) > 100


@played
async def test_an_idle_scheduler_does_nothing_and_wakes_up() -> None:
    scheduler = Scheduler(clock=tick)
    task = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1)
    session = running(scheduler, "u1", "10 PRINT 1\n")
    await asyncio.sleep(1)
    assert session.transcript.text.endswith(" 1 \r\nOk\r\n")
    task.cancel()


@played
async def test_a_bug_outside_the_machine_stops_one_session_only() -> None:
    scheduler = Scheduler(clock=tick)

    class Broken(Session):
        def work(self, clock: object, until: float) -> None:
            raise KeyError("a bug")

    broken = Broken("b", engine=MachineEngine(), root=new_root(), life=1)
    broken.on_runnable = scheduler.add
    broken.own(True)
    Tab(broken).run("10 GOTO 10\n")
    other = running(scheduler, "u1", "10 PRINT 1\n")
    task = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1)
    assert broken.phase == "stopped"
    assert other.transcript.text.endswith(" 1 \r\nOk\r\n")
    task.cancel()


def test_a_turn_is_short_in_real_time_even_when_statements_become_slow() -> None:
    """Processor time, since other processes may take the processor away in the middle of a turn."""

    async def story() -> list[float]:
        turns: list[float] = []

        class Timed(Session):
            def work(self, clock: object, until: float) -> None:
                start = time.thread_time()
                super().work(time.thread_time, start + 0.0035)
                turns.append(time.thread_time() - start)

        scheduler = Scheduler(clock=time.monotonic)
        session = Timed("u1", engine=MachineEngine(), root=new_root(), life=1)
        session.on_runnable = scheduler.add
        session.own(True)
        program = '10 FOR I=1 TO 5000: NEXT\n20 FOR I=1 TO 300: A$=STRING$(250,"X"): B=INSTR(A$,"Y")^2: NEXT: GOTO 10\n'
        Tab(session).run(program)
        task = asyncio.create_task(scheduler.run())
        await asyncio.sleep(0.7)
        task.cancel()
        return turns

    turns = sorted(asyncio.run(story()))
    assert turns[int(len(turns) * 0.95)] < 0.010


@played
async def test_who_got_an_input_is_next_but_keeps_nobody_from_running() -> None:
    scheduler = Scheduler(clock=tick)
    order: list[str] = []

    class Noted(Session):
        def work(self, clock: object, until: float) -> None:
            order.append(self.id)
            super().work(tick, until)

    sessions = []
    for number in range(20):
        session = Noted(str(number), engine=MachineEngine(), root=new_root(), life=1)
        session.on_runnable, session.on_input = scheduler.add, scheduler.hurry
        session.own(True)
        sessions.append(session)
        Tab(session).run("10 GOTO 10\n")
    hurried = Tab(sessions[19])
    task = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1)
    for _ in range(5):
        order.clear()
        hurried.send("keys", "x")
        await so(lambda: len(order) >= 3)
        assert "19" in order[:3]
        await so(lambda: len(order) >= 30)
    order.clear()
    await so(lambda: hurried.send("keys", "x") and len(order) >= 200)
    task.cancel()
    assert {*order} == {str(number) for number in range(20)}
    assert 2 * order.count("19") <= len(order) + 1
