"""Somebody who works on through a fault, what the page shows them, and the judgement afterwards."""

from __future__ import annotations

import asyncio
import itertools
import string
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from mbasic_core.session import Session, SessionService
from mbasic_core.session.body import parse_body
from mbasic_core.session.record import Head, parse
from mbasic_core.storage import SessionStore, StoreRegistry, Traits
from tests.session.tabs import Tab, kill

__all__ = ["ID", "PROGRAM", "User", "opened", "within"]

ID = "u1"
PROGRAM = '10 I=I+1\n20 K$=INKEY$\n30 IF K$="" THEN 10\n40 PRINT K$;\n50 GOTO 10\n'
_EVERY = 0.1  # seconds between two keys


async def opened(url: str, *, deadline: float = 3.0) -> SessionStore:
    """An open store over `url`, made as the command line makes it."""
    store = StoreRegistry().create(url, timeout=deadline, data_dir=Path("/nowhere"))
    await store.open()
    return store


async def within(seconds: float, condition: Callable[[], bool]) -> float:
    """Wait until `condition()`; the seconds that it took. Fails after `seconds`."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


class User:
    """Runs a program that counts and prints each key, and types keys all the time.

    seen: the words for saving and the notices that the page showed since `forget`, in the order in which they came.

    Example:
        async with User(url) as user:
            await asyncio.to_thread(server.restart)
            figure = await user.back(within=5.0)
            await user.judge()
    """

    def __init__(self, url: str, *, deadline: float = 3.0, comment: int = 0) -> None:
        self.url = url
        self.seen: list[str] = []
        self.typed = ""
        self.heads: list[Head] = []
        self._comment = comment
        self._deadline = deadline

    async def __aenter__(self) -> Self:
        self.store = await opened(self.url, deadline=self._deadline)
        self.traits: Traits = self.store.traits
        self.service = SessionService(self.store)
        await self.service.start()
        self.session = await self.service.open(ID)
        self.text = PROGRAM + "".join(f"{n} REM {'X' * 70}\n" for n in range(100, 100 + self._comment))
        self.tab = Tab(self.session)
        self.tab.run(self.text)
        self._undo = self.session.subscribe(self._told)
        await within(5.0, lambda: self.session.phase == "running")
        self._typing = asyncio.create_task(self._type())
        await within(10.0, lambda: len(self.typed) > 3 and self.acknowledged > 3)
        self.root = self.session.root
        self.forget()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._typing.cancel()
        self._undo()
        if not self.service._closed:
            await kill(self.service)
        await self.store.close()

    @property
    def acknowledged(self) -> int:
        """Number of the last input that the page may forget."""
        return self.session.acknowledged.get(self.tab.name, 0)

    @property
    def head(self) -> Head:
        """Of the record that the store accepted last."""
        mine = self.service._stewards[ID].holding.mine
        assert mine is not None
        return mine

    @property
    def printed(self) -> int:
        """How much the program has printed."""
        return self.session.transcript.end

    def forget(self) -> None:
        """Begin a new list of what is seen."""
        self.seen = []

    async def back(self, *, within: float) -> float:
        """Wait until the next key is acknowledged, and with it all before; the seconds that it took."""
        n, begun = self.tab.n + 1, time.monotonic()
        while self.acknowledged < n or self.session.saved == "not saved":
            assert time.monotonic() - begun < within, f"no service within {within} s; seen: {self.seen}"
            await asyncio.sleep(0.01)
        return time.monotonic() - begun

    async def judge(self) -> str:
        """Nothing is lost: not for the user here, not in the store, not for a process that takes the session over.

        Returns what is printed there, of which the last key was typed there too.
        """
        self._typing.cancel()
        await asyncio.wait_for(self.session.settle(), 10.0)
        await within(5.0, lambda: self._printed(self.session) == self.typed)
        await asyncio.wait_for(self.session.settle(), 10.0)
        self._judge_session(self.session)
        store = await self.judge_stored()
        await kill(self.service)
        other = SessionService(store)
        await other.start()
        session = await other.open(ID)
        undo = session.subscribe(lambda *_: None)
        self._judge_session(session)
        Tab(session).send("keys", "!")
        await within(5.0, lambda: session.owned and self._printed(session) == self.typed + "!")
        undo()
        printed = self._printed(session)
        await other.close()
        await store.close()
        return printed

    async def judge_banner(self) -> None:
        """The page said that nothing was saved, with a notice of why, and takes both back by itself."""
        assert "not saved" in self.seen, self.seen
        assert any(sight.startswith("Not saved: the store ") for sight in self.seen), self.seen
        await within(5.0, lambda: self.session.saved != "not saved" and not self.session.notices)

    async def rest(self) -> None:
        """Stop typing, and stop the program."""
        self._typing.cancel()
        self.tab.send("stop")
        await within(5.0, lambda: self.session.phase != "running")
        await asyncio.wait_for(self.session.settle(), 10.0)

    async def judge_stored(self) -> SessionStore:
        """The record is this session's, and no older one; another store that has it."""
        store = await opened(self.url, deadline=self._deadline)
        record = await store.load(ID)
        assert record is not None, "the record is missing"
        stored = parse(record.data, ID)
        body = parse_body(stored.body, ID)
        assert (stored.head.root, stored.head.deleted) == (self.root, False), "another session stands in its place"
        latest = max((head.epoch, head.seq) for head in self.heads)
        assert (stored.head.epoch, stored.head.seq) >= latest, "an older record stands in its place"
        assert (body.text, body.applied) == (self.text, {self.tab.name: self.tab.n})
        return store

    def report(self, fault: str, **figures: float) -> None:
        """Print what was seen and measured."""
        numbers = ", ".join(f"{name.replace('_', ' ')} {seconds:.2f} s" for name, seconds in figures.items())
        print(f"{fault}: {numbers}; seen: {' > '.join(self.seen)}")

    def _judge_session(self, session: Session) -> None:
        assert session.root == self.root
        assert session.document.text == self.text
        assert session.phase == "running"
        assert self._printed(session) == self.typed

    def _printed(self, session: Session) -> str:
        return session.transcript.text.partition("RUN\r\n")[2].replace("\r\n", "")

    def _told(self, session: Session, what: str) -> None:
        if what == "acknowledged":
            self.heads.append(self.head)
        if what in ("saved", "notices"):
            for sight in (session.saved, *(notice.text for notice in session.notices)):
                if sight not in self.seen:
                    self.seen.append(sight)

    async def _type(self) -> None:
        for key in itertools.cycle(string.ascii_lowercase):
            self.typed += key
            self.tab.send("keys", key)
            await asyncio.sleep(_EVERY)
