"""A stored record as a process saw it."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.session.body import Body, parse_body
from mbasic_core.session.engine import Engine, Interpreter
from mbasic_core.session.record import Head, parse

__all__ = ["Sight", "read"]


@dataclass(slots=True)
class Sight:
    """One version of a session's record. A tombstone has no content."""

    version: str
    head: Head
    data: bytes = b""
    """The body's bytes."""
    content: tuple[Body, Interpreter] | None = None
    """The same, made out; taken by the first who shows it, since the machine will run."""

    @property
    def moment(self) -> tuple[str, int, int, int, str]:
        """What tells this state of the session from every other; a claim does not change it."""
        return (self.head.root, self.head.life, self.head.epoch, self.head.seq, self.head.owner)

    def take_content(self, engine: Engine) -> tuple[Body, Interpreter]:
        """Return the body and its machine, for one use."""
        content, self.content = self.content, None
        if content is None:
            body = parse_body(self.data, self.head.id)
            content = (body, engine.make(body.machine))
        return content


def read(data: bytes, version: str, id: str, engine: Engine) -> Sight:
    """Return what the bytes of a record hold; raises RecordDamaged or RecordTooNew."""
    record = parse(data, id)
    sight = Sight(version, record.head, record.body)
    if not record.head.deleted:
        sight.content = sight.take_content(engine)
    return sight
