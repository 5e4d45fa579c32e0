"""`mbasic sessions show ID`: what one session holds."""

from __future__ import annotations

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.loop import run
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import counted
from mbasic_core.cli.sessions.census import check_ids, named, patiently, records_of, shared
from mbasic_core.cli.sessions.envelope import read_head
from mbasic_core.session.body import WORDS, Body, parse_body
from mbasic_core.session.codec import Codec
from mbasic_core.session.errors import SessionError
from mbasic_core.session.record import Head, parse
from mbasic_core.storage import Record, SessionStore

__all__ = ["show"]


def show(place: Place, session: str, *, program: bool = False) -> int:
    """Print what is stored of the session whose id is, or alone begins with, `session`, or its program alone.

    Returns 0, or 1 for a record that cannot be read. Raises Failure (status 2) when there is no such session or there
    are several, and when the store cannot be used.
    """
    check_ids([session])
    with place.failures():
        return run(_show(place, session, program=program))


async def _show(place: Place, session: str, *, program: bool) -> int:
    async with shared(place) as store:
        session = await named(store, session)
        ids = await records_of(store, session)
        record = await patiently(store.load, session)
        body, lines, status = None, [("record", "there is none, only parts")], 1
        if record is not None:
            body, lines, status = _read(session, record, place.codec)
        if program:
            if body is None:
                raise Failure(f"session {session}: {lines[-1][1]}", status=1)
            print(body.text, end="" if body.text.endswith("\n") or not body.text else "\n")
            return status
        for name, text in [("session", session), *lines, *await _parts(store, session, ids)]:
            print(f"{name:10}{text}")
        return status


def _read(session: str, record: Record, codec: Codec) -> tuple[Body | None, list[tuple[str, str]], int]:
    """The body of a session's record, what there is to say, and the exit status."""
    lines = [("version", record.version), ("bytes", f"{len(record.data):,}")]
    try:
        head = read_head(record.data, session, codec)
        lines += _head(head)
        if head.deleted:
            return None, [*lines, ("state", "deleted")], 0
        body = parse_body(parse(record.data, session, codec).body, session)
    except SessionError as error:
        return None, [*lines, ("state", f"cannot be read: {error}")], 1
    return body, [*lines, *_body(body)], 0


def _head(head: Head) -> list[tuple[str, str]]:
    wanted = f", wanted by {head.wanted_by}" if head.wanted_by else ""
    return [
        ("owner", f"{head.owner}{wanted}"),
        ("line", f"root {head.root}, life {head.life}, epoch {head.epoch}, {counted(head.seq, 'save')}"),
    ]


def _body(body: Body) -> list[tuple[str, str]]:
    return [
        ("state", WORDS[body.phase]),
        ("program", f"{len(body.text.splitlines()):,} lines, {len(body.text):,} characters, revision {body.revision}"),
        ("machine", f"{len(body.machine):,} bytes"),
        ("terminal", f"{len(body.transcript):,} of {body.end:,} characters of output"),
        ("disk", body.disk or "no files"),
        ("tabs", f"{len(body.applied):,}"),
        *[("kept", name) for name in body.kept],
    ]


async def _parts(store: SessionStore, session: str, ids: list[str]) -> list[tuple[str, str]]:
    lines = []
    for id in ids:
        if id != session:
            record = await patiently(store.load, id)
            lines.append(("part", f"{id}  {len(record.data):,} bytes" if record else f"{id}  gone meanwhile"))
    return lines
