from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.language.lister import detokenise, list_line
from mbasic_core.language.tokens import FUNCTIONS, KEYWORDS
from tests.language.programs import GOLDEN, tokens, typed


@pytest.mark.parametrize(
    "session", ["canon_else", "canon_nums", "canon_ops", "nospace_list", "save_tok_all", "case", "enter_list"]
)
def test_lists_as_the_original_does(session: str) -> None:
    folder = GOLDEN / "session"
    program = typed((folder / f"{session}.session").read_text(encoding="latin-1"))
    lines = [list_line(number, program[number]) for number in sorted(program)]
    screen = "\n".join(line[at : at + 80] for line in lines for at in range(0, len(line), 80))
    assert screen in (folder / f"{session}.out").read_text(encoding="latin-1")


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("?A", "PRINT A"),
        ('?"A"', 'PRINT"A"'),
        ("go to 10", "GOTO 10"),
        ("IF A=1THEN 10", "IF A=1 THEN 10"),
        ("IF A THEN 10ELSE 20", "IF A THEN 10ELSE 20"),
        ("1FNA(2)", "1 FNA(2)"),
        ("PRINT TAB(5)A", "PRINT TAB(5)A"),
        ("A=PEEK(1)OR 2", "A=PEEK(1)OR 2"),
        ("SIN COS", "SIN COS"),
        ("DATA a,IF", "DATA a,IF"),
        ("REM it's", "REM it's"),
        ("' it's", "' it's"),
        ("A=1.50", "A=1.5"),
    ],
)
def test_blanks_between_words(text: str, listed: str) -> None:
    assert detokenise(tokens(text)) == listed


def test_a_line_that_begins_with_a_tab_has_no_blank_before_it() -> None:
    assert list_line(10, b"\tA") == "10\tA"
    assert list_line(10, b"A") == "10 A"


def test_a_line_longer_than_the_buffer_is_cut() -> None:
    assert len(detokenise(b"\x1f\x00\x00\x00\x00\x00\x00\x40\x99" * 60)) == 255


def test_bytes_without_meaning_print_nothing() -> None:
    assert detokenise(b"\x91\x9b\xff\xa5\xffA") == "PRINT"


_WORDS = [
    *KEYWORDS,
    *FUNCTIONS,
    *"ABXYZ()(),;:\"'#$%!0123456789+-*/^\\<>=",
    "10",
    "255",
    "&HFF",
    "A$",
    "FNA",
    " ",
    "  ",
]


@given(st.lists(st.sampled_from(_WORDS), max_size=40).map("".join))
def test_a_listed_line_is_stored_as_the_line_that_was_typed(text: str) -> None:
    listed = detokenise(tokens(text))
    assert detokenise(tokens(listed)) == listed or len(listed) == 255


@given(st.binary(max_size=320))
def test_any_bytes_can_be_listed(line: bytes) -> None:
    assert all(ord(char) < 256 for char in list_line(10, line))
