"""Processes, tabs and a store at their worst, by chance: every answer arrives exactly once.

The project's own stewards and `decide` run here over a store that delays, loses answers, lands saves late, goes back by
one save or loses everything, while processes are killed and tabs move from one to the other. A tab sends again what is
not acknowledged, and forgets what is: so an acknowledged input that were lost later would be missing at the end. Only
where what the store lost may not be repaired in time (the owner is killed, or slow to answer a claim) must it remember
longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from dataclasses import dataclass, field

import pytest

from mbasic_core.session import Action, Outcome, Session, SessionService
from mbasic_core.session.actions import Kind
from mbasic_core.session.body import parse_body
from mbasic_core.session.record import parse
from mbasic_core.storage import Conflict, Record, StoreError, Unavailable
from tests.chance import seeds
from tests.session.stores import TrickyStore
from tests.session.tabs import kill, started
from tests.session.virtual import now, played

PROGRAM = "10 INPUT A: PRINT A: GOTO 10\n"
LENGTH = 40.0
"""Seconds of storm."""


@dataclass(frozen=True)
class Weather:
    """Probabilities of faults, per call or per second."""

    unanswered: float = 0.0
    late: float = 0.0
    crash: float = 0.0
    rollback: float = 0.0
    loss: float = 0.0
    move: float = 0.3
    memory: float = 0.0
    """Seconds that a tab remembers what was acknowledged."""
    delay: float = 0.05
    """Seconds that the store takes for a call at most; those who answer claims look as often."""


class StormStore(TrickyStore):
    """A store with weather."""

    def __init__(self, chance: random.Random, weather: Weather) -> None:
        super().__init__()
        self.chance = chance
        self.weather: Weather | None = weather
        self.latency = weather.delay
        self.former: Record | None = None
        self.landing: set[asyncio.Task[None]] = set()

    async def _enter(self, call: str) -> None:
        await asyncio.sleep(self.chance.uniform(0, self.latency))
        if self.weather and self.chance.random() < self.weather.unanswered:
            await asyncio.sleep(self.chance.uniform(0, 0.3))
            raise Unavailable("storm")

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        await self._enter("save")
        if self.weather and self.chance.random() < self.weather.late:
            task = asyncio.get_running_loop().create_task(self._land(id, data, version, expected))
            self.landing.add(task)
            task.add_done_callback(self.landing.discard)
            raise Unavailable("storm")
        self.put(id, data, version, expected)
        if self.weather and self.chance.random() < self.weather.unanswered:
            raise Unavailable("storm")

    async def _land(self, id: str, data: bytes, version: str, expected: str | None) -> None:
        await asyncio.sleep(self.chance.uniform(0, 2))
        with contextlib.suppress(Conflict):
            self.put(id, data, version, expected)

    def put(self, id: str, data: bytes, version: str, expected: str | None, ttl: float = 1e9) -> None:
        before = self.records.get(id)
        super().put(id, data, version, expected, ttl)
        if id == "u" and before is not None and before.version != version:
            self.former = before

    def roll_back(self) -> None:
        if self.former is not None:
            self.records["u"] = self.former
            self.former = None


@dataclass
class Page:
    """A tab that types answers, and moves between processes."""

    name: str
    first: int
    session: Session | None = None
    journal: dict[int, tuple[Kind, str]] = field(default_factory=dict)
    acknowledged: dict[int, float] = field(default_factory=dict)
    n: int = 0
    answers: int = 0
    refused: list[Outcome] = field(default_factory=list)

    def type(self, kind: Kind, text: str = "") -> None:
        self.n += 1
        self.journal[self.n] = (kind, text)

    def answer(self) -> None:
        self.type("line", str(self.first + self.answers))
        self.answers += 1

    def send(self, memory: float) -> None:
        """Send what the session does not have; forget what was acknowledged `memory` seconds ago.

        A gap may close by itself: the process may not have noticed yet what another one stored.
        """
        session = self.session
        if session is None or session.closed:
            return
        done = session.acknowledged.get(self.name, 0)
        for n in self.journal:
            if n <= done:
                self.acknowledged.setdefault(n, now())
        for n in [n for n, when in self.acknowledged.items() if now() - when >= memory]:
            self.journal.pop(n, None)
        for n, (kind, text) in sorted(self.journal.items()):
            if n > session.applied.get(self.name, 0):
                outcome = session.apply(Action(self.name, n, session.root, session.life, kind, text))
                if outcome not in (Outcome.APPLIED, Outcome.GAP):
                    self.refused.append(outcome)


class Storm:
    """Some processes over one store, some pages, and the faults between them."""

    def __init__(self, seed: int, weather: Weather, processes: int) -> None:
        self.chance = random.Random(seed)
        self.weather = weather
        self.processes = processes
        self.services: list[SessionService] = []
        self.store = StormStore(self.chance, weather)
        self.pages = [Page("a", 1_000), Page("b", 2_000)]

    async def start(self) -> SessionService:
        return await started(self.store, poll=min(0.25, 5 * self.weather.delay))

    async def connect(self, page: Page) -> None:
        try:
            page.session = await self.chance.choice(self.services).open("u")
        except StoreError:
            page.session = None
            return
        page.session.subscribe(lambda *_: None)

    async def play(self) -> list[int]:
        """What the program printed in the end, in its order."""
        self.services = [await self.start() for _ in range(self.processes)]
        first = self.pages[0]
        while first.session is None:
            await self.connect(first)
        first.type("edit", PROGRAM)
        first.type("run")
        first.send(self.weather.memory)
        await first.session.settle()
        end = now() + LENGTH
        while now() < end:
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))
            await self.happen()
        await self.calm_down()
        printed = self.check()
        for service in self.services:
            await service.close()
        return printed

    async def happen(self) -> None:
        chance, weather = self.chance, self.weather
        if chance.random() < weather.crash:
            index = chance.randrange(len(self.services))
            await kill(self.services[index])
            self.services[index] = await self.start()
        if chance.random() < weather.rollback:
            self.store.roll_back()
        if chance.random() < weather.loss:
            self.store.records.pop("u", None)
            self.store.former = None
        for page in self.pages:
            if page.session is None or page.session.closed or chance.random() < weather.move:
                await self.connect(page)
            if page.session is not None and chance.random() < 0.5 and len(page.journal) < 30:
                page.answer()
            page.send(self.weather.memory)

    async def calm_down(self) -> None:
        self.store.weather = None
        for _ in range(200):
            await asyncio.sleep(0.5)
            for page in self.pages:
                if page.session is None or page.session.closed:
                    await self.connect(page)
                page.send(self.weather.memory)
            if not any(page.journal for page in self.pages):
                break
        await asyncio.sleep(5)

    def check(self) -> list[int]:
        body = parse_body(parse(self.store.records["u"].data, "u").body, "u")
        assert not any(page.journal for page in self.pages), [page.journal for page in self.pages]
        assert [page.refused for page in self.pages] == [[], []]
        printed = [int(text) for text in re.findall(r"\n (\d+) \r", body.transcript)]
        for page in self.pages:
            own = [number for number in printed if page.first <= number < page.first + 1_000]
            assert own == [page.first + count for count in range(page.answers)]
        assert sum(page.answers for page in self.pages) > 30
        shown = {service.sessions["u"].transcript.text for service in self.services if "u" in service.sessions}
        assert shown == {body.transcript}
        assert sum(service.sessions["u"].owned for service in self.services if "u" in service.sessions) <= 1
        return printed


WEATHERS = {
    "fair": Weather(),
    "no answers": Weather(unanswered=0.2),
    "late saves": Weather(unanswered=0.05, late=0.2),
    "crashes": Weather(crash=0.15),
    "crashes and late saves": Weather(crash=0.1, unanswered=0.1, late=0.1),
    "roll-backs": Weather(rollback=0.1, delay=0.01),
    "losses": Weather(loss=0.1, delay=0.01),
    "all but crashes": Weather(unanswered=0.1, late=0.1, rollback=0.05, loss=0.03, memory=30.0),
    "crashes and roll-backs": Weather(crash=0.08, rollback=0.08, late=0.05, memory=30.0),
}


@pytest.mark.chance
@pytest.mark.parametrize("seed", seeds(4))
@pytest.mark.parametrize("kind", list(WEATHERS))
@played
async def test_every_answer_arrives_exactly_once(kind: str, seed: int) -> None:
    printed = await Storm(seed, WEATHERS[kind], processes=2 + seed % 2).play()
    assert len(printed) == len(set(printed))
