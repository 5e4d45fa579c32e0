"""Browser tabs, and processes that can be killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from mbasic_core.session import Action, Change, Outcome, Session, SessionService
from mbasic_core.session.actions import Kind
from mbasic_core.storage import SessionStore
from tests.session.stores import TrickyStore
from tests.session.virtual import tick

ASK = '10 FOR I=1 TO 3\n20 INPUT "N";A\n30 PRINT I;A*2\n40 NEXT\n50 PRINT "DONE"\n'
FOREVER = "10 GOTO 10\n"


class Tab:
    """Numbers its inputs, and sends them to a session."""

    def __init__(self, session: Session, name: str = "tab") -> None:
        self.session = session
        self.name = name
        self.n = session.applied.get(name, 0)

    def send(self, kind: Kind, text: str = "", revision: int = 0, changes: Sequence[Change] | None = None) -> Outcome:
        self.n += 1
        action = Action(self.name, self.n, self.session.root, self.session.life, kind, text, revision, changes)
        return self.session.apply(action)

    def disk(self, kind: Kind, name: str, data: bytes = b"", *, text: str = "", replace: bool = False) -> Outcome:
        """Write, delete, rename or load a file."""
        self.n += 1
        root, life = self.session.root, self.session.life
        action = Action(self.name, self.n, root, life, kind, text, name=name, data=data, replace=replace)
        return self.session.apply(action)

    def write(self, program: str) -> Outcome:
        """Replace the whole document."""
        return self.send("edit", program, self.session.document.revision)

    def run(self, program: str | None = None) -> Outcome:
        if program is not None:
            self.write(program)
        return self.send("run")

    def line(self, text: str) -> Outcome:
        return self.send("line", text)


async def started(store: SessionStore, **options: Any) -> SessionService:
    """A service in virtual time."""
    service = SessionService(store, clock=tick, **options)
    await service.start()
    return service


async def served(store: TrickyStore | None = None, **options: Any) -> tuple[TrickyStore, SessionService]:
    """A store, and a service over it."""
    store = store or TrickyStore()
    return store, await started(store, **options)


async def two_served(**options: Any) -> tuple[TrickyStore, SessionService, SessionService]:
    """A store, and two services over it."""
    store, one = await served(**options)
    return store, one, await started(store, **options)


async def opened(store: TrickyStore | None = None, **options: Any) -> tuple[TrickyStore, SessionService, Session]:
    """A store, a service over it, and a session in that."""
    store, service = await served(store, **options)
    return store, service, await service.open("u1")


async def kill(service: SessionService) -> None:
    """End a service as SIGKILL does: nothing more is saved, no call is answered."""
    for task in service._tasks:
        task.cancel()
    for steward in list(service._stewards.values()):
        await steward.end()
    service._closed = True


async def rest(session: Session, *, within: float = 10.0) -> None:
    """Wait until the program no longer runs."""
    await so(lambda: session.phase != "running", within=within)


async def so(condition: Callable[[], object], *, within: float = 600.0) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - a listener would count as an open page
            await asyncio.sleep(0.005)
