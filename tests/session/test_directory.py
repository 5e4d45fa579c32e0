"""The files of a session: what pages may do with them, and what becomes of that when processes end."""

from __future__ import annotations

import pytest

from mbasic_core.runtime.disk import FILES
from mbasic_core.session import Outcome, Session
from mbasic_core.session.directory import Entry
from mbasic_core.session.engine import MachineEngine
from mbasic_core.session.identifiers import new_root
from mbasic_core.session.room import Room
from tests.session.stores import TrickyStore
from tests.session.tabs import Tab, kill, opened, rest, so, started, two_served
from tests.session.virtual import played, tick

BYTES = bytes(range(256)) + b"\r\n\n\r\x1a\x00\x1a" + bytes(range(255, -1, -1))
READ = '10 OPEN "I",1,"NOTES.TXT"\n20 LINE INPUT#1,A$\n30 INPUT B\n40 LINE INPUT#1,C$\n50 PRINT A$;"+";C$\n'


def owned(**room: int) -> Session:
    session = Session("u1", engine=MachineEngine(), root=new_root(), life=1, room=Room(**room))
    session.own(True)
    return session


def work(session: Session) -> None:
    while session.phase == "running":
        session.work(tick, tick() + 0.05)


@played
async def test_every_byte_is_kept() -> None:
    session = owned()
    tab = Tab(session)
    assert tab.disk("write", "ALL.DAT", BYTES) is Outcome.APPLIED
    assert session.files.files == {"ALL.DAT": BYTES}
    tab.run(
        '10 OPEN "R",1,"ALL.DAT",1\n20 FIELD 1,1 AS A$\n30 FOR I=1 TO 256\n40 GET 1,I:S=S+ASC(A$):NEXT\n50 PRINT S\n'
    )
    work(session)
    assert f" {sum(range(256))} " in session.transcript.text


@played
async def test_listing_says_what_is_in_a_file() -> None:
    session = owned()
    tab = Tab(session)
    tab.run('10 PRINT "HI"\n')
    work(session)
    for line in ('SAVE "T"', 'SAVE "A",A', 'SAVE "P",P', 'OPEN "O",1,"OPEN.DAT"'):
        tab.line(line)
        work(session)
    tab.disk("write", "NOTES", b"a line\r\n\x1a")
    tab.disk("write", "EMPTY.BAS")
    tab.disk("write", "BYTES.TXT", BYTES)
    assert [(entry.name, entry.kind, entry.open) for entry in session.directory] == [
        ("A.BAS", "program, text", False),
        ("BYTES.TXT", "data", False),
        ("EMPTY.BAS", "program, text", False),
        ("NOTES", "text", False),
        ("OPEN.DAT", "text", True),
        ("P.BAS", "program, protected", False),
        ("T.BAS", "program, tokenised", False),
    ]
    assert Entry("NOTES", 9, "text", open=False) in list(session.directory)
    assert session.directory.used == sum(map(len, session.files.files.values()))


@pytest.mark.parametrize(
    "name",
    ["", "notes.txt", "LONGERTHAN8", "A.LONG", "A:B", "A.", ".A", "..", "../A", "A/B", "A\\B", "A B", "Ä", "A.B.C"],
)
@played
async def test_name_that_is_no_name_of_a_file_is_denied(name: str) -> None:
    session = owned()
    tab = Tab(session)
    assert tab.disk("write", name, b"x") is Outcome.DENIED
    assert session.denial.startswith(f"{name}: Bad file name. ")
    tab.disk("write", "GOOD", b"x")
    assert tab.disk("rename", "GOOD", text=name) is Outcome.DENIED
    assert session.files.files == {"GOOD": b"x"}
    assert session.applied == {"tab": 3}


@played
async def test_file_that_is_there_is_replaced_only_when_that_is_wanted() -> None:
    session = owned()
    tab = Tab(session)
    tab.disk("write", "A", b"one")
    assert tab.disk("write", "A", b"two") is Outcome.DENIED
    assert session.denial == "A: File already exists."
    assert session.files.files == {"A": b"one"}
    assert tab.disk("write", "A", b"two", replace=True) is Outcome.APPLIED
    assert session.files.files == {"A": b"two"}


@played
async def test_full_disk_takes_nothing_of_a_file() -> None:
    session = owned(disk=1_000)
    tab = Tab(session)
    tab.disk("write", "A", bytes(600))
    assert tab.disk("write", "B", bytes(401)) is Outcome.DENIED
    assert session.denial == "B: Disk full. It has 401 bytes, and there is room for 400."
    assert tab.disk("write", "A", bytes(1_001), replace=True) is Outcome.DENIED
    assert session.denial == "A: Disk full. It has 1,001 bytes, and there is room for 1,000."
    assert session.files.files == {"A": bytes(600)}
    assert tab.disk("write", "B", bytes(400)) is Outcome.APPLIED
    assert tab.disk("rename", "B", text="C") is Outcome.APPLIED
    assert sorted(session.files.files) == ["A", "C"]


@played
async def test_no_more_files_than_a_listing_holds() -> None:
    session = owned()
    tab = Tab(session)
    for number in range(FILES):
        session.files.write(f"F{number}", b"")
    assert tab.disk("write", "ONEMORE") is Outcome.DENIED
    assert session.denial == "ONEMORE: Too many files."
    tab.line('OPEN "O",1,"ONEMORE"')
    work(session)
    assert "Too many files" in session.transcript.text
    assert tab.disk("write", "F1", b"again", replace=True) is Outcome.APPLIED
    assert len(session.files.files) == FILES


@played
async def test_open_file_is_left_alone_until_it_is_closed() -> None:
    session = owned()
    tab = Tab(session)
    tab.disk("write", "NOTES.TXT", b"ONE\r\nTWO\r\n")
    tab.run(READ)
    work(session)
    assert session.phase == "waiting for INPUT"
    for kind, more in (("write", {"replace": True}), ("delete", {}), ("rename", {"text": "B"})):
        assert tab.disk(kind, "NOTES.TXT", **more) is Outcome.DENIED  # type: ignore[arg-type]  # the kinds are
        assert session.denial.startswith("NOTES.TXT: File already open.")
    tab.line("1")
    work(session)
    assert "ONE+TWO" in session.transcript.text
    assert tab.disk("delete", "NOTES.TXT") is Outcome.APPLIED, "it ended, and so the file is closed"
    assert session.files.files == {}


@pytest.mark.parametrize(("kind", "text"), [("delete", ""), ("rename", "B"), ("load", "")])
@played
async def test_file_that_is_not_there_is_said_to_be_missing(kind: str, text: str) -> None:
    session = owned()
    assert Tab(session).disk(kind, "A", text=text) is Outcome.DENIED  # type: ignore[arg-type]  # the kinds are
    assert session.denial == "A: File not found."


@played
async def test_renaming_replaces_nothing() -> None:
    session = owned()
    tab = Tab(session)
    tab.disk("write", "A", b"one")
    tab.disk("write", "B", b"two")
    assert tab.disk("rename", "A", text="B") is Outcome.DENIED
    assert session.denial == "B: File already exists."
    assert tab.disk("rename", "A", text="C") is Outcome.APPLIED
    assert session.files.files == {"B": b"two", "C": b"one"}


@pytest.mark.parametrize(
    "data",
    [
        b'10 PRINT "HI"\n20 END\n',
        b'10 PRINT "HI"\r20 END\r',
        b'\xef\xbb\xbf10 PRINT "HI"\r\n20 END\r\n\x1ajunk',
    ],
    ids=["LF", "CR", "BOM, CR LF and ^Z"],
)
@pytest.mark.parametrize("editor", ["", "10 REM BEFORE\n", "what is no program"])
@played
async def test_program_of_any_editor_is_loaded(data: bytes, editor: str) -> None:
    session = owned()
    tab = Tab(session)
    tab.write(editor)
    tab.disk("write", "HI.BAS", data)
    assert session.files.files["HI.BAS"] == data
    assert tab.disk("load", "HI.BAS") is Outcome.APPLIED
    work(session)
    assert session.document.text == '10 PRINT "HI"\n20 END\n'
    assert session.transcript.text.endswith('LOAD "HI.BAS"\r\nOk\r\n')


@played
async def test_program_is_not_loaded_over_one_that_runs_and_ends_auto() -> None:
    session = owned()
    tab = Tab(session)
    tab.disk("write", "HI.BAS", b"10 PRINT 1\n")
    tab.run("10 INPUT A\n")
    work(session)
    assert tab.disk("load", "HI.BAS") is Outcome.DENIED
    assert session.denial == "HI.BAS can be loaded when no program runs: stop it first."
    tab.send("stop")
    tab.line("AUTO")
    work(session)
    assert tab.disk("load", "HI.BAS") is Outcome.APPLIED
    work(session)
    assert session.document.text == "10 PRINT 1\n"


@played
async def test_input_sent_again_writes_once() -> None:
    session = owned()
    tab = Tab(session)
    tab.disk("write", "A", b"one")
    tab.disk("delete", "A")
    tab.n = 0
    assert tab.disk("write", "A", b"one") is Outcome.DUPLICATE
    assert session.files.files == {}


@played
async def test_files_outlive_the_process() -> None:
    store, service, session = await opened()
    tab = Tab(session)
    tab.disk("write", "ALL.DAT", BYTES)
    tab.disk("write", "OLD", b"x")
    tab.disk("rename", "OLD", text="NEW")
    tab.run('10 INPUT A\n20 OPEN "I",1,"ALL.DAT"\n30 PRINT ASC(INPUT$(1,1));LOF(1)\n')
    await session.settle()
    await kill(service)
    service = await started(store)
    session = await service.open("u1")
    assert session.files.files == {"ALL.DAT": BYTES, "NEW": b"x"}
    Tab(session).line("1")
    await rest(session)
    assert " 0  5 \r\nOk" in session.transcript.text
    await service.close()


@played
async def test_upload_claims_the_session_while_its_program_goes_on() -> None:
    _, one, two = await two_served()
    here = await one.open("u1")
    Tab(here).run('10 ON ERROR GOTO 40\n20 OPEN "I",1,"GO.TXT"\n30 PRINT "THERE": END\n40 N=N+1: RESUME 20\n')
    await here.settle()
    there = await two.open("u1")
    assert Tab(there, "other").disk("write", "GO.TXT", b"") is Outcome.APPLIED
    await there.settle()
    await so(lambda: "THERE" in there.transcript.text)
    assert there.owned
    assert not here.owned
    await so(lambda: here.files.files == {"GO.TXT": b""})
    for service in (one, two):
        await service.close()


@played
async def test_upload_that_no_longer_fits_after_a_takeover_is_told() -> None:
    store = TrickyStore()
    one, two = await started(store), await started(store, poll=1_000.0)
    here = await one.open("u1")
    Tab(here).disk("write", "FIRST", b"1")
    await here.settle()
    there = await two.open("u1")
    Tab(here).disk("write", "A", b"here")
    await here.settle()
    assert Tab(there, "other").disk("write", "A", b"there") is Outcome.APPLIED
    await there.settle()
    assert there.files.files == {"FIRST": b"1", "A": b"here"}
    assert [notice.text for notice in there.notices] == ["A: File already exists."]
    for service in (one, two):
        await service.close()
