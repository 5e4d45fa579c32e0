"""Programs that run through the chaos, and what they print when nothing disturbs them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from mbasic_core.session import Session, SessionService
from mbasic_core.session.actions import Kind
from mbasic_store_memory import MemoryStore
from tests.cluster.harness import aside
from tests.session.tabs import Tab

__all__ = ["ASKS", "KEYS", "PRINTS", "Story", "told"]

KEYS = """10 DIM A(50): PRINT "KEYS"
20 K$=INKEY$: IF K$="" THEN 20
30 N=N+1: A(N MOD 50)=A(N MOD 50)+RND*ASC(K$): S=S+A(N MOD 50)
40 PRINT N;K$;S
50 IF K$<>"Q" THEN 20
60 PRINT "DONE";N;S"""
"""Runs all the time; prints a line for each key, which depends on all keys before."""

ASKS = """10 OPEN "O",1,"ANSWERS.TXT": PRINT "ASKS"
20 INPUT "NEXT";A$
30 N=N+1: PRINT#1,N;A$: PRINT N;LEN(A$);RND
40 IF A$<>"Q" THEN 20
50 CLOSE: OPEN "I",1,"ANSWERS.TXT"
60 IF EOF(1) THEN 80
70 LINE INPUT#1,L$: S=S+1: PRINT S;L$: GOTO 60
80 PRINT "DONE";N;S"""
"""Waits in INPUT with a file open, which it reads back at the end."""

PRINTS = """10 PRINT "PRINTS": M={most}
20 I=I+1: S=0
30 FOR J=1 TO {delay}: X=X+1: IF X>1000 THEN X=0
40 NEXT J
50 PRINT I;RND
60 IF INKEY$="" AND I<M THEN 20
70 PRINT "DONE";I"""
"""Prints line after line, until there is a key or there are enough lines."""


_AHEAD = 100  # keys that a program may have waiting for it; it keeps 255


@dataclass(slots=True)
class Story:
    """A program, and the inputs that it was given after RUN."""

    kind: str
    program: str
    inputs: list[tuple[Kind, str]] = field(default_factory=list)


def told(story: Story) -> str:
    """The terminal at the end of the story, when it is told undisturbed by one process."""
    return aside(lambda: _told(story))


async def _told(story: Story) -> str:
    service = SessionService(MemoryStore())
    await service._depot._store.open()
    await service.start()
    session = await service.open("twin")
    tab = Tab(session)
    tab.run(story.program)
    async with asyncio.timeout(120):
        for kind, text in story.inputs:
            while not _listens(session, kind):  # noqa: ASYNC110 - a listener would be a page
                await asyncio.sleep(0.001)
            tab.send(kind, text)
        while session.phase != "ready":  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.005)
    text = session.transcript.text
    await service.close()
    return text


def _listens(session: Session, kind: Kind) -> bool:
    """Whether the next input can come: lines one by one, keys before those that wait are as many as are kept."""
    if kind == "line":
        return session.phase == "waiting for INPUT"
    return len(session.console.machine.state.keys) < _AHEAD
