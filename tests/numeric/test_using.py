"""PRINT USING: scanning, and walking through the format."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.fields import NumberField, StringField
from mbasic_core.numeric.literals import read_number
from mbasic_core.numeric.mbf import Value
from mbasic_core.numeric.using import Using, print_using, scan
from tests.numeric import recorded


def argument(text: str) -> Value | str:
    if text.startswith('"'):
        return text[1:-1]
    value, end = read_number(text, 0, recorded.no_fault)
    assert value is not None
    assert end == len(text)
    return value


def printed(fmt: str, values: list[Value | str]) -> str:
    """What PRINT USING leaves on the screen, an error included, as the recorded rows show it."""
    text = ""
    try:
        for piece in print_using(fmt, values):
            text += piece
    except BasicError as error:
        text += f"{{ERR {error.code} }}"
    return text + "\n"


def test_every_recorded_output_comes_out() -> None:
    wrong = []
    for fmt, values, output in recorded.rows("print_using"):
        got = printed(fmt, [argument(value) for value in values])
        if got != output:
            wrong.append((fmt, values, output, got))
    assert wrong == []


@pytest.mark.parametrize(
    ("fmt", "fields", "tail"),
    [
        ("", (), ""),
        ("ABC", (), "ABC"),
        ("a!b", (("a", StringField(1)),), "b"),
        ("\\  \\", (("", StringField(4)),), ""),
        ("\\x\\", (), "\\x\\"),
        ("&_&", (("", StringField(0)),), "&"),
        ("#,##.##", (("", NumberField(4, 3, commas=True)),), ""),
        ("**$,.#", (("", NumberField(4, 2, commas=True, stars=True, dollar=True)),), ""),
        ("$$", (("", NumberField(2, 0, dollar=True)),), ""),
        ("$#", (("$", NumberField(1, 0)),), ""),
        ("+.##", (("", NumberField(1, 3, plus=True)),), ""),
        ("++#-", (("+", NumberField(2, 0, plus=True)),), "-"),
        ("#-", (("", NumberField(1, 0, trailing="-")),), ""),
        ("#^^^^+", (("", NumberField(1, 0, trailing="+", exponent=True)),), ""),
        ("#^^^", (("", NumberField(1, 0)),), "^^^"),
        ("+ . $ * _", (), "+ . $ * _"),
    ],
)
def test_the_scanner_tells_fields_from_literals(
    fmt: str, fields: tuple[tuple[str, StringField | NumberField], ...], tail: str
) -> None:
    assert scan(fmt) == (fields, tail)


def test_the_format_begins_again_when_its_fields_are_used_up() -> None:
    assert printed("<#>", [1, 2, 3]) == "<1><2><3>\n"
    assert printed("# ! end", [1, "A"]) == "1 A end\n"
    assert printed("# ! end", [1]) == "1 \n"


@pytest.mark.parametrize(
    ("fmt", "values", "output"),
    [
        ("ABC", [5], "ABC{ERR 5 }\n"),
        ("", [5], "{ERR 5 }\n"),
        ("## A!", [1, 2], " 1 A{ERR 13 }\n"),
        ("x##", ["A"], "x{ERR 13 }\n"),
        ("A#########################", [5], "A{ERR 5 }\n"),
    ],
)
def test_what_was_printed_before_an_error_stays(fmt: str, values: list[Value | str], output: str) -> None:
    assert printed(fmt, values) == output


def test_the_pieces_come_one_by_one() -> None:
    using = Using("A##B&C")
    assert [using.lead(), using.show(5), using.lead(), using.show("x"), using.rest()] == ["A", " 5", "B", "x", "C"]
    assert using.lead() == "CA"
    with pytest.raises(BasicError) as raised:
        using.show("x")
    assert raised.value.code == ErrorCode.TYPE_MISMATCH
