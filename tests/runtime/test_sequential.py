"""Reading and writing files character by character."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.convert import cdbl
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.sequential import Reader, Writer
from mbasic_core.runtime.state import OpenFile


def change(file: OpenFile, buffer: bytes) -> None:
    file.buffer = buffer


def reader_of(data: bytes) -> Reader:
    def fault(code: ErrorCode) -> None:
        raise BasicError(code)

    return Reader(OpenFile("A", "I"), StateDisk({"A": data}), fault)


@pytest.mark.parametrize(
    ("data", "types", "values"),
    [
        (b"1,2 3\r\n4", "SSSI", [1.0, 2.0, 3.0, 4]),
        (b" 5  ,6", "SS", [5.0, 6.0]),
        (b'abc ,"d,e" ,f\r\ng', "$$$$", ["abc", "d,e", "f", "g"]),
        (b",x", "$$", ["", "x"]),
        (b'"two\r\nlines"\r\n7', "$S", ["two\r\nlines", 7.0]),
        (b'a"b,c', "$$", ['a"b', "c"]),
        (b"1.5\r\n2.5", "ID", [2, cdbl(2.5)]),
        (b"\r\nabc\r\n\r\n7,\r\n8", "$$SSSS", ["", "abc", 0.0, 7.0, 0.0, 8.0]),
        (b"a\nb,1\n2 3", "$SS", ["ab", 12.0, 3.0]),
        (b"a\n\r\nb\r\n1\n\r2\r\n3", "$SS", ["ab", 12.0, 3.0]),
        (b"a\n\nb\n,\nc", "$$", ["a\nb", "c"]),
        (b'"a\nb\n\r" \r\nc', "$$", ["a\nb\n\r", "c"]),
        (b"a\0b", "$", ["ab"]),
        (b"x" * 300, "$$", ["x" * 255, "x" * 45]),
    ],
)
def test_items(data: bytes, types: str, values: list[object]) -> None:
    reader = reader_of(data)
    assert [reader.item(type_) for type_ in types] == values


def test_a_line_feed_before_a_carriage_return_keeps_the_line_going() -> None:
    reader = reader_of(b"a\n\rb\n\n\rc\r\nd\n\r\ne\r\n")
    assert [reader.line() for _ in range(2)] == ["a\n\rb\n\n", "c"]
    assert reader.line() == "d\n\r\ne"


def test_lines() -> None:
    reader = reader_of(b'one, "two"\r\n\r\nthree\nfour\rfive\x1asix')
    assert [reader.line() for _ in range(4)] == ['one, "two"', "", "three\nfour", "five"]
    assert reader.at_end()


READINGS: list[Callable[[Reader], object]] = [
    lambda reader: reader.item("$"),
    Reader.line,
    lambda reader: reader.take(1),
]


@pytest.mark.parametrize("reading", READINGS)
def test_past_the_end(reading: Callable[[Reader], object]) -> None:
    with pytest.raises(BasicError) as caught:
        reading(reader_of(b"\x1a"))
    assert caught.value.code == ErrorCode.INPUT_PAST_END


def test_a_file_that_is_gone_is_at_its_end() -> None:
    def fault(code: ErrorCode) -> None:
        raise BasicError(code)

    assert Reader(OpenFile("A", "I"), StateDisk(), fault).at_end()


def test_characters_are_taken_by_number() -> None:
    reader = reader_of(b"abcdef")
    assert (reader.take(2), reader.take(3)) == ("ab", "cde")
    with pytest.raises(BasicError) as caught:
        reader.take(0)
    assert caught.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL


def test_a_writer_counts_columns() -> None:
    file = OpenFile("A", "O")
    writer = Writer(file, StateDisk(), change)
    writer.put("abc")
    writer.comma()
    writer.put("x")
    assert file.buffer == b"abc" + b" " * 11 + b"x"
    assert writer.column == 15
    writer.tab(5)
    assert file.buffer.endswith(b"x\r\n    ")
    writer.newline()
    assert writer.column == 0
    writer.spc(300)
    assert writer.column == 300 - 256


def test_a_writer_fills_the_buffer_of_a_record() -> None:
    file = OpenFile("A", "R", length=4, buffer=bytes(4))
    writer = Writer(file, StateDisk(), change)
    writer.write("abc")
    assert file.buffer == b"abc\0"
    with pytest.raises(BasicError) as caught:
        writer.write("de")
    assert caught.value.code == ErrorCode.FIELD_OVERFLOW


@pytest.mark.parametrize(
    ("run", "type_"),
    [(b" ", "S"), (b" ", "$"), (b"\0", "S"), (b"\0", "$"), (b"\n\r", "$")],
)
def test_a_million_bytes_of_which_a_value_has_none_are_passed_over_at_once(run: bytes, type_: str) -> None:
    first = b"" if run == b" " else b"7"
    reader = reader_of(first + run * 900_000 + b"5,6")
    before = time.process_time()
    assert reader.item(type_) in (5.0, 75.0, "5", "75")
    assert reader.item("S") == 6.0
    assert time.process_time() - before < 0.05  # byte by byte it was a quarter of a second
