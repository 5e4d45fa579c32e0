"""`mbasic sessions import FILE`: the sessions of a file into a store."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress
from mbasic_core.cli.sessions.archive import Entry, read_archive
from mbasic_core.cli.sessions.census import shared
from mbasic_core.cli.sessions.transfer import Group, Tally, carry_out, transfer
from mbasic_core.storage import Record

__all__ = ["import_sessions"]

_BATCH = 50  # sessions that are in memory at once


def import_sessions(place: Place, file: str, *, days: float = 30.0, overwrite: bool = False) -> int:
    """Save what `file` holds ("-": stdin) and the store has not; returns 0, or 1 when a session was kept or failed.

    Raises Failure when the file or the store cannot be used (status 2), or one of them ends half-way (status 1).
    """
    damage: list[Failure] = []

    async def work(tally: Tally, ttl: float) -> None:
        with _lines(file) as stream:
            batches = _batches(read_archive(stream, file), damage)
            async with shared(place) as store:
                with Progress("records") as progress:
                    await transfer(
                        batches, store, tally=tally, progress=progress, ttl=ttl, codec=place.codec, overwrite=overwrite
                    )

    status = carry_out(work, place, days=days)
    if damage:
        raise damage[0]
    return status


@contextmanager
def _lines(file: str) -> Iterator[IO[str]]:
    if file == "-":
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="ascii", errors="replace") as stream:
            yield stream
    except OSError as problem:
        raise Failure(f"cannot read {file}: {problem.strerror}") from problem


async def _batches(entries: Iterator[Entry], damage: list[Failure]) -> AsyncIterator[list[Group]]:
    """Yield the sessions of a file, some at once; what is wrong with the rest of it goes into `damage`."""
    batch: list[Group] = []
    session, records = "", dict[str, Record]()
    try:
        for entry in entries:
            if entry.id.partition("/")[0] != session:
                batch += _group(session, records)
                session, records = entry.id.partition("/")[0], {}
                if len(batch) >= _BATCH:
                    yield batch
                    batch = []
            records[entry.id] = entry.record
    except Failure as failure:
        if failure.status == 2:
            raise
        damage.append(failure)
    yield [*batch, *_group(session, records)]


def _group(session: str, records: dict[str, Record]) -> list[Group]:
    async def load(id: str) -> Record | None:
        return records.get(id)

    return [Group(session, {id: record.version for id, record in records.items()}, load)] if records else []
