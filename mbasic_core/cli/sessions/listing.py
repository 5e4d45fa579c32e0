"""`mbasic sessions list`: the sessions of a store, and how many there are."""

from __future__ import annotations

from mbasic_core.cli.loop import run
from mbasic_core.cli.place import Place
from mbasic_core.cli.progress import Progress, counted
from mbasic_core.cli.sessions.census import census, patiently, shared
from mbasic_core.cli.sessions.envelope import body_of, head_of
from mbasic_core.session.body import WORDS
from mbasic_core.session.codec import Codec
from mbasic_core.storage import Rejected, SessionStore

__all__ = ["list_sessions"]


def list_sessions(place: Place, *, long: bool = False) -> int:
    """Print a line for each session, with the number of its records, then the counts; returns 0.

    long: also the bytes of its own record, its state, its epoch and number of saves, which reads every session.
    """
    with place.failures():
        run(_list(place, long=long))
    return 0


async def _list(place: Place, *, long: bool) -> None:
    async with shared(place) as store:
        found = await census(store)
        width = max([len("SESSION"), *map(len, found)])
        print(f"{'SESSION':{width}}  RECORDS" + ("      BYTES  EPOCH  SAVES  STATE" if long else ""))
        with Progress("sessions read", total=len(found)) as progress:
            for session, ids in found.items():
                rest = await _details(store, session, place.codec) if long else ""
                print(f"{session:{width}}  {len(ids):7}{rest}")
                progress.step()
        print(f"{counted(len(found), 'session')}, {counted(sum(map(len, found.values())), 'record')}")


async def _details(store: SessionStore, session: str, codec: Codec) -> str:
    try:
        record = await patiently(store.load, session)
    except Rejected:  # this record: the store has just answered
        return f"  {'-':>9}  {'-':>5}  {'-':>5}  cannot be read"
    if record is None:
        return f"  {'-':>9}  {'-':>5}  {'-':>5}  parts only"
    head, body = head_of(record.data, session, codec), body_of(record.data, session, codec)
    if head is None:
        return f"  {len(record.data):9,}  {'-':>5}  {'-':>5}  cannot be read"
    state = "deleted" if head.deleted else WORDS[body.phase] if body else "cannot be read"
    return f"  {len(record.data):9,}  {head.epoch:5}  {head.seq:5}  {state}"
