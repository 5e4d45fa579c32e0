"""Records on their way into a store: what is there already is skipped, so the same work may be begun again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.loop import run
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress, counted
from mbasic_core.cli.sessions.census import patiently
from mbasic_core.cli.sessions.envelope import lives, supersedes
from mbasic_core.session.codec import Codec
from mbasic_core.storage import Conflict, Record, Rejected, SessionStore, StoreError

__all__ = ["Group", "Tally", "carry_out", "transfer"]

_AT_ONCE = 8  # sessions under way
_FOR_EVER = 36_500  # days
_TOLD = 20  # sessions that are named, of those that did not go over


@dataclass(frozen=True, slots=True)
class Group:
    """A session on its way: the versions of its records by id, parts first, and what loads one of them."""

    session: str
    versions: dict[str, str]
    load: Callable[[str], Awaitable[Record | None]]


@dataclass(slots=True)
class Tally:
    """What became of the records; `str` of it tells all counts.

    same: were there in the same version. replaced: another version was there. kept: another version is there, and
    stays. gone: vanished from the source meanwhile. troubles: a line for each session that did not go over.
    """

    sessions: int = 0
    copied: int = 0
    same: int = 0
    replaced: int = 0
    kept: int = 0
    gone: int = 0
    failed: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def records(self) -> int:
        """All that were looked at."""
        return self.copied + self.same + self.replaced + self.kept + self.gone + self.failed

    @property
    def complete(self) -> bool:
        """Whether everything is in the target now."""
        return not (self.kept or self.failed)

    def report(self) -> list[str]:
        """The troubles, as many as one may want to read."""
        more = len(self.troubles) - _TOLD
        return [*self.troubles[:_TOLD], *([f"... and {counted(more, 'more session')}"] if more > 0 else [])]

    def __str__(self) -> str:
        parts = [f"{self.copied:,} copied", f"{self.same:,} there already"]
        rest = {
            "replaced": self.replaced,
            "kept as they are in the target": self.kept,
            "gone meanwhile": self.gone,
            "failed": self.failed,
        }
        parts += [f"{count:,} {what}" for what, count in rest.items() if count]
        what = f"{counted(self.sessions, 'session')}, {counted(self.records, 'record')}"
        return f"{what}: {', '.join(parts)}"


def carry_out(work: Callable[[Tally, float], Coroutine[object, object, None]], *places: Place, days: float) -> int:
    """Run `work(tally, ttl)` and tell what became of it, also when it is broken off; returns 0, or 1 if not complete.

    days: that sessions are to live from now; `ttl` is the same in seconds. Raises Failure for trouble with a store:
    status 2, or 1 when some of the work is done.
    """
    if not 0 < days < _FOR_EVER:
        raise Failure("--days is a number above 0")
    tally = Tally()

    def struck(text: str) -> str:
        for place in places:
            text = place.struck(text)
        return text

    try:
        run(work(tally, days * 86_400))
    except StoreError as trouble:
        if not tally.records:
            raise Failure(struck(str(trouble))) from trouble
        text = f"broken off, {struck(str(trouble))}\n{tally}\nThe same command goes on from here."
        raise Failure(text, status=1) from trouble
    except KeyboardInterrupt:
        print(f"broken off; {tally}\nThe same command goes on from here.")
        raise
    for line in tally.report():
        print(struck(line))
    print(tally)
    return 0 if tally.complete else 1


async def transfer(
    batches: AsyncIterable[list[Group]],
    target: SessionStore,
    *,
    tally: Tally,
    progress: Progress,
    ttl: float,
    codec: Codec,
    overwrite: bool = False,
) -> None:
    """Put every group's records into `target`, and count in `tally` what became of each.

    A session of which the target has another state is replaced by a later state of its own line, else it is kept,
    unless `overwrite`. Raises Unavailable when a store does not answer for long; what is counted by then is done.
    """
    gate = asyncio.Semaphore(_AT_ONCE)
    troubles: list[StoreError] = []

    async def move(group: Group, theirs: dict[str, str]) -> None:
        async with gate:
            if troubles:
                return  # those under way come to their end, so that the counts are right; no other one begins
            try:
                await _Move(group, theirs, target, tally, ttl, codec, overwrite).run()
            except StoreError as error:
                troubles.append(error)
        progress.step(len(group.versions))

    async for groups in batches:
        ids = [id for group in groups for id in group.versions]
        theirs = await patiently(target.versions, ids)
        await asyncio.gather(*(move(group, theirs) for group in groups))
        if troubles:
            raise troubles[0]


@dataclass(slots=True)
class _Move:
    """One session's way into the target."""

    group: Group
    theirs: dict[str, str]
    target: SessionStore
    tally: Tally
    ttl: float
    codec: Codec
    overwrite: bool

    async def run(self) -> None:
        """Move the records that are not there: the parts first, so that what names them never stands alone."""
        group, tally = self.group, self.tally
        waiting = [id for id, version in group.versions.items() if self.theirs.get(id) != version]
        tally.same += len(group.versions) - len(waiting)
        if waiting:
            await self._move(waiting)
        tally.sessions += 1

    async def _move(self, waiting: list[str]) -> None:
        group, tally = self.group, self.tally
        try:
            main = await self._load(group.session) if group.session in group.versions else None
            if not await self._may_replace(main):
                tally.kept += len(waiting)
                tally.troubles.append(f"kept: {group.session}: the target has a state of it that is not older")
                return
            data, ids = main.data if main else None, list(group.versions)
            spans = lives(group.session, data, ids, ttl=self.ttl, codec=self.codec)
            while waiting:
                id = waiting[0]
                await self._put(id, main if id == group.session else await self._load(id), spans[id])
                del waiting[0]
        except Rejected as error:
            tally.failed += len(waiting)
            tally.troubles.append(f"failed: {group.session}: {error}")
        except Conflict:
            tally.kept += len(waiting)
            tally.troubles.append(f"kept: {group.session}: somebody writes it in the target just now")

    async def _may_replace(self, main: Record | None) -> bool:
        """Whether what the target has of the session, if anything, makes way."""
        session = self.group.session
        if main is None or self.overwrite or self.theirs.get(session) in (None, main.version):
            return True
        their = await patiently(self.target.load, session)
        return their is None or supersedes(main.data, their.data, session, self.codec)

    async def _load(self, id: str) -> Record | None:
        return await patiently(self.group.load, id)

    async def _put(self, id: str, record: Record | None, ttl: float) -> None:
        if record is None:
            self.tally.gone += 1
            return
        expected = self.theirs.get(id)
        await patiently(self.target.save, id, record.data, version=record.version, expected=expected, ttl=ttl)
        if expected is None:
            self.tally.copied += 1
        else:
            self.tally.replaced += 1
