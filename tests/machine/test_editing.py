"""The program's text as data."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.ast import LineRange
from mbasic_core.machine import editing
from mbasic_core.runtime.variables import Variables


def ignore(code: ErrorCode) -> None:
    """Overflow in a constant is not the subject."""


def test_a_line_is_kept_replaced_and_deleted() -> None:
    program: dict[int, bytes] = {}
    assert editing.store(program, "10 PRINT", ignore) == 10
    assert editing.store(program, " 10 END", ignore) == 10
    assert [editing.listed(10, program[10])] == ["10 END"]
    assert editing.store(program, "10", ignore) == 10
    assert program == {}


def test_a_line_without_a_number_is_not_kept() -> None:
    program: dict[int, bytes] = {}
    assert editing.store(program, "PRINT 1", ignore) is None
    assert program == {}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("10 " + "x" * 253, ErrorCode.LINE_BUFFER_OVERFLOW),
        ("10", ErrorCode.UNDEFINED_LINE),
    ],
)
def test_lines_that_are_refused(line: str, code: ErrorCode) -> None:
    with pytest.raises(BasicError) as caught:
        editing.store({}, line, ignore)
    assert caught.value.code == code


def test_in_a_file_an_empty_line_may_delete_what_is_not_there() -> None:
    assert editing.store({}, "10", ignore, strict=True) == 10


def test_an_overflow_in_a_constant_is_told() -> None:
    told: list[ErrorCode] = []
    for _ in range(2):
        editing.store({}, "10 A=1E99", told.append)
    assert told == [ErrorCode.OVERFLOW] * 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b", ""]),
        ("a\rb", ["a", "b"]),
        ("a\0b\n\x1ac", ["ab", ""]),
        ("", [""]),
    ],
)
def test_lines_of_a_file(text: str, lines: list[str]) -> None:
    assert editing.text_lines(text) == lines


@pytest.mark.parametrize(
    ("lines", "start", "numbers"),
    [
        (None, 0, [10, 20, 30]),
        (None, 11, [20, 30]),
        (LineRange(20, None), 0, [20, 30]),
        (LineRange(None, 20), 0, [10, 20]),
        (LineRange(-1, -1), 0, [20]),
        (LineRange(10, 30), 30, [30]),
    ],
)
def test_lines_of_a_range(lines: LineRange | None, start: int, numbers: list[int]) -> None:
    assert editing.select(dict.fromkeys((30, 10, 20), b""), lines, 20, start) == numbers


def test_scalars_are_shown_as_they_print() -> None:
    variables = Variables()
    for key, value in (("A$", "x"), ("B%", -3), ("C!", 0.5)):
        variables.values[variables.define(key)] = value
    variables.slot("D!")
    assert editing.scalars(variables) == [("A$", "$", '"x"'), ("B%", "I", "-3"), ("C!", "S", ".5")]
