"""`mbasic sessions delete ID...`: sessions with all that belongs to them, also under a server that holds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.loop import run
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress, counted
from mbasic_core.cli.sessions.census import check_ids, patiently, records_of, shared
from mbasic_core.cli.sessions.envelope import read_head
from mbasic_core.session import limits
from mbasic_core.session.codec import Codec
from mbasic_core.session.errors import RecordDamaged, RecordTooNew
from mbasic_core.session.identifiers import new_owner, new_version
from mbasic_core.session.record import pack
from mbasic_core.storage import Conflict, SessionStore

__all__ = ["delete"]

_TRIES = 50  # a running program saves twice a second


def delete(place: Place, sessions: Sequence[str], *, purge: bool = False) -> int:
    """Delete sessions; returns 0, or 1 when one was not there.

    In place of each its mark stays for an hour: a server that holds the session sees it and lets go, where it would
    save an absent one again. purge: leave none, and delete records that cannot be read too.

    Raises Failure (status 2) for the record of a newer release, and when the store cannot be used.
    """
    check_ids(sessions)
    with place.failures():
        return run(_delete(place, list(dict.fromkeys(sessions)), purge=purge))


async def _delete(place: Place, sessions: list[str], *, purge: bool) -> int:
    removed = records = 0
    async with shared(place) as store:
        try:
            with Progress("sessions", total=len(sessions)) as progress:
                for session in sessions:
                    count = await _delete_one(store, session, place.codec, purge=purge)
                    if count:
                        removed += 1
                        records += count
                    else:
                        print(f"there is no session {session}")
                    progress.step()
        finally:  # what is done is told before what went wrong
            print(f"{counted(removed, 'session')} deleted, {counted(records, 'record')}")
    return 0 if removed == len(sessions) else 1


async def _delete_one(store: SessionStore, session: str, codec: Codec, *, purge: bool) -> int:
    """Delete one session, and return how many records it had."""
    found = set(await records_of(store, session))
    if not purge and not await _bury(store, session, codec):
        found.discard(session)  # its mark, at most
    if purge and session in found:
        await patiently(store.delete, session)
    parts = set(await records_of(store, session)) - {session}  # now, for a server may have saved some until then
    for id in parts:
        await patiently(store.delete, id)
    return len(found | parts)


async def _bury(store: SessionStore, session: str, codec: Codec) -> bool:
    """Put the mark of a deleted session where its record is; False when there is none, or the mark is there."""
    owner = new_owner()
    for _ in range(_TRIES):
        record = await patiently(store.load, session)
        if record is None:
            return False
        try:
            head = read_head(record.data, session, codec)
        except RecordTooNew as error:
            raise Failure(
                f"session {session} is a newer release's ({error}): delete it with that, or --purge"
            ) from error
        except RecordDamaged:
            if await patiently(store.delete, session, expected=record.version):
                return True
            continue
        if head.deleted:
            return False
        mark = replace(head, owner=owner, wanted_by="", deleted=True, epoch=head.epoch + 1, seq=head.seq + 1)
        data, version = pack(mark, b""), new_version()
        try:
            await patiently(
                store.save, session, data, version=version, expected=record.version, ttl=limits.TOMBSTONE_LIFE
            )
        except Conflict:
            continue
        return True
    raise Failure(f"session {session} is saved again and again: stop its program first", status=1)
