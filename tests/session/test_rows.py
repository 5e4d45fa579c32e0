"""Every row of the decision table, reached by real services over real stores: memory, SQLite and Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mbasic_core.session import Session, SessionService, holding, limits
from mbasic_core.session.body import Body, pack_body, parse_body
from mbasic_core.session.decide import Decision, Mine, Role, Verb, decide
from mbasic_core.session.identifiers import new_root, new_version
from mbasic_core.session.record import NOBODY, Head, pack, parse
from mbasic_core.storage import SessionStore, StoreRegistry
from tests.servers import RedisServer
from tests.session.tabs import Tab, kill, so

ID = "u"
Change = Callable[[Head], Head | None]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture(params=["memory", "sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "redis":
        return f"{request.getfixturevalue('redis')}"
    return "memory:" if request.param == "memory" else f"sqlite:{tmp_path / 'store.db'}"


class Stage:
    """A process called "me" over a real store, and whoever else writes the record."""

    def __init__(self, url: str, seen: list[tuple[Role, Verb, str]]) -> None:
        namespace = f"rows{time.monotonic_ns()}:"
        self.store: SessionStore = StoreRegistry().create(
            url, namespace=namespace, timeout=3.0, data_dir=Path("/nowhere")
        )
        self.seen = seen
        self.late = 0.0
        self.service = SessionService(self.store, owner="me", poll=0.02, clock=self.clock)
        self.root = new_root()

    def clock(self) -> float:
        return time.monotonic() + self.late

    async def begin(self, role: Role) -> None:
        """Bring the process into its role, with epoch 5; a keeper handed over as epoch 5."""
        self.role = role
        await self.store.open()
        await self.service.start()
        theirs = Head(id=ID, owner="other", root=self.root, epoch=4, seq=10)
        if role in (Role.OWNER, Role.KEEPER):
            epoch = 3 if role is Role.OWNER else 2
            await self.write(replace(theirs, owner=NOBODY, epoch=epoch + 1, seq=9), "theirs")
            await self.open()
            Tab(self.session).write("mine")
            await self.session.settle()
            if role is Role.KEEPER:
                await self.write(replace(await self.head(), wanted_by="other"), "mine")
                await so(lambda: (Role.OWNER, Verb.HAND_OVER, "") in self.seen)
                await so(lambda: self.service._stewards[ID].holding.role is Role.KEEPER)
        elif role is Role.CLAIMANT:
            await self.write(replace(theirs, epoch=5), "theirs")
            await self.open()
        else:
            await self.open()
        self.seen.clear()

    async def open(self) -> None:
        self.session: Session = await self.service.open(ID)
        self.session.subscribe(lambda *_: None)

    async def write(self, head: Head | None, text: str = "theirs") -> None:
        """Store a record as somebody else, whatever is there."""
        before = await self.store.load(ID)
        if before is not None and head is None:
            await self.store.delete(ID)
        if head is not None:
            data = pack(head, b"" if head.deleted else pack_body(replace(Body.new(), text=text)))
            expected = before.version if before else None
            await self.store.save(ID, data, version=new_version(), expected=expected, ttl=60)

    async def head(self) -> Head:
        record = await self.store.load(ID)
        assert record is not None
        return parse(record.data, ID).head

    async def text(self) -> str:
        record = await self.store.load(ID)
        assert record is not None
        return parse_body(parse(record.data, ID).body, ID).text

    async def meet(self, change: Change, *, asked: bool) -> None:
        """Let the process find the record changed; `asked`: because it has an input to apply."""
        if asked:
            steward = self.service._stewards[ID]
            for task in self.service._tasks:
                task.cancel()  # it shall find out by itself
            async with steward._lock:  # nothing is decided before the record is as the row says
                Tab(self.session, "new").send("line", "REM")
                await self.write(change(self.base))
        else:
            await self.write(change(self.base))

    @property
    def base(self) -> Head:
        """What the process knows of the record; what a row changes."""
        mine = self.service._stewards[ID].holding.mine
        return mine or Head(id=ID, owner="other", root=self.session.root, epoch=5, seq=10)

    async def end(self) -> None:
        await kill(self.service)
        for part in [id async for id in self.store.scan(ID)]:
            await self.store.delete(part)
        await self.store.close()


def elder(head: Head) -> Head:
    return replace(head, root="00000000-0000-7000-8000-000000000000", owner="other", seq=1)


def younger(head: Head) -> Head:
    return replace(head, root="ffffffff-ffff-7fff-bfff-ffffffffffff", owner="other", seq=99)


def tomb(head: Head) -> Head:
    return replace(head, owner="other", deleted=True, epoch=head.epoch + 1, seq=head.seq + 1)


def earlier(head: Head) -> Head:
    return replace(head, owner="other", epoch=head.epoch - 1, seq=head.seq - 3)


def later(head: Head) -> Head:
    return replace(head, owner="other", epoch=head.epoch + 2, seq=head.seq + 3)


def fork(by: int) -> Change:
    return lambda head: replace(head, owner="third", seq=head.seq + by)


def nothing(_: Head) -> None:
    return None


OWN, K, C, N = Role.OWNER, Role.KEEPER, Role.CLAIMANT, Role.NEWCOMER
ROWS: dict[str, tuple[Role, Change, Verb, str]] = {
    "absent, owner": (OWN, nothing, Verb.SAVE, ""),
    "absent, keeper": (K, nothing, Verb.HAND_OVER, ""),
    "absent, claimant": (C, nothing, Verb.RESTORE, ""),
    "absent, newcomer": (N, nothing, Verb.BEGIN, ""),
    "mine elder, owner": (OWN, younger, Verb.SAVE, "theirs"),
    "mine elder, keeper": (K, younger, Verb.HAND_OVER, "theirs"),
    "mine elder, claimant": (C, younger, Verb.RESTORE, "theirs"),
    "mine younger, owner": (OWN, elder, Verb.FOLLOW, "mine"),
    "mine younger, keeper": (K, elder, Verb.FOLLOW, "mine"),
    "mine younger, claimant": (C, elder, Verb.FOLLOW, "mine"),
    "tombstone, owner": (OWN, tomb, Verb.DROP, ""),
    "tombstone, keeper": (K, tomb, Verb.DROP, ""),
    "tombstone, claimant": (C, tomb, Verb.BEGIN, ""),
    "tombstone, newcomer": (N, tomb, Verb.BEGIN, ""),
    "later epoch, owner": (OWN, later, Verb.FOLLOW, ""),
    "later epoch, keeper": (K, later, Verb.DROP, ""),
    "later epoch, claimant": (C, later, Verb.CLAIM, ""),
    "earlier epoch, owner": (OWN, earlier, Verb.SAVE, ""),
    "earlier epoch, keeper": (K, earlier, Verb.HAND_OVER, ""),
    "earlier epoch, claimant": (C, earlier, Verb.CLAIM, ""),
    "earlier tombstone, owner": (OWN, lambda head: replace(earlier(head), deleted=True), Verb.SAVE, ""),
    "earlier tombstone, keeper": (K, lambda head: replace(earlier(head), deleted=True), Verb.HAND_OVER, ""),
    "earlier tombstone, claimant": (C, lambda head: replace(earlier(head), deleted=True), Verb.BEGIN, ""),
    "wanted by another, owner": (OWN, lambda head: replace(head, wanted_by="other"), Verb.HAND_OVER, ""),
    "mine and not wanted, owner": (OWN, lambda head: replace(head, seq=head.seq + 5), Verb.SAVE, ""),
    "fork won, owner": (OWN, fork(-1), Verb.SAVE, ""),
    "fork lost, owner": (OWN, fork(+1), Verb.FOLLOW, "mine"),
    "addressee went on, keeper": (K, lambda head: replace(head, seq=head.seq + 1), Verb.DROP, ""),
    "third owner, keeper": (K, fork(0), Verb.DROP, ""),
    "addressee is behind, keeper": (K, lambda head: replace(head, seq=head.seq - 1), Verb.HAND_OVER, ""),
    "handed to me, claimant": (C, lambda head: replace(head, owner="me", epoch=6, seq=11), Verb.OWN, ""),
    "handed to me, newcomer": (N, lambda head: replace(head, owner="me"), Verb.OWN, ""),
    "not wanted, claimant": (C, lambda head: replace(head, seq=head.seq + 1), Verb.CLAIM, ""),
    "not wanted, newcomer": (N, lambda head: head, Verb.CLAIM, ""),
    "wanted, claimant": (C, lambda head: replace(head, wanted_by="third"), Verb.WAIT, ""),
    "wanted, newcomer": (N, lambda head: replace(head, wanted_by="third"), Verb.WAIT, ""),
    "let go, claimant": (C, lambda head: replace(head, owner=NOBODY, epoch=6, seq=11), Verb.TAKE, ""),
    "let go, newcomer": (N, lambda head: replace(head, owner=NOBODY), Verb.TAKE, ""),
}


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Role, Verb, str]]:
    """The decisions that were taken."""
    taken: list[tuple[Role, Verb, str]] = []

    def spy(mine: Mine, stored: Head | None, role: Role, *, id: str) -> Decision:
        decision = decide(mine, stored, role, id=id)
        taken.append((role, decision.verb, decision.aside))
        return decision

    monkeypatch.setattr(holding, "decide", spy)
    return taken


def played(url: str, seen: list[Any], story: Callable[[Stage], Awaitable[None]]) -> None:
    async def play() -> None:
        stage = Stage(url, seen)
        try:
            async with asyncio.timeout(30):
                await story(stage)
        finally:
            await stage.end()

    asyncio.run(play())


@pytest.mark.parametrize("row", list(ROWS))
def test_the_row_is_reached_and_ends_well(url: str, seen: list[tuple[Role, Verb, str]], row: str) -> None:
    role, change, verb, aside = ROWS[row]

    async def story(stage: Stage) -> None:
        await stage.begin(role)
        await stage.meet(change, asked=role in (C, N))
        await so(lambda: (role, verb, aside) in seen, within=10)
        await asyncio.wait_for(stage.session.settle(), 10)
        steward = stage.service._stewards[ID]
        await so(lambda: not steward.busy and not steward._looks, within=10)
        head, kept = await stage.head(), [id async for id in stage.store.scan(f"{ID}/aside/")]
        assert bool(kept) == bool(aside)
        if role in (C, N) and verb is Verb.BEGIN and row != "absent, newcomer":
            assert head.deleted, "the input was for the life that ended"
            Tab(stage.session, "new").send("line", "REM")
            await asyncio.wait_for(stage.session.settle(), 10)
            head = await stage.head()
            assert (head.life, head.deleted) == (2, False)
        if role in (C, N) and verb is not Verb.FOLLOW:
            assert (head.owner, stage.session.owned) == ("me", True)
            assert stage.session.applied["new"] == 1
        elif verb in (Verb.FOLLOW, Verb.DROP):
            assert head.owner in ("other", "third", "me")
            assert not stage.session.owned or role in (C, N)
        else:
            assert (head.owner, await stage.text()) == ("other" if verb is Verb.HAND_OVER else "me", "mine")

    played(url, seen, story)


@pytest.mark.parametrize("role", [OWN, K, C])
def test_after_half_an_hour_of_silence_the_user_is_asked(
    url: str, seen: list[tuple[Role, Verb, str]], role: Role
) -> None:
    async def story(stage: Stage) -> None:
        await stage.begin(role)
        async with stage.service._stewards[ID]._lock:
            for task in stage.service._tasks:
                task.cancel()
            stage.late = limits.UNANSWERED + 1
            await stage.write(None)
            Tab(stage.session, "new").send("line", "REM")
        await so(lambda: (role, Verb.ASK, "mine") in seen, within=10)
        await so(lambda: not stage.service._stewards[ID].busy, within=10)
        assert await stage.store.load(ID) is None
        assert [id async for id in stage.store.scan(f"{ID}/aside/")]

    played(url, seen, story)


def test_an_epoch_held_before_is_taken_at_once(url: str, seen: list[tuple[Role, Verb, str]]) -> None:
    """The store went back to before the hand-over, which nobody defends any more."""

    async def story(stage: Stage) -> None:
        await stage.begin(K)
        former = replace(stage.base, owner="me", epoch=stage.base.epoch - 1, seq=stage.base.seq - 1)
        await stage.write(later(stage.base))
        await so(lambda: (K, Verb.DROP, "") in seen)
        await so(lambda: not stage.service._stewards[ID].busy)
        await stage.meet(lambda _: former, asked=True)
        await so(lambda: any(verb is Verb.TAKE for _, verb, _ in seen), within=10)
        await asyncio.wait_for(stage.session.settle(), 10)
        assert (await stage.head()).epoch == former.epoch + 1
        assert (await stage.head()).owner == "me"

    played(url, seen, story)


def test_every_verb_is_in_the_table() -> None:
    assert {verb for _, _, verb, _ in ROWS.values()} | {Verb.ASK, Verb.KEEP} == set(Verb)
