"""The record's envelope: what goes in comes out, and nothing else is taken for a record."""

from __future__ import annotations

from dataclasses import asdict, replace
from zlib import crc32

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.session import record
from mbasic_core.session.errors import RecordDamaged, RecordTooNew
from mbasic_core.session.record import Head, pack, parse

ROOT = "0197a000-0000-7000-8000-000000000000"
HEAD = Head(id="s", owner="p1", wanted_by="p2", root=ROOT, life=2, epoch=3, seq=4)


def packed(values: dict[str, object], outer: dict[str, object] | None = None) -> bytes:
    """A record whose parts are given as they are, with a right checksum."""
    head = msgpack.packb(values)
    fields = {"format": 1, "encoding": "plain", "check": crc32(head), "head": head, "body": b""}
    return bytes(msgpack.packb(fields | (outer or {})))


@given(body=st.binary(), life=st.integers(1, 2**62), epoch=st.integers(1, 2**62), seq=st.integers(0, 2**62))
def test_what_goes_in_comes_out(body: bytes, life: int, epoch: int, seq: int) -> None:
    head = replace(HEAD, life=life, epoch=epoch, seq=seq)
    assert parse(pack(head, body), "s") == record.Record(head, body)


def test_a_tombstone_comes_out() -> None:
    head = replace(HEAD, deleted=True)
    assert parse(pack(head, b""), "s").head == head


def test_the_outer_map_is_readable_without_knowing_the_rest() -> None:
    outer = msgpack.unpackb(pack(HEAD, b"x"))
    assert outer["format"] == 1
    assert msgpack.unpackb(outer["head"]) == asdict(HEAD)


def test_every_truncation_is_damage() -> None:
    data = pack(HEAD, b"body")
    for size in range(len(data)):
        with pytest.raises(RecordDamaged):
            parse(data[:size], "s")


@given(st.binary(max_size=200))
def test_noise_is_damage(data: bytes) -> None:
    with pytest.raises(RecordDamaged):
        parse(data, "s")


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_never_passes_unnoticed(position: int, change: int) -> None:
    data = bytearray(pack(HEAD, b"a body of some length"))
    data[position % len(data)] ^= change
    with pytest.raises((RecordDamaged, RecordTooNew)):
        parse(bytes(data), "s")


def test_another_sessions_record_is_damage() -> None:
    with pytest.raises(RecordDamaged, match="another session"):
        parse(pack(HEAD, b""), "t")


@pytest.mark.parametrize("number", [2, 3, 2**40])
def test_a_newer_format_is_told_apart_whatever_else_it_holds(number: int) -> None:
    with pytest.raises(RecordTooNew):
        parse(msgpack.packb({"format": number, "who": "knows"}), "s")


def test_an_unknown_encoding_is_too_new() -> None:
    with pytest.raises(RecordTooNew, match="zstd"):
        parse(packed(asdict(HEAD), {"encoding": "zstd"}), "s")


@pytest.mark.parametrize(
    "change",
    [
        {"id": 1},
        {"id": ""},
        {"owner": ""},
        {"owner": "p" * 65},
        {"owner": "two words"},
        {"wanted_by": None},
        {"root": "x"},
        {"root": ROOT.upper()},
        {"life": 0},
        {"life": True},
        {"epoch": 0},
        {"epoch": 1.0},
        {"seq": -1},
        {"seq": 2**63},
        {"deleted": 0},
        {"more": 1},
    ],
)
def test_a_head_out_of_range_is_damage(change: dict[str, object]) -> None:
    with pytest.raises(RecordDamaged):
        parse(packed(asdict(HEAD) | change), "s")


@pytest.mark.parametrize("key", list(asdict(HEAD)))
def test_a_head_with_a_field_missing_is_damage(key: str) -> None:
    head = asdict(HEAD)
    del head[key]
    with pytest.raises(RecordDamaged):
        parse(packed(head), "s")


@pytest.mark.parametrize(
    "outer", [{"format": 0}, {"format": "1"}, {"check": 1}, {"body": "text"}, {"head": {}}, {"head": b""}, {"more": 1}]
)
def test_an_outer_map_out_of_range_is_damage(outer: dict[str, object]) -> None:
    with pytest.raises(RecordDamaged):
        parse(packed(asdict(HEAD), outer), "s")


def test_a_tombstone_has_no_body() -> None:
    with pytest.raises(RecordDamaged):
        parse(pack(replace(HEAD, deleted=True), b"x"), "s")
