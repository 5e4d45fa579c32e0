"""Stores with sessions in them, as servers leave them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from mbasic_core.cli.place import Place
from mbasic_core.session.body import Body, pack_body
from mbasic_core.session.codec import OPEN, Codec
from mbasic_core.session.identifiers import new_root, new_version
from mbasic_core.session.record import Head, pack
from mbasic_core.storage import Record, SessionStore

__all__ = ["ROOT", "Stock", "family", "session"]

ROOT = new_root()


class Stock:
    """The records of one store, as a test puts them there and finds them."""

    def __init__(self, url: str) -> None:
        self.place = Place.of(url)

    def do(self, story: Callable[[SessionStore], Coroutine[object, object, Any]]) -> Any:
        async def tell() -> Any:
            async with self.place.opened() as store:
                return await story(store)

        return asyncio.run(tell())

    def put(self, records: dict[str, bytes], *, ttl: float = 600.0) -> None:
        """Save records, each in a version of its own, over what is there."""

        async def story(store: SessionStore) -> None:
            for id, data in records.items():
                old = await store.load(id)
                expected = old.version if old else None
                await store.save(id, data, version=new_version(), expected=expected, ttl=ttl)

        self.do(story)

    def records(self) -> dict[str, Record]:
        """All that is there."""

        async def story(store: SessionStore) -> dict[str, Record]:
            found = {id: await store.load(id) for id in [id async for id in store.scan()]}
            return {id: record for id, record in found.items() if record is not None}

        return dict(self.do(story))

    def expiries(self) -> dict[str, float]:
        """The seconds that each record has left."""

        async def story(store: Any) -> dict[str, float]:
            rows = await store._in_thread(store._select, "SELECT id, expires FROM records", ())
            return {id.removeprefix("mbasic:"): expires - time.time() for id, expires in rows}

        return dict(self.do(story))


def session(
    id: str, *, seq: int = 1, deleted: bool = False, root: str = ROOT, codec: Codec = OPEN, **body: Any
) -> bytes:
    """The bytes of a session's record."""
    head = Head(id=id, owner="server", root=root, seq=seq, deleted=deleted)
    return pack(head, b"" if deleted else pack_body(Body(**body)), codec)


def family(id: str) -> dict[str, bytes]:
    """A session with files, a former generation of them, and a damaged record that was kept."""
    disk, kept = f"{id}/disk/new", f"{id}/damaged/20260101T000000.000000Z"
    main = session(id, text='10 PRINT "HI"\n20 END', phase="running", disk=disk, kept=[kept], applied={"tab": 3})
    return {id: main, disk: b"files", f"{id}/disk/old": b"former files", kept: b"\xff\x00damaged"}
