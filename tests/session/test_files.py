"""The disk record: what goes in comes out, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.session.errors import RecordDamaged, RecordTooNew
from mbasic_core.session.files import pack_files, parse_files


@given(st.dictionaries(st.text(min_size=1, max_size=12), st.binary(max_size=300), max_size=20))
def test_what_goes_in_comes_out(files: dict[str, bytes]) -> None:
    assert parse_files(pack_files(files)) == files


def test_every_truncation_is_damage() -> None:
    data = pack_files({"A.BAS": b"10 REM"})
    for size in range(len(data)):
        with pytest.raises(RecordDamaged):
            parse_files(data[:size])


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_never_passes_unnoticed(position: int, change: int) -> None:
    data = bytearray(pack_files({"A.BAS": b"10 REM", "B.DAT": b"1,2,3"}))
    data[position % len(data)] ^= change
    with pytest.raises((RecordDamaged, RecordTooNew)):
        parse_files(bytes(data))


@pytest.mark.parametrize("change", [{"format": 2}, {"encoding": "zstd"}])
def test_what_a_newer_release_wrote_is_told_apart(change: dict[str, Any]) -> None:
    with pytest.raises(RecordTooNew):
        parse_files(msgpack.packb(msgpack.unpackb(pack_files({})) | change))


@pytest.mark.parametrize("files", [{"A": "text"}, {"": b""}, {"A" * 13: b""}, [b"A"], 1])
def test_what_is_no_map_of_files_is_damage(files: Any) -> None:
    with pytest.raises(RecordDamaged):
        parse_files(pack_files(files))
