"""Records of every format ever written can be read, and one of an older format is made into one of today's."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any
from zlib import crc32

import msgpack
import pytest

from mbasic_core.machine import Machine
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.session import files
from mbasic_core.session.body import Body, pack_body, parse_body
from mbasic_core.session.engine import MachineEngine
from mbasic_core.session.errors import RecordDamaged
from mbasic_core.session.files import parse_files
from mbasic_core.session.record import FORMAT, MIGRATIONS, Head, pack, parse

RECORDS = Path(__file__).with_name("records")
ROOT = "0197a000-0000-7000-8000-000000000000"
HEAD = Head(id="s", owner="p1", root=ROOT, life=2, epoch=3, seq=4)


def ancient(head: dict[str, Any], body: dict[str, Any] | None) -> bytes:
    """A record of format 0, which never was: its sessions had a `line` instead of `root`, and `source` for `text`."""
    packed, content = msgpack.packb(head), b"" if body is None else msgpack.packb(body)
    outer = {"format": 0, "encoding": "plain", "head": packed, "body": content}
    return bytes(msgpack.packb(outer | {"check": crc32(content, crc32(packed))}))


def modernise(head: dict[str, Any], body: dict[str, Any] | None) -> None:
    head["root"] = head.pop("line")
    if body is not None:
        body["text"] = body.pop("source")


def older(values: dict[str, Any], new: str, old: str) -> dict[str, Any]:
    return {old if key == new else key: value for key, value in values.items()}


def test_every_format_has_a_fixture_and_every_older_one_a_migration() -> None:
    assert sorted(path.name for path in RECORDS.glob("format-*.bin")) == [
        f"format-{n}.bin" for n in range(1, FORMAT + 1)
    ]
    assert sorted(path.name for path in RECORDS.glob("disk-*.bin")) == [
        f"disk-{n}.bin" for n in range(1, files.FORMAT + 1)
    ]
    assert sorted(MIGRATIONS) == list(range(1, FORMAT))


@pytest.mark.parametrize("path", sorted(RECORDS.glob("format-*.bin")), ids=lambda path: path.stem)
def test_a_record_of_each_format_goes_on(path: Path) -> None:
    record = parse(path.read_bytes(), "s")
    assert record.head == HEAD
    body = parse_body(record.body, "s")
    assert (body.revision, body.phase, body.end, body.breakpoints) == (7, "line", 12, [30])
    assert (body.settings, body.applied, body.kept) == ({"theme": "dark"}, {"tab": 5}, ["s/damaged/1"])
    machine = MachineEngine().make(body.machine, StateDisk())
    assert isinstance(machine, Machine)
    assert machine.program_text() == body.text
    machine.feed_line("41")
    assert any(getattr(event, "text", "") == " 42 \r\n" for event in machine.advance(1000))


@pytest.mark.parametrize("path", sorted(RECORDS.glob("disk-*.bin")), ids=lambda path: path.stem)
def test_a_disk_of_each_format_is_read(path: Path) -> None:
    assert parse_files(path.read_bytes()) == {"A.DAT": b"1,2,3\r\n", "B.BAS": b"10 REM\r\n" * 1000}


def test_an_older_format_is_migrated_as_it_is_read() -> None:
    head = older(asdict(HEAD), "root", "line")
    body = older(msgpack.unpackb(pack_body(Body(text="10 REM"))), "text", "source")
    record = parse(ancient(head, body), "s", migrations={0: modernise})
    assert (record.head, parse_body(record.body, "s")) == (HEAD, Body(text="10 REM"))
    assert parse(pack(record.head, record.body), "s") == record
    tomb = parse(ancient(head | {"deleted": True}, None), "s", migrations={0: modernise})
    assert (tomb.head.deleted, tomb.body) == (True, b"")


@pytest.mark.parametrize("body", [{}, {"source": 1}, [1]])
def test_what_a_migration_cannot_use_is_damage(body: Any) -> None:
    data = ancient(older(asdict(HEAD), "root", "line"), body)
    with pytest.raises(RecordDamaged):
        parse_body(parse(data, "s", migrations={0: modernise}).body, "s")


def test_a_format_that_never_was_is_damage() -> None:
    with pytest.raises(RecordDamaged, match="format 0"):
        parse(ancient(older(asdict(HEAD), "root", "line"), None), "s")
