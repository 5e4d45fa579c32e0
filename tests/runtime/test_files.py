"""Open files: sequential ones, random ones, and the fields that show a buffer."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.files import Files
from mbasic_core.runtime.state import FieldPart, State


def files_of(**contents: bytes) -> tuple[Files, State, StateDisk]:
    state, disk = State(), StateDisk(dict(contents))

    def fault(code: ErrorCode) -> None:
        raise BasicError(code)

    return Files(state, disk, fault), state, disk


def value(state: State, key: str) -> object:
    return state.variables.values[state.variables.slots[key]]


def test_output_reaches_the_disk_when_the_file_is_closed() -> None:
    files, state, disk = files_of(A=b"old")
    files.open("O", 1, "A", 128)
    files.writer(1).write("new")
    assert disk.read("A") == b""
    files.close(1)
    assert disk.read("A") == b"new"
    assert state.files == {}


def test_long_output_does_not_wait_for_the_end() -> None:
    files, _, disk = files_of()
    files.open("O", 1, "A", 128)
    files.writer(1).write("x" * 9_000)
    assert disk.read("A") == b"x" * 9_000


@pytest.mark.parametrize(
    ("mode", "number", "name", "length", "code"),
    [
        ("X", 1, "A", 128, ErrorCode.BAD_FILE_MODE),
        ("I", 0, "A", 128, ErrorCode.BAD_FILE_NUMBER),
        ("I", 4, "A", 128, ErrorCode.BAD_FILE_NUMBER),
        ("I", 1, "B", 128, ErrorCode.FILE_NOT_FOUND),
        ("R", 1, "A", 129, ErrorCode.ILLEGAL_FUNCTION_CALL),
        ("R", 1, "A", -1, ErrorCode.ILLEGAL_FUNCTION_CALL),
        ("I", -1, "A", 128, ErrorCode.ILLEGAL_FUNCTION_CALL),
        ("I", 256, "A", 128, ErrorCode.ILLEGAL_FUNCTION_CALL),
        ("I", 3, "A", 128, ErrorCode.FILE_ALREADY_OPEN),
    ],
)
def test_open_refuses(mode: str, number: int, name: str, length: int, code: ErrorCode) -> None:
    files, _, _ = files_of(A=b"")
    files.open("I", 3, "A", 128)
    with pytest.raises(BasicError) as caught:
        files.open(mode, number, name, length)
    assert caught.value.code == code


def test_a_file_is_used_as_it_was_opened() -> None:
    files, _, _ = files_of(A=b"")
    files.open("I", 1, "A", 128)
    for use in (lambda: files.writer(1), lambda: files.get(1, 1), lambda: files.field(1, [])):
        with pytest.raises(BasicError) as caught:
            use()
        assert caught.value.code == ErrorCode.BAD_FILE_MODE


def test_closing_what_is_not_open_does_nothing() -> None:
    files, state, _ = files_of()
    files.close(2)
    files.close()
    assert state.files == {}


def test_eof_loc_and_lof() -> None:
    files, _, _ = files_of(A=b"x" * 200 + b"\x1arest")
    files.open("I", 1, "A", 128)
    assert (files.eof(1), files.loc(1), files.lof(1)) == (0, 1, 2)
    assert files.reader(1).take(200) == "x" * 200
    assert (files.eof(1), files.loc(1)) == (-1, 2)


def test_counts_beyond_an_integer_are_single() -> None:
    files, _, _ = files_of(A=b"x" * 128 * 40_000)
    files.open("I", 1, "A", 128)
    files.file(1).offset = 128 * 39_999
    assert files.loc(1) == 40_000
    assert isinstance(files.loc(1), float)


def test_length_is_that_of_the_last_extent() -> None:
    files, _, _ = files_of(A=b"x" * 128 * 300)
    files.open("I", 1, "A", 128)
    assert files.lof(1) == 128
    file = files.file(1)
    for records, length in ((128, 128), (255, 128), (256, 44), (300, 44)):
        file.offset = 128 * records
        assert files.lof(1) == length
    files.open("R", 2, "A", 64)
    assert files.lof(2) == 128
    for record, length in ((256, 128), (257, 128), (513, 44), (600, 44), (800, 0)):
        files.get(2, record)
        assert files.lof(2) == length
    files.open("O", 3, "B", 128)
    for written, length in ((128, 128), (129, 1), (257, 1)):
        files.writer(3).write("x" * (128 * written + 1 - files.file(3).column))
        assert files.lof(3) == length


def test_records_of_a_random_file() -> None:
    files, state, disk = files_of()
    files.open("R", 1, "A", 4)
    files.field(1, [FieldPart(["A$"], 3), FieldPart(["B$"], 1)])
    assert files.assign(["A$"], "\0\0\0", "abc")
    files.put(1, 2)
    assert disk.read("A") == b"\0\0\0\0abc\0"
    files.get(1, 1)
    assert value(state, "A$") == "\0\0\0"
    files.get(1, None)
    assert (value(state, "A$"), value(state, "B$"), files.loc(1)) == ("abc", "\0", 2)
    assert files.eof(1) == 0
    for record, eof in ((9, 0), (32, 0), (33, -1), (3, 0)):
        files.get(1, record)
        assert (value(state, "A$"), files.eof(1)) == ("\0\0\0", eof)
    files.open("R", 2, "A", 100)
    for record, eof in ((1, 0), (2, -1)):
        files.get(2, record)
        assert files.eof(2) == eof


def test_a_field_may_be_an_element() -> None:
    files, state, _ = files_of(A=b"wxyz")
    files.open("R", 1, "A", 4)
    files.field(1, [FieldPart(["A$", 2], 4)])
    files.get(1, 1)
    assert state.variables.element(state.variables.array_slots["A$"], (2,)) == "wxyz"


def test_two_fields_that_overlap_change_together() -> None:
    files, state, _ = files_of()
    files.open("R", 1, "A", 4)
    files.field(1, [FieldPart(["A$"], 4)])
    files.field(1, [FieldPart(["B$"], 2)])
    assert files.assign(["A$"], "\0" * 4, "abcd")
    assert value(state, "B$") == "ab"


def test_a_variable_that_got_another_value_no_longer_shows_the_buffer() -> None:
    files, _, _ = files_of()
    files.open("R", 1, "A", 4)
    files.field(1, [FieldPart(["A$"], 4)])
    assert not files.assign(["A$"], "else", "abcd")
    assert not files.assign(["C$"], "\0" * 4, "abcd")


def test_fields_longer_than_the_record() -> None:
    files, _, _ = files_of()
    files.open("R", 1, "A", 4)
    with pytest.raises(BasicError) as caught:
        files.field(1, [FieldPart(["A$"], 3), FieldPart(["B$"], 2)])
    assert caught.value.code == ErrorCode.FIELD_OVERFLOW


@pytest.mark.parametrize(("size", "records"), [(0, 0), (1, 0), (128, 0), (129, 1), (9_000, 70)])
def test_what_is_written_counts_when_it_has_left_the_buffer(size: int, records: int) -> None:
    files, _, _ = files_of()
    files.open("O", 1, "A", 128)
    files.writer(1).write("x" * size)
    assert (files.loc(1), files.lof(1)) == (records, records)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (0, ErrorCode.BAD_RECORD_NUMBER),
        (-1, ErrorCode.ILLEGAL_FUNCTION_CALL),
        (32768, ErrorCode.BAD_RECORD_NUMBER),
    ],
)
def test_a_record_number_out_of_range(record: int, code: ErrorCode) -> None:
    files, _, _ = files_of()
    files.open("R", 1, "A", 4)
    with pytest.raises(BasicError) as caught:
        files.put(1, record)
    assert caught.value.code == code


def test_varptr_of_a_file() -> None:
    files, _, _ = files_of(A=b"")
    files.open("I", 1, "A", 128)
    files.open("I", 2, "A", 128)
    assert 0 < files.address(1) < files.address(2) < 32768
    with pytest.raises(BasicError):
        files.address(3)
