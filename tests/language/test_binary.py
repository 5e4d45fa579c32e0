from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.binary import decode, encode, is_protected
from mbasic_core.language.items import data_end, skip_item
from mbasic_core.language.tokens import OPERANDS, Tok
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


def line_end(data: bytes, pos: int) -> int:
    """Where a line's final zero is, item by item."""
    while pos < len(data) and data[pos] != 0:
        if data[pos] == Tok.DATA:
            pos = data_end(data, pos)
        elif data[pos] in (Tok.REM, ord('"')):
            end = data.find(b"\0", pos)
            end = len(data) if end < 0 else end
            closing = data.find(b'"', pos + 1, end) if data[pos] == ord('"') else -1
            pos = end if closing < 0 else closing + 1
        else:
            pos = skip_item(data, pos)
    return pos


SPECIAL = st.sampled_from([*b'\0":', Tok.DATA, Tok.REM, Tok.FUNCTION, *OPERANDS])


@given(st.lists(SPECIAL | st.integers(0, 255), max_size=60).map(bytes))
def test_a_line_ends_behind_its_last_item(line: bytes) -> None:
    end = line_end(line, 0)
    data = b"\xff\1\1\x0a\0" + line
    assert decode(data) == ({10: line[:end]} if end < len(line) else {}) | rest_of(line[end + 1 :])


def rest_of(data: bytes) -> dict[int, bytes]:
    return decode(b"\xff" + data)


@pytest.mark.parametrize("protected", [False, True])
def test_a_file_that_is_too_large_or_no_program_is_refused_before_time_is_spent_on_it(protected: bool) -> None:
    data = encode({number: tokens(f'PRINT "{number}"') for number in range(1, 3_000)}, protected=protected)
    size = len(data) - 3
    assert len(decode(data, room=size)) == 2_999
    assert len(decode(data + b"\x1a" * 100_000, room=size)) == 2_999
    with pytest.raises(BasicError) as caught:
        decode(data, room=size - 10)
    assert caught.value.code == ErrorCode.OUT_OF_MEMORY
    with pytest.raises(BasicError) as caught:
        decode(encode({10: b"A" * 5_000}, protected=protected))
    assert caught.value.code == ErrorCode.LINE_BUFFER_OVERFLOW


def test_a_large_protected_file_is_read_in_hundredths_of_a_second() -> None:
    data = encode({number: tokens('A=A*2+SIN(B):PRINT "X";A') for number in range(1, 10_001)}, protected=True)
    assert len(data) > 200_000
    times = []
    for _ in range(5):
        begun = time.thread_time()
        decode(data, room=262_144)
        times.append(time.thread_time() - begun)
    assert min(times) < 0.1
