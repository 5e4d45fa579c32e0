"""A live session: what its pages may do, and what they see of it."""

from __future__ import annotations

import asyncio

import pytest

from mbasic_core.session import Action, Outcome, Session, limits
from mbasic_core.session.engine import MachineEngine
from mbasic_core.session.identifiers import new_root
from tests.session.tabs import Tab
from tests.session.virtual import played, tick


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


@played
async def test_run_loads_the_document_and_echoes() -> None:
    session = owned()
    tab = Tab(session)
    assert tab.run("10 PRINT 1+1\n") is Outcome.APPLIED
    assert session.phase == "running"
    work(session)
    assert session.transcript.text == "Ok\r\nRUN\r\n 2 \r\nOk\r\n"
    assert session.phase == "ready"


@played
async def test_run_again_stops_what_runs_or_waits() -> None:
    session = owned()
    tab = Tab(session)
    tab.run("10 INPUT A\n")
    work(session)
    tab.run()
    work(session)
    assert session.transcript.text == "Ok\r\nRUN\r\n? ^C\r\nBreak in 10\r\nOk\r\nRUN\r\n? "


@played
async def test_a_document_that_is_no_program_is_told_in_the_terminal() -> None:
    session = owned()
    tab = Tab(session)
    tab.run("PRINT 1\n")
    expected = "Direct statement in file: the editor's line 1 has no number\r\nOk\r\n"
    assert session.transcript.text == f"Ok\r\nRUN\r\n{expected}"
    assert session.phase == "ready"
    tab.line("PRINT 2")
    assert session.transcript.text.endswith(f"PRINT 2\r\n{expected}")
    tab.line("new")
    work(session)
    assert session.document.text == ""
    tab.line("PRINT 2")
    work(session)
    assert session.transcript.text.endswith("PRINT 2\r\n 2 \r\nOk\r\n")


@played
async def test_lines_typed_in_direct_mode_are_lines_of_the_document() -> None:
    session = owned()
    tab = Tab(session)
    told: list[str] = []
    session.subscribe(lambda _, what: told.append(what))
    tab.write("10 print 1")
    for line in ("20 print 2", "30 PRINT 3", "DELETE 20", "RENUM 100"):
        tab.line(line)
        work(session)
    assert session.document.text == "100 PRINT 1\n110 PRINT 3\n"
    await asyncio.sleep(0.1)
    assert told.count("document") == 5
    assert tab.send("edit", "", session.document.revision, [(0, 0, "1 REM\n")]) is Outcome.APPLIED
    tab.line("LIST")
    work(session)
    assert session.transcript.text.endswith("LIST\r\n1 REM\r\n100 PRINT 1\r\n110 PRINT 3\r\nOk\r\n")


@played
async def test_variables_stay_while_the_document_stays() -> None:
    session = owned()
    tab = Tab(session)
    tab.run("10 A=5\n20 STOP\n30 PRINT A+1\n")
    work(session)
    assert session.phase == "stopped"
    for line in ("PRINT A", "CONT"):
        tab.line(line)
        work(session)
    assert session.transcript.text.endswith("PRINT A\r\n 5 \r\nOk\r\nCONT\r\n 6 \r\nOk\r\n")


@played
async def test_system_leaves_the_document() -> None:
    session = owned()
    tab = Tab(session)
    tab.run("10 SYSTEM\n")
    work(session)
    assert (session.phase, session.document.text) == ("ready", "10 SYSTEM\n")
    tab.line("LIST")
    work(session)
    assert session.transcript.text.endswith("LIST\r\n10 SYSTEM\r\nOk\r\n")


@played
async def test_a_stale_edit_counts_but_changes_nothing() -> None:
    session = owned()
    tab = Tab(session)
    tab.write("1")
    assert tab.send("edit", "", 0, [(0, 0, "x")]) is Outcome.STALE
    assert (session.document.text, session.applied) == ("1", {"tab": 2})
    assert tab.write("2") is Outcome.APPLIED


@played
async def test_a_document_too_large_is_refused_with_a_notice_that_passes() -> None:
    session = owned()
    tab = Tab(session)
    assert tab.write("x" * limits.DOCUMENT) is Outcome.APPLIED
    assert tab.write("x" * (limits.DOCUMENT + 1)) is Outcome.STALE
    assert "1,048,576" in session.notices[0].text
    assert len(session.document.text) == limits.DOCUMENT
    assert tab.write("10 REM\n") is Outcome.APPLIED
    assert session.notices == []


@pytest.mark.parametrize("text", ["\0", "x" * 300_000, "\ud800", "\x1b[2J", "é€😀", ""])
@played
async def test_no_text_of_any_kind_brings_it_down(text: str) -> None:
    session = owned()
    tab = Tab(session)
    for kind in ("edit", "run", "line", "keys", "stop", "line"):
        tab.send(kind, text, session.document.revision)
        work(session)
        assert session.body().text == session.document.text
    assert session.phase in ("ready", "stopped")
    assert session.notices == []


@played
async def test_the_tab_idle_longest_is_forgotten() -> None:
    session = owned()
    for number in range(limits.TABS + 1):
        session.apply(Action(f"t{number}", 1, session.root, 1, "keys", "x"))
        session.apply(Action("t0", number + 2, session.root, 1, "keys", "x"))
    assert len(session.applied) == limits.TABS
    assert "t1" not in session.applied
    assert "t0" in session.applied


@played
async def test_a_program_that_floods_waits_for_its_pages_and_they_miss_nothing() -> None:
    session = owned()
    seen: list[tuple[int, str]] = []
    offset = session.transcript.end

    def read(_: Session, what: str) -> None:
        nonlocal offset
        if what == "output":
            start, text = session.transcript.since(offset)
            assert start == offset
            seen.append((start, text))
            offset = session.transcript.end

    session.subscribe(read)
    Tab(session).run('10 FOR I=1 TO 40000: PRINT "A LINE OF SOME LENGTH";I: NEXT\n')
    for _ in range(2000):
        while session.runnable:
            session.work(tick, tick() + 10)
        await asyncio.sleep(0.04)
        if session.phase != "running":
            break
    await asyncio.sleep(1)
    printed = "".join(text for _, text in seen)
    assert printed.count("\n") == 40_002
    assert printed.endswith(" 40000 \r\nOk\r\n")
    assert max(len(text) for _, text in seen) <= limits.TRANSCRIPT


@played
async def test_nothing_runs_where_the_session_is_not_owned() -> None:
    session = Session("u1", engine=MachineEngine(), root=new_root(), life=1)
    assert Tab(session).run("10 PRINT 1\n") is Outcome.APPLIED
    assert not session.runnable
    assert [action.kind for action in session.waiting] == ["edit", "run"]
    session.own(True)
    assert session.runnable
    assert session.waiting == []
    session.close()
    assert not session.runnable
    assert Tab(session).run() is Outcome.REFUSED


@played
async def test_the_document_follows_a_long_program_in_turns() -> None:
    session = owned()
    tab = Tab(session)
    program = "".join(f"{n} REM\n" for n in range(10, 510))
    tab.write(program)
    tab.line("5 REM")
    revision = session.document.revision
    for _ in range(1000):
        session.work(tick, tick() + 0.05)
    assert not session.runnable
    assert (session.document.text, session.document.revision) == ("5 REM\n" + program, revision + 1)
    tab.line("PRINT 1")
    work(session)
    assert session.document.revision == revision + 1


@played
async def test_an_edit_while_the_program_is_entered_is_for_the_next_run() -> None:
    session = owned()
    tab = Tab(session)
    tab.run("10 PRINT 1\n20 PRINT 2\n")
    tab.write("10 PRINT 3\n")
    work(session)
    assert session.transcript.text.endswith("RUN\r\n 1 \r\n 2 \r\nOk\r\n")
    tab.run()
    tab.run()
    work(session)
    assert session.transcript.text.endswith("Ok\r\nRUN\r\n 3 \r\nOk\r\n")
    assert session.document.text == "10 PRINT 3\n"
