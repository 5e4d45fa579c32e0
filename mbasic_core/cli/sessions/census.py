"""The sessions of a store, each with the ids of its records; and patience with a store that does not answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress, counted
from mbasic_core.storage import SessionStore, Unavailable

__all__ = ["census", "check_ids", "named", "patiently", "records_of", "shared"]

P = ParamSpec("P")
T = TypeVar("T")

_PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds before an unanswered call is made again
_SHOWN = 5  # ids that a message names
_ID = re.compile(r"[!-.0-~]{1,512}")


@asynccontextmanager
async def shared(place: Place) -> AsyncIterator[SessionStore]:
    """The place's store, open; raises Failure for one whose sessions are in the process that serves them."""
    async with place.opened() as store:
        if store.traits.scope == "process":
            raise Failure(f"{place.shown} keeps sessions in the process that serves them: none can be seen from here")
        yield store


async def census(store: SessionStore) -> dict[str, list[str]]:
    """Return the ids of every session's records, by session, sorted: its parts, then itself if it is there."""
    found: dict[str, set[str]] = {}
    with Progress("records found") as progress:
        async for id in store.scan():
            found.setdefault(id.partition("/")[0], set()).add(id)
            progress.step()
    return {session: _in_order(session, ids) for session, ids in sorted(found.items())}


async def records_of(store: SessionStore, session: str) -> list[str]:
    """Return the ids of one session's records, its parts first; none when there is no such session.

    Raises StoreError, Rejected too for what stands in the session's place and is no record.
    """
    parts = {id async for id in store.scan(f"{session}/")}
    here = set(await store.versions([session]))
    if not here and await patiently(store.load, session) is not None:
        here = {session}
    return _in_order(session, parts | here)


async def named(store: SessionStore, text: str) -> str:
    """Return the id of the one session that is called `text`, or that begins so; raises Failure for none or several."""
    if await records_of(store, text):
        return text
    found = sorted({id.partition("/")[0] async for id in store.scan(text)})
    if not found:
        raise Failure(f"there is no session {text}")
    if len(found) > 1:
        some = ", ".join(found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")
        raise Failure(f"{counted(len(found), 'session')} begin with {text}: {some}")
    return found[0]


def check_ids(sessions: Iterable[str]) -> None:
    """Raise Failure for what cannot be the id of a session."""
    for session in sessions:
        if not _ID.fullmatch(session):
            raise Failure(f"{session!r} is no session's id: printable ASCII without blanks and without /")


async def patiently(call: Callable[P, Awaitable[T]], *args: P.args, **options: P.kwargs) -> T:
    """Return what `call` does, made again some times while the store is Unavailable; raises StoreError."""
    for pause in _PAUSES:
        try:
            return await call(*args, **options)
        except Unavailable:
            await asyncio.sleep(pause)
    return await call(*args, **options)


def _in_order(session: str, ids: set[str]) -> list[str]:
    return [*sorted(ids - {session}), *([session] if session in ids else [])]
