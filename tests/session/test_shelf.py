"""The files of a session over restarts and takeovers."""

from __future__ import annotations

import asyncio
from unittest import mock

from mbasic_core.session import limits
from mbasic_core.session.files import parse_files
from mbasic_core.storage import Record, Unavailable
from tests.session.stores import TrickyStore, body
from tests.session.tabs import Tab, kill, opened, rest, so, started
from tests.session.virtual import played

WRITE = '10 OPEN "O",#1,"T.DAT"\n20 FOR I=1 TO 3\n30 INPUT A\n40 PRINT#1,A\n50 NEXT\n60 CLOSE\n'
READ = '10 OPEN "I",#1,"T.DAT"\n20 IF EOF(1) THEN END\n30 INPUT#1,A: PRINT A: GOTO 20\n'


def disks(store: TrickyStore) -> set[str]:
    return {id for id in store.records if "/disk/" in id}


@played
async def test_a_program_in_the_middle_of_writing_a_file_goes_on_in_another_process() -> None:
    store = TrickyStore()
    one = await started(store)
    session = await one.open("u1")
    tab = Tab(session)
    tab.run(WRITE)
    await rest(session)
    tab.line("11")
    await rest(session)
    await session.settle()
    await kill(one)
    two = await started(store)
    session = await two.open("u1")
    tab = Tab(session)
    for number in ("22", "33"):
        tab.line(number)
        await session.settle()
        await rest(session)
    tab.run(READ)
    await session.settle()
    await rest(session)
    assert session.transcript.text.endswith("RUN\r\n 11 \r\n 22 \r\n 33 \r\nOk\r\n")
    await two.close()
    assert list(parse_files(store.records[body(store).disk].data)) == ["T.DAT"]


@played
async def test_a_checkpoint_saves_the_disk_only_when_a_file_changed() -> None:
    store, service, session = await opened()
    tab = Tab(session)
    tab.write("10 REM\n")
    await session.settle()
    assert body(store).disk == ""
    tab.line('SAVE "A"')
    await rest(session)
    await session.settle()
    first = body(store).disk
    assert disks(store) == {first}
    for text in ("10 REM 1\n", "10 REM 2\n"):
        tab.write(text)
        await session.settle()
    assert body(store).disk == first
    assert disks(store) == {first}
    tab.line('SAVE "B"')
    await rest(session)
    await session.settle()
    second = body(store).disk
    assert disks(store) == {first, second}
    assert store.lives[first] == limits.GENERATION_LIFE
    assert store.lives[second] == limits.TTL
    tab.line('KILL "A.BAS": KILL "B.BAS"')
    await rest(session)
    await session.settle()
    assert body(store).disk == ""
    await service.close()


@played
async def test_the_life_of_the_disk_is_extended_at_a_takeover_and_five_minutes_later() -> None:
    store = TrickyStore()
    one = await started(store)
    session = await one.open("u1")
    tab = Tab(session)
    tab.write("10 REM\n")
    tab.line('SAVE "A"')
    await rest(session)
    await session.settle()
    name = body(store).disk
    await kill(one)
    store.lives[name] = 1.0
    two = await started(store)
    session = await two.open("u1")
    session.subscribe(lambda *_: None)
    Tab(session).write("20 REM\n")
    await session.settle()
    assert store.lives[name] == limits.TTL
    store.lives[name] = 1.0
    await asyncio.sleep(310)
    assert store.lives[name] == limits.TTL
    await two.close()


@played
async def test_files_that_are_gone_or_damaged_are_told_and_the_rest_goes_on() -> None:
    for change in (None, Record(b"junk", "v")):
        store = TrickyStore()
        one = await started(store)
        session = await one.open("u1")
        tab = Tab(session)
        tab.write("10 REM\n")
        tab.line('SAVE "A"')
        await rest(session)
        await session.settle()
        await kill(one)
        name = body(store).disk
        del store.records[name]
        if change is not None:
            store.records[name] = change
        two = await started(store)
        session = await two.open("u1")
        assert session.document.text == "10 REM\n"
        assert "files" in session.notices[0].text
        assert (change is None) == (not [id for id in store.records if "/damaged/" in id])
        await two.close()


@played
async def test_a_disk_that_could_not_be_read_at_first_is_read_again() -> None:
    store = TrickyStore()
    one = await started(store)
    tab = Tab(await one.open("u1"))
    tab.write("10 REM\n")
    tab.line('SAVE "A"')
    await tab.session.settle()
    follower = await started(store)
    shown = await follower.open("u1")
    load, failures = store.load, [True] * 3

    async def flaky(id: str) -> Record | None:
        if "/disk/" in id and failures and failures.pop():
            raise Unavailable("not now")
        return await load(id)

    with mock.patch.object(store, "load", flaky):
        tab.line('SAVE "B"')
        await tab.session.settle()
        await so(lambda: sorted(shown.files.files) == ["A.BAS", "B.BAS"], within=10)
    assert not failures
    await kill(one)
    await follower.close()


@played
async def test_files_that_the_store_has_lost_are_saved_again_with_the_record() -> None:
    for role in ("owner", "keeper", "none"):
        store = TrickyStore()
        one, two = await started(store, owner="one"), await started(store, owner="two")
        for service in (one, two):
            (await service.open("u1")).subscribe(lambda *_: None)
        tab = Tab(one.sessions["u1"])
        tab.write("10 REM\n")
        tab.line('SAVE "A"')
        await tab.session.settle()
        await asyncio.sleep(1)
        if role == "keeper":
            Tab(two.sessions["u1"], "other").line("REM")
            await two.sessions["u1"].settle()
        elif role == "none":
            await one.close()
        await asyncio.sleep(1)
        store.records.clear()
        await asyncio.sleep(3)
        assert disks(store) == {body(store).disk}, role
        assert list(parse_files(store.records[body(store).disk].data)) == ["A.BAS"]
        await kill(one)
        await kill(two)
        third = await started(store)
        assert list((await third.open("u1")).files.files) == ["A.BAS"]
        await third.close()


@played
async def test_deleting_a_session_deletes_its_files() -> None:
    store, service, session = await opened()
    tab = Tab(session)
    tab.write("10 REM\n")
    tab.line('SAVE "A"')
    await rest(session)
    await session.settle()
    await service.delete("u1")
    assert set(store.records) == {"u1"}
    assert session.files.files == {}
    await service.close()
