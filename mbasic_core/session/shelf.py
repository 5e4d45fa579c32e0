"""The disk records of one session: a new one each time its files changed, the former ones left to expire."""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from mbasic_core.session import limits
from mbasic_core.session.depot import Depot
from mbasic_core.session.errors import RecordDamaged
from mbasic_core.session.files import pack_files, parse_files
from mbasic_core.session.identifiers import new_version, short
from mbasic_core.storage import Conflict, StoreError

__all__ = ["Save", "Shelf"]

_AGAIN = (
    300.0  # seconds after a takeover when the former owner's last deeds are undone: half of what it leaves a record
)
logger = logging.getLogger(__name__)


class Save(Protocol):
    """A save that is repeated until the store answers."""

    def __call__(self, id: str, data: bytes, *, expected: str | None) -> Awaitable[str]:
        """Return the version saved."""


class Shelf:
    """Loads and saves the disk of a session by generations.

    A generation is saved before the record that names it, and is never changed. Its name is a uuid, since a number
    would be given twice after a takeover. The one before lives on for ten minutes, for readers of an older record.
    """

    def __init__(self, id: str, depot: Depot, *, clock: Callable[[], float], ttl: float) -> None:
        self.lost = ""
        """Why the files of the record last fetched are not there; "": they are."""
        self._id = id
        self._depot = depot
        self._clock = clock
        self._ttl = ttl
        self._name = ""
        self._version = ""
        self._files: dict[str, bytes] = {}
        self._former: list[tuple[str, str]] = []
        self._again = float("inf")

    @property
    def name(self) -> str:
        """Id of the generation last fetched or saved; "": there are no files."""
        return self._name

    @property
    def due(self) -> bool:
        """Whether the generation's life is to be extended now, whatever the record's is."""
        return self._clock() >= self._again

    async def fetch(self, name: str) -> dict[str, bytes]:
        """Return the files of a generation; none, and `lost` says so, when they are gone or damaged.

        Raises RecordTooNew, Unavailable and Rejected.
        """
        self.lost = ""
        if name != self._name:
            record = await self._depot.load(name) if name else None
            version, files = "", dict[str, bytes]()
            if record is not None:
                version = record.version
                try:
                    files = await self._depot.unpacked(partial(parse_files, record.data), record.data)
                except RecordDamaged as error:
                    kept = await self._depot.keep(self._id, "damaged", record.data, ttl=self._ttl)
                    name, self.lost = "", f"The session's files could not be read ({error}). Kept: {kept}"
            elif name:
                name, self.lost = "", "The session's files are no longer in the store."
            self._name, self._version, self._files = name, version, files
        return dict(self._files)

    async def store(self, files: dict[str, bytes], save: Save) -> str:
        """Save the files as a new generation, if they changed, and return its id; raises as `save`."""
        if files != self._files:
            name = f"{self._id}/disk/{uuid.uuid4().hex}" if files else ""
            version = await save(name, await self._packed(files), expected=None) if files else ""
            if self._name:
                self._former.append((self._name, self._version))
            self._name, self._version, self._files = name, version, files
        return self._name

    async def _mend(self) -> None:
        """Save the generation again that is gone, under its name: a record names it, and it is never changed."""
        logger.warning("session %s: its disk record is gone; it is saved again", short(self._id))
        data, version = await self._packed(self._files), new_version()
        try:
            await self._depot.save(self._name, data, version=version, expected=None, ttl=self._ttl)
        except Conflict:  # another process was quicker
            record = await self._depot.load(self._name)
            version = record.version if record else ""
        self._version = version

    async def _packed(self, files: dict[str, bytes]) -> bytes:
        return await self._depot.packed(partial(pack_files, files), sum(map(len, files.values())))

    async def retire(self) -> None:
        """Cut the life of generations that no record names any more."""
        while self._former:
            name, version = self._former.pop()
            with contextlib.suppress(StoreError):
                await self._depot.touch(name, expected=version, ttl=limits.GENERATION_LIFE)

    async def touch(self, *, takeover: bool = False) -> None:
        """Extend the generation's life; at a takeover, once more in five minutes. Raises Unavailable or Rejected."""
        if takeover:
            self._again = self._clock() + _AGAIN
        if self._name:
            try:
                await self._depot.touch(self._name, expected=self._version, ttl=self._ttl)
            except Conflict:
                await self._mend()
        if not takeover:
            self._again = float("inf")
