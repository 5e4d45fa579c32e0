"""A session that grows meets BASIC's own errors before the store has to refuse its record."""

from __future__ import annotations

import random

from mbasic_core.session import limits
from mbasic_core.session.room import Room
from mbasic_core.storage import Traits
from tests.session.stores import TrickyStore
from tests.session.tabs import Tab, so, started
from tests.session.virtual import played

SMALL = 2_400_000
TINY = 160_000
GREEDY = """\
10 ON ERROR GOTO 90
20 DIM A#(8000):DIM B#(8000):DIM C#(8000):DIM D#(8000):DIM E#(8000)
90 PRINT "error";ERR:CLEAR
100 ON ERROR GOTO 190
110 OPEN "O",#1,"BIG"
120 FOR I=1 TO 10000:PRINT #1,STRING$(250,"x"):NEXT
190 PRINT "error";ERR:END
"""


def test_a_store_without_a_limit_leaves_the_usual_room() -> None:
    assert (
        Room.within(None)
        == Room.within(1 << 30)
        == Room(limits.DOCUMENT, limits.ARRAYS, limits.TEXTS, limits.DISK, 65_536)
    )


def test_a_small_store_leaves_less_of_everything() -> None:
    assert Room.within(800_000) == Room(100_000, 100_000, 100_000, 400_000, 25_000)


@played
async def test_a_very_small_store_keeps_less_of_the_output_but_keeps_it() -> None:
    store = TrickyStore()
    store.traits = Traits("process", durable=False, max_bytes=TINY)
    service = await started(store)
    session = await service.open("u1")
    Tab(session).run("10 FOR I=1 TO 400:PRINT STRING$(250,255):NEXT\n20 PRINT 400")
    await so(lambda: session.phase != "running", within=1e6)
    await service.settle("u1")
    await session.settle()
    assert len(session.transcript.text) == Room.within(TINY).transcript == 5_000
    assert session.transcript.text.endswith(" 400 \r\nOk\r\n")
    assert max(len(record.data) for record in store.records.values()) < TINY
    await service.close()


@played
async def test_a_program_that_takes_all_it_gets_can_still_be_saved() -> None:
    store = TrickyStore()
    store.traits = Traits("process", durable=False, max_bytes=SMALL)
    service = await started(store)
    session = await service.open("u1")
    room = Room.within(SMALL)
    filler = "".join(chr(random.Random(n).randrange(0x10000, 0x20000)) for n in range(room.document))
    tab = Tab(session)
    tab.run(GREEDY)
    await so(lambda: session.phase != "running", within=1e6)
    await service.settle("u1")
    assert "error 7" in session.transcript.text
    assert "error 61" in session.transcript.text
    tab.write(filler)
    assert session.document.text == filler
    tab.write(filler + "x")
    assert "The program may have 300,000 characters" in session.notices[0].text
    await session.settle()
    assert store.records
    assert max(len(record.data) for record in store.records.values()) < SMALL
    await service.close()
