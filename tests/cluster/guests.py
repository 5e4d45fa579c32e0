"""Visitors with a program each, who work on through whatever happens, and the judgement at the end."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from mbasic_core.session.actions import Kind
from mbasic_core.session.record import parse_head
from mbasic_core.storage import SessionStore, StoreError
from tests.cluster.twins import ASKS, KEYS, PRINTS, Story, told
from tests.cluster.visitor import Visitor

__all__ = ["Guest", "invited", "watch"]

_RUNNING = ("keys", "prints")  # kinds of programs that run all the time; the others wait for a line

_DELAY = 20_000  # turns of the inner loop between two lines of a program that prints
_LEAST = 3  # changes of owner after which a guest moves less often


class Guest:
    """One visitor, the story of its program, and the owners that its session has had.

    moves: seconds between two changes of its network, on average; None: it stays where it is.
    """

    def __init__(self, number: int, visitor: Visitor, *, chance: random.Random, moves: float | None = None) -> None:
        programs = {"keys": KEYS, "asks": ASKS, "prints": PRINTS.format(most=10**6, delay=_DELAY)}
        kind = list(programs)[number % len(programs)]
        self.visitor = visitor
        self.story = Story(kind, programs[kind])
        self.owners: list[str] = []
        self._name = f"session {number + 1} ({kind})"
        self._chance = chance
        self._moves = moves

    @property
    def runs(self) -> bool:
        """Whether its program runs all the time."""
        return self.story.kind in _RUNNING

    @property
    def at_work(self) -> bool:
        """Whether the program does what it should be doing before its end."""
        return self.visitor.phase == ("running" if self.runs else "waiting for INPUT")

    @property
    def changes(self) -> int:
        """How often the session changed its owner."""
        return max(0, len(self.owners) - 1)

    async def begin(self) -> None:
        """Write the program and run it."""
        visitor = self.visitor
        await visitor.until(lambda: visitor.live, within=60.0)
        visitor.write(self.story.program)
        visitor.send("run")
        await visitor.until(lambda: visitor.settled and self.at_work, within=60.0)

    async def work(self) -> None:
        """Give the program something to do, and change the network, until cancelled."""
        visitor, moved = self.visitor, time.monotonic()
        while True:
            await asyncio.sleep(self._chance.uniform(0.3, 1.5))
            often = 1.0 if self.changes > _LEAST else 0.25  # those go first that nothing has happened to
            if self._moves and time.monotonic() - moved > self._chance.uniform(0.5, 1.5) * often * self._moves:
                moved = time.monotonic()
                visitor.move()
            if self.story.kind == "keys":
                self._say("keys", self._chance.choice("abcdefghijkl"))
            elif self.story.kind == "asks" and visitor.settled and self.at_work:
                # Typed ahead, it would be echoed at another place; so each line waits until the one before is stored.
                self._say("line", "X" * self._chance.randint(1, 9))

    async def back(self) -> None:
        """Return when the page is live and the program at work; raises TimeoutError after a minute."""
        await self.visitor.until(lambda: self.visitor.live and self.at_work, within=60.0)

    async def finish(self) -> list[str]:
        """Let the program end, and compare with its undisturbed twin; what is wrong, nothing when all is well."""
        visitor, story = self.visitor, self.story
        problems = [f"{self._name}: {problem}" for problem in visitor.problems]
        try:
            await visitor.until(lambda: visitor.settled and self.at_work, within=60.0)
            self._say("keys" if self.runs else "line", "Q")
            await visitor.until(lambda: visitor.settled and visitor.phase == "ready", within=120.0)
            shown = await visitor.whole()
        except TimeoutError:
            return [*problems, f"{self._name}: did not come to its end: {visitor.phase}"]
        if story.kind == "prints":
            lines = int(re.findall(r"DONE (\d+)", shown)[-1])
            story = Story(story.kind, PRINTS.format(most=lines, delay=1))
        expected = await asyncio.to_thread(told, story)
        if shown != expected:
            place = next((n for n, (a, b) in enumerate(zip(shown, expected, strict=False)) if a != b), -1)
            here = slice(max(0, place - 40), place + 40)
            problems.append(
                f"{self._name}: the terminal differs from the undisturbed one's at {place}"
                f" of {len(shown)}/{len(expected)}: {shown[here]!r}, not {expected[here]!r}"
            )
        return problems

    async def note_owner(self, store: SessionStore) -> None:
        """Look at the record, if the store answers."""
        try:
            record = await store.load(self.visitor.session)
        except StoreError:
            return
        if record is not None:
            owner = parse_head(record.data, self.visitor.session).owner
            if owner and self.owners[-1:] != [owner]:
                self.owners.append(owner)

    def _say(self, kind: Kind, text: str) -> None:
        self.story.inputs.append((kind, text))
        self.visitor.send(kind, text)


@asynccontextmanager
async def invited(
    count: int, url: str, *, chance: random.Random, moves: float | None = None
) -> AsyncIterator[list[Guest]]:
    """So many guests, whose programs have begun."""
    async with AsyncExitStack() as stack:
        guests = []
        for number in range(count):
            visitor = await stack.enter_async_context(Visitor(url, seed=chance.getrandbits(32)))
            guests.append(Guest(number, visitor, chance=chance, moves=moves))
        await asyncio.gather(*(guest.begin() for guest in guests))
        yield guests


async def watch(guests: Sequence[Guest], store: SessionStore) -> None:
    """Note who owns the sessions, several times a second, until cancelled."""
    while True:
        for guest in guests:
            await guest.note_owner(store)
        await asyncio.sleep(0.1)
