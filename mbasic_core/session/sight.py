"""A stored record as a process saw it."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.runtime.disk import StateDisk
from mbasic_core.session.body import Body, parse_body
from mbasic_core.session.engine import Engine, Interpreter
from mbasic_core.session.record import Head, Record
from mbasic_core.session.shelf import Shelf

__all__ = ["Content", "Sight", "read"]


@dataclass(frozen=True, slots=True)
class Content:
    """What a record says a session is: its body, its machine, the disk of that machine, and what of it is lost."""

    body: Body
    machine: Interpreter
    disk: StateDisk
    lost: str = ""


@dataclass(slots=True)
class Sight:
    """One version of a session's record. A tombstone has no content."""

    version: str
    head: Head
    data: bytes = b""
    """The body's bytes."""
    content: Content | None = None
    """The same, made out; taken by the first who shows it, since the machine will run."""

    @property
    def moment(self) -> tuple[str, int, int, int, str]:
        """What tells this state of the session from every other; a claim does not change it."""
        return (self.head.root, self.head.life, self.head.epoch, self.head.seq, self.head.owner)

    def take_content(self) -> Content:
        """Return the content, for one use."""
        content, self.content = self.content, None
        assert content is not None
        return content


async def read(record: Record, version: str, id: str, *, engine: Engine, shelf: Shelf, disk: StateDisk) -> Sight:
    """Return what a record holds, with the files that it names put on `disk`.

    Raises RecordDamaged, RecordTooNew, and Unavailable or Rejected.
    """
    sight = Sight(version, record.head, record.body)
    if not record.head.deleted:
        body = parse_body(record.body, id)
        machine = engine.make(body.machine, disk)  # first: a damaged record shall not cost a look at the disk
        disk.files.update(await shelf.fetch(body.disk))
        sight.content = Content(body, machine, disk, shelf.lost)
    return sight
