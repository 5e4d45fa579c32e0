"""`mbasic sessions copy --from URL --to URL`: all sessions of a store into another one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress
from mbasic_core.cli.sessions.census import census, patiently, shared
from mbasic_core.cli.sessions.transfer import Group, Tally, carry_out, transfer
from mbasic_core.storage import Rejected, SessionStore

__all__ = ["copy"]

_BATCH = 200  # records, about, whose versions are asked for at once


def copy(source: Place, target: Place, *, days: float = 30.0, overwrite: bool = False) -> int:
    """Copy what the target does not have; returns 0, or 1 when a session was kept or failed.

    Raises Failure when a store cannot be used (status 2), or stops answering half-way (status 1).
    """
    if source.url == target.url:
        raise Failure("--from and --to are the same store")

    async def work(tally: Tally, ttl: float) -> None:
        async with shared(source) as old, shared(target) as new:
            found = await census(old)
            with Progress("records", total=sum(map(len, found.values()))) as progress:
                groups = _groups(old, found)
                await transfer(
                    groups, new, tally=tally, progress=progress, ttl=ttl, codec=source.codec, overwrite=overwrite
                )

    return carry_out(work, source, target, days=days)


async def _groups(store: SessionStore, found: dict[str, list[str]]) -> AsyncIterator[list[Group]]:
    """Yield the sessions in batches, with the versions that their records have by then."""
    for sessions in _batches(found):
        versions = await _versions(store, [id for session in sessions for id in found[session]])
        yield [Group(session, {id: versions.get(id, "") for id in found[session]}, store.load) for session in sessions]


async def _versions(store: SessionStore, ids: list[str]) -> dict[str, str]:
    """Return the versions; "" or none for a record that is gone or refused, which is told when it is its turn."""
    try:
        return await patiently(store.versions, ids)
    except Rejected:
        if len(ids) == 1:
            return {ids[0]: ""}
    return {id: version for one in ids for id, version in (await _versions(store, [one])).items()}


def _batches(found: dict[str, list[str]]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for session, ids in found.items():
        batch.append(session)
        size += len(ids)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
