"""A world of processes, tabs and a bad store around the project's own `decide` and services, as rules for hypothesis.

Time is virtual. A process may crash before and after every call to the store, and between; it may freeze. The store
loses saves, loses answers, lands saves late or twice, goes back by one save, and loses everything. The session is
deleted, by its user in any of the processes or by an operator beside them. What must hold is checked at each save and,
after the weather has calmed down, at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mbasic_core.cli.sessions.deleting import _delete_one
from mbasic_core.session import Action, Outcome, Session, SessionError, SessionService, identifiers
from mbasic_core.session.body import Body, parse_body
from mbasic_core.session.codec import Codec
from mbasic_core.session.identifiers import same_session
from mbasic_core.session.record import Head, parse
from mbasic_core.storage import Record, StoreError
from tests.session.tabs import kill, started
from tests.session.virtual import VirtualLoop
from tests.session.weather import ID, Plan, Vault, Wire

T = TypeVar("T")
Sky = Literal["honest", "slipping", "treacherous"]
"""honest: the store loses nothing that it confirmed. slipping: it goes back and loses, while all processes live and are
quick. treacherous: all at once. Only then a tab remembers what was acknowledged (as the page does, for 60 s)."""


@dataclass
class Process:
    """One process, and the crash that may be under way."""

    service: SessionService
    wire: Wire
    dead: bool = False
    deletions: list[asyncio.Task[None]] = field(default_factory=list)


@dataclass
class Page:
    """A tab: it numbers what is typed, keeps it until it is stored, and sends it again to whoever has the session."""

    name: str
    first: int
    session: Session | None = None
    process: Process | None = None
    root: str = ""
    life: int = 0
    journal: dict[int, int] = field(default_factory=dict)
    n: int = 0
    typed: int = 0
    stored: int = 0
    expected: list[int] = field(default_factory=list)

    def type(self) -> None:
        self.n += 1
        self.journal[self.n] = self.first + self.typed
        self.expected.append(self.first + self.typed)
        self.typed += 1

    def begin_anew(self, generation: int) -> None:
        """Its session is gone, and it was told so."""
        self.name, self.n, self.stored = f"{self.name[0]}{generation}", 0, 0
        self.journal.clear()
        self.expected.clear()


class World(RuleBasedStateMachine):
    """The rules."""

    skies: tuple[Sky, ...] = ("honest", "slipping", "treacherous")
    deletes: tuple[bool, ...] = (False, True)
    patience = 80
    """Half seconds that calm weather may take to put everything right."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        asyncio.set_event_loop(self.loop)
        self.failures: list[object] = []
        self.loop.set_exception_handler(lambda _, context: self.failures.append(context))
        self.vault = Vault(self._watch)
        self.pages = [Page("a", 1_000), Page("b", 2_000)]
        self.processes: list[Process] = []
        self.names = 0
        self.lost = False
        self.anew = 0
        self.graves: dict[tuple[str, int], int] = {}  # lives that a tombstone ended, and its epoch
        self.ended: set[tuple[str, int]] = set()  # all of them, also those that the store has brought back since
        self.sky: Sky = "honest"
        self.mortal = False
        noise = iter(range(1, 1 << 40))
        self.undo = contextlib.ExitStack()
        self.undo.enter_context(mock.patch.object(identifiers, "_moment", self._moment))
        self.undo.enter_context(mock.patch.object(identifiers, "_root", self._root))
        self.noise = noise

    def _moment(self) -> str:
        digits = f"{int(self.loop.time() * 1000):012x}"
        return f"{digits[:8]}-{digits[8:]}"

    def _root(self, _noise: str) -> str:
        return f"{self._moment()}-7000-8000-{next(self.noise):012x}"

    # --- what happens

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        self.sky = data.draw(st.sampled_from(self.skies), label="sky")
        self.mortal = data.draw(st.sampled_from(self.deletes), label="is deleted now and then")
        for _ in range(data.draw(st.integers(2, 3), label="processes")):
            self.processes.append(self._run(self._start()))
        for page in self.pages:
            self._run(self._connect(page, self.processes[0]))

    @rule(which=st.integers(0, 1), count=st.integers(1, 3))
    def type(self, which: int, count: int) -> None:
        for _ in range(count):
            self.pages[which].type()
        self._run(self._send(self.pages[which]))

    @rule(which=st.integers(0, 1), to=st.integers(0, 2))
    def move(self, which: int, to: int) -> None:
        self._run(self._connect(self.pages[which], self.processes[to % len(self.processes)]))

    @rule(seconds=st.sampled_from([0.01, 0.05, 0.2, 0.45, 1.0]))
    def wait(self, seconds: float) -> None:
        self._run(asyncio.sleep(seconds))
        self._settle_deaths()
        for page in self.pages:
            self._run(self._send(page))

    @precondition(lambda self: self.sky != "slipping")
    @rule(which=st.integers(0, 2), points=st.integers(0, 12))
    def crash(self, which: int, points: int) -> None:
        """Now, or at one of the next points."""
        process = self.processes[which % len(self.processes)]
        if points:
            process.wire.crash_in = points
        else:
            process.dead = True
            self._settle_deaths()

    @precondition(lambda self: self.sky != "slipping")
    @rule(which=st.integers(0, 2))
    def freeze_or_thaw(self, which: int) -> None:
        self._freeze(self.processes[which % len(self.processes)].wire)

    @precondition(lambda self: self.sky != "slipping")  # or nobody has what the store then loses
    @rule(which=st.integers(0, 2))
    def restart(self, which: int) -> None:
        """In good order."""
        which %= len(self.processes)
        process = self.processes[which]
        if process.wire.frozen is None and not process.dead:
            self._run(process.service.close())
            self.processes[which] = self._run(self._start())
            self._settle_deaths()

    @precondition(lambda self: self.mortal)
    @rule(which=st.integers(0, 2))
    def delete(self, which: int) -> None:
        """As a user does it."""
        process = self.processes[which % len(self.processes)]
        if not process.dead:
            process.deletions.append(self.loop.create_task(self._delete(process.service)))

    @precondition(lambda self: self.mortal)
    @rule()
    def delete_beside_them(self) -> None:
        """As `mbasic sessions delete` does it."""
        self._run(self._bury())

    @precondition(lambda self: self.sky != "slipping")
    @rule(plan=st.sampled_from(["lose", "drop answer", "late", "twice"]))
    def disturb_the_next_save(self, plan: Plan) -> None:
        self.vault.next_plans.append(plan)

    @precondition(lambda self: self.vault.floating)
    @rule()
    def land(self) -> None:
        self.vault.land()

    @precondition(lambda self: self.sky != "honest" and self.vault.former is not None)
    @rule()
    def roll_back(self) -> None:
        assert self.vault.former is not None
        self.vault.records[ID], self.vault.former = self.vault.former, None
        head = _read(self.vault.records[ID])[0]
        self.graves.pop(_life(head), None)  # it is the store that brings it back

    @precondition(lambda self: self.sky != "honest" and ID in self.vault.records)
    @rule()
    def lose_everything(self) -> None:
        self.lost = True
        self.vault.records.clear()
        self.graves.clear()  # who has not seen that it was deleted puts it back
        self.vault.former = None
        # a creation that was under way and lands now would be the elder: a known remainder
        self.vault.floating = [save for save in self.vault.floating if save[3] is not None]

    # --- what must hold

    def _watch(self, before: Record | None, after: Record) -> None:
        try:
            self._saved(before, after)
        except AssertionError as failure:  # the process takes it for trouble with the store
            self.failures.append(failure)

    def _saved(self, before: Record | None, after: Record) -> None:
        """Nothing that was deleted comes back. Where the store keeps what it confirmed, each save goes on from the one
        that it replaces.
        """
        new, now = _read(after)
        self._deleted_stays_deleted(new)
        if self.sky != "honest" or before is None:
            return
        old, was = _read(before)
        if not same_session(old.root, new.root):
            assert new.root < old.root, "a younger session replaced an elder one"
            return
        claim = replace(new, wanted_by="") == replace(old, wanted_by="")
        assert claim or (new.epoch, new.seq) > (old.epoch, old.seq), f"an older state over a newer: {old} {new}"
        assert claim or new.epoch > old.epoch or new.owner == old.owner, f"two owners of one epoch: {old} {new}"
        assert new.life == old.life + (old.deleted and not new.deleted), f"a life too many or too few: {old} {new}"
        assert not (claim and new.deleted), "a claim to what was deleted"
        assert not claim or was == now, "a claim changed more than it may"
        lost = {tab: n for tab, n in was.applied.items() if now.applied.get(tab, 0) < n}
        assert not lost or new.deleted, f"inputs lost: {lost}"

    def _deleted_stays_deleted(self, new: Head) -> None:
        """Only an owner that the store had forgotten before the tombstone was made may save over it, with its epoch."""
        if new.deleted:
            self.graves[_life(new)] = new.epoch
            self.ended.add(_life(new))
        elif (grave := self.graves.get(_life(new))) is not None:
            assert self.sky != "honest", f"a deleted session was brought back: {new}"
            assert new.epoch > grave, f"a deleted session was brought back: {new}, over epoch {grave}"
            del self.graves[_life(new)]

    def teardown(self) -> None:
        try:
            if self.processes:
                self._calm_down()
                self._judge()
        finally:
            self.sky = "slipping"  # nothing is judged any more
            for process in self.processes:
                self._run(kill(process.service))
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self._run(asyncio.sleep(0))
            self.loop.close()
            asyncio.set_event_loop(None)
            self.undo.close()
        assert not self.failures, self.failures

    def _calm_down(self) -> None:
        self.vault.next_plans.clear()
        while self.vault.floating:
            self.vault.land()
        for process in self.processes:
            process.wire.crash_in = 0
            if process.wire.frozen is not None:
                self._freeze(process.wire)
        if self.mortal and self.sky != "honest":
            # Who dropped a running program for a tombstone that the store then took back does not run it before
            # somebody acts, or a page of it comes.
            self._run(asyncio.sleep(2))
            for page in self.pages:
                self._run(self._connect(page, self.processes[0]))
        for _ in range(self.patience):
            self._run(asyncio.sleep(0.5))
            self._settle_deaths()
            for page in self.pages:
                if page.session is None or page.session.closed:
                    self._run(self._connect(page, self.processes[0]))
                self._run(self._send(page))
            if not any(self._owed(page) for page in self.pages):
                break
        self._run(asyncio.sleep(12))
        for page in self.pages:
            self._run(self._send(page))  # which notices now, at the latest, that its session was deleted

    def _owed(self, page: Page) -> bool:
        return page.session is not None and page.session.acknowledged.get(page.name, 0) < page.n

    def _judge(self) -> None:
        for page in self.pages:
            assert not self._owed(page), f"never stored: {page.journal}"
        record = self.vault.records.get(ID)
        text = _read(record)[1].transcript if record else Body.new().transcript
        printed = [int(number) for number in re.findall(r"\n (\d+) \r", text)]
        assert len(printed) == len(set(printed)), f"applied twice: {printed}"
        for page in self.pages:
            known = set(page.expected)
            assert [number for number in printed if number in known] == page.expected, f"{printed}, {page}"
        live = [process.service.sessions[ID] for process in self.processes if ID in process.service.sessions]
        assert sum(session.owned for session in live) <= 1, "two owners"
        assert {session.transcript.text for session in live if session.watched} <= {text}, "they show different states"

    # --- helpers

    def _run(self, job: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(job)

    def _freeze(self, wire: Wire) -> None:
        if wire.frozen is None:
            wire.frozen = asyncio.Event()
        else:
            wire.frozen.set()
            wire.frozen = None

    async def _start(self) -> Process:
        self.names += 1
        process: list[Process] = []
        wire = Wire(self.vault, lambda: setattr(process[0], "dead", True))
        service = await started(wire, owner=f"p{self.names}", poll=0.05 if self.sky == "slipping" else 0.25)
        process.append(Process(service, wire))
        return process[0]

    def _settle_deaths(self) -> None:
        for number, process in enumerate(self.processes):
            if process.dead:
                for job in process.deletions:
                    job.cancel()
                self._run(kill(process.service))
                self.processes[number] = self._run(self._start())

    async def _delete(self, service: SessionService) -> None:
        with contextlib.suppress(StoreError, SessionError):
            await service.delete(ID)

    async def _bury(self) -> None:
        with contextlib.suppress(StoreError):
            await _delete_one(Wire(self.vault, lambda: None), ID, Codec(), purge=False)

    async def _connect(self, page: Page, process: Process) -> None:
        page.session, page.process = None, process
        with contextlib.suppress(StoreError, TimeoutError):
            async with asyncio.timeout(0.5):
                page.session = await process.service.open(ID)
        if page.session is not None:
            page.session.subscribe(lambda *_: None)
            await self._send(page)

    async def _send(self, page: Page) -> None:
        session, process = page.session, page.process
        if session is None or session.closed or process is None or process.dead or process.wire.frozen is not None:
            return
        if page.root and not (same_session(page.root, session.root) and page.life == session.life):
            # Two may begin at once, when nothing is confirmed; else it was deleted, which one of two processes may not
            # have seen yet, or the store must have lost it.
            gone = self.lost or {_life(page), _life(session)} & self.ended
            assert gone or not page.stored, "another session stands in the place of one that was stored"
            self.anew += 1
            page.begin_anew(self.anew)
        page.root, page.life = session.root, session.life
        applied = session.applied.get(page.name, 0)
        if self.lost and _life(page) in self.ended and applied < page.n and applied + 1 not in page.journal:
            # The store has lost this life and its tombstone, and who saw neither began it anew: a gap, which is told.
            self.anew += 1
            page.begin_anew(self.anew)
        done = session.acknowledged.get(page.name, 0)
        page.stored = max(page.stored, done)
        if self.sky != "treacherous":
            for n in [n for n in page.journal if n <= done]:
                del page.journal[n]
        for n, number in sorted(page.journal.items()):
            if n > session.applied.get(page.name, 0):
                outcome = session.apply(Action(page.name, n, session.root, session.life, "line", f"PRINT {number}"))
                assert outcome in (Outcome.APPLIED, Outcome.GAP), outcome


def _life(of: Head | Page | Session) -> tuple[str, int]:
    """Which life of which session it is; a root is redrawn until something is stored, all but its end."""
    return of.root[-20:], of.life


def _read(record: Record) -> tuple[Head, Body]:
    parsed = parse(record.data, ID)
    return parsed.head, Body.new() if parsed.head.deleted else parse_body(parsed.body, ID)
