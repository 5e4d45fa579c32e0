from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.binary import decode, encode, is_protected
from tests.language.programs import GOLDEN, tokens

SAVED = sorted(
    path for path in (GOLDEN / "session").glob("*.outfiles/*.BAS") if path.read_bytes().startswith((b"\xff", b"\xfe"))
)
PROGRAM = {10: tokens('PRINT "X":A=256+512'), 20: tokens("DATA 1,2"), 65529: tokens("REM")}


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name)
def test_writes_what_the_original_wrote(path: Path) -> None:
    data = path.read_bytes()
    written = encode(decode(data), protected=is_protected(data))
    # a protected file is kept with its end mark and what the buffer held behind it
    assert data == written or data.startswith(written + b"\x1a")


def test_there_are_files_of_both_kinds() -> None:
    assert {path.read_bytes()[0] for path in SAVED} == {0xFF, 0xFE}


@pytest.mark.parametrize("protected", [False, True])
def test_a_program_comes_back(protected: bool) -> None:
    data = encode(PROGRAM, protected=protected)
    assert decode(data) == PROGRAM
    assert decode(data + b"\x1a\x00\x00") == PROGRAM
    assert is_protected(data) is protected


def test_a_file_cut_short_gives_the_whole_lines() -> None:
    data = encode(PROGRAM)
    assert decode(data[:30]) == {10: PROGRAM[10]}
    assert decode(data[:1]) == {}


@pytest.mark.parametrize("data", [b"", b'10 PRINT "X"\r\n', b"\xfd\x00\x00"])
def test_a_file_of_another_kind_has_the_wrong_mode(data: bytes) -> None:
    with pytest.raises(BasicError) as caught:
        decode(data)
    assert caught.value.code == ErrorCode.BAD_FILE_MODE


@given(st.sampled_from([b"\xff", b"\xfe"]), st.binary(max_size=300))
def test_any_bytes_can_be_read(first: bytes, rest: bytes) -> None:
    assert all(0 <= number <= 0xFFFF for number in decode(first + rest))
