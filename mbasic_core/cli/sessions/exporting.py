"""`mbasic sessions export`: sessions into a file, whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.loop import run
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress, counted
from mbasic_core.cli.sessions.archive import Entry, write_entry, write_footer, write_header
from mbasic_core.cli.sessions.census import census, check_ids, patiently, records_of, shared
from mbasic_core.storage import Rejected, SessionStore

__all__ = ["export"]


def export(place: Place, sessions: Sequence[str], output: str) -> int:
    """Write `sessions` (none: all) into the new file `output`, or to stdout for "-"; returns 0.

    A session that the store refuses to read is told on stderr and left out, and makes the status 1. Raises
    Failure when the file is there already, a session is not, or the store cannot be used.
    """
    check_ids(sessions)
    with place.failures(), _whole(output) as stream:
        written, records, size, troubles = run(_export(place, sessions, stream))
    counts = [counted(number, noun) for number, noun in ((written, "session"), (records, "record"), (size, "byte"))]
    print(", ".join(counts), file=sys.stderr if output == "-" else sys.stdout)
    for line in troubles:
        print(place.struck(line), file=sys.stderr)
    return 1 if troubles else 0


async def _export(place: Place, sessions: Sequence[str], stream: IO[str]) -> tuple[int, int, int, list[str]]:
    """Write the archive; returns the numbers of sessions, records and bytes in it, and a line for each left out."""
    async with shared(place) as store:
        found = await _chosen(store, sessions) if sessions else await census(store)
        write_header(stream)
        written = records = size = 0
        troubles: list[str] = []
        with Progress("records", total=sum(map(len, found.values()))) as progress:
            for session, ids in found.items():
                try:
                    entries = await _entries(store, ids)
                except Rejected as error:
                    entries = []
                    troubles.append(f"failed: {session}: {error}")
                for entry in entries:
                    write_entry(stream, entry)
                written += bool(entries)
                records += len(entries)
                size += sum(len(entry.record.data) for entry in entries)
                progress.step(len(ids))
        write_footer(stream, records)
        return written, records, size, troubles


async def _chosen(store: SessionStore, sessions: Sequence[str]) -> dict[str, list[str]]:
    found = {session: await records_of(store, session) for session in sessions}
    if absent := [session for session, ids in found.items() if not ids]:
        raise Failure(f"there is no session {', '.join(absent)}")
    return found


async def _entries(store: SessionStore, ids: list[str]) -> list[Entry]:
    """Load the records of a session, from the last to the first: what itself names is still there then."""
    records = {id: await patiently(store.load, id) for id in reversed(ids)}
    return [Entry(id, record) for id in ids if (record := records[id]) is not None]


@contextmanager
def _whole(output: str) -> Iterator[IO[str]]:
    """A stream that becomes the file `output` when all is written; readable by its owner only."""
    if output == "-":
        yield sys.stdout
        return
    path, partial = Path(output), Path(f"{output}.partial")
    if path.exists():
        raise Failure(f"{path} is there already, and nothing is written over it")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as stream:
            yield stream
        partial.rename(path)
    except OSError as problem:
        raise Failure(f"cannot write {path}: {problem.strerror}") from problem
    finally:
        partial.unlink(missing_ok=True)
