from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.binary import decode
from mbasic_core.language.crunch import crunch, split_number
from tests.language.programs import GOLDEN, ignore, tokens, typed


@pytest.mark.parametrize(
    ("session", "file"), [("save_tok_all", "ALL"), ("save_data_bytes", "X"), ("files", "C"), ("merge_bad", "TOK")]
)
def test_gives_the_bytes_that_the_original_saved(session: str, file: str) -> None:
    text = (GOLDEN / "session" / f"{session}.session").read_text(encoding="latin-1")
    saved = (GOLDEN / "session" / f"{session}.outfiles" / f"{file}.BAS").read_bytes()
    assert typed(text) == decode(saved)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IFA=1", b"IFA\xf0\x12"),
        ("IF A=1", b"\x8b A\xf0\x12"),
        ("WHILE A", b"\xb4\xf2 A"),
        ("WHILEA", b"WHILEA"),
        ("PRINT A ELSE B", b"\x91 A :\xa2 B"),
        ("PRINT 'x", b"\x91 :\x8f\xdbx"),
        ('rem Note: "x', b'\x8f Note: "x'),
        ("? 1", b"\x91 \x12"),
        ("GO TO 10", b"\x89 \x0e\x0a\x00"),
        ("GO SUB 10", b"\x8d \x0e\x0a\x00"),
        ("GO  SUB 10", b"GO  SUB 10"),
        ("GO   TO 10", b"\x89 \x0e\x0a\x00"),
        ("GO TOTAL", b"GO TOTAL"),
        ("FNX=DEFFNA", b"\xd3X\xf0DEFFNA"),
        ("USRA=USR1", b"\xd2A\xf0\xd2\x12"),
        ("TAB(1)TAB (1)", b"\xd0\x12)TAB (\x12)"),
        ("LEFT$(A$)LEFT$A", b"\xff\x81(A$)LEFT$A"),
        ("INPUT$(1)INKEY$", b"\x85$(\x12)\xdd"),
        ("PRINT.5 PRINT .5", b"PRINT.5 \x91 \x1d\x00\x00\x00\x80"),
        ("BASE 0,1", b"BASE 0,\x12"),
        ("A 1 2", b"A 1 2"),
        ("1 2 3 :", b"\x0f\x7b :"),
        ("ON X GOTO 1,2", b"\x95 X \x89 \x0e\x01\x00,\x0e\x02\x00"),
        ("LIST .-20", b"\x93 .\xf3\x0e\x14\x00"),
        ("GOTO 65530", b"\x89 \x0e\x99\x19\x0e\x00\x00"),
        ("IF ERL=30 AND 30", b"\x8b \xd6\xf0\x0e\x1e\x00 \xf7 \x0f\x1e"),
        ("RETURN 30", b"\x8e \x0f\x1e"),
        ("&hff &17 &O17", b"\x0c\xff\x00 \x0b\x0f\x00 \x0b\x0f\x00"),
        ('DATA print,"a:b",1:print', b'\x84 print,"a:b",1:\x91'),
        ("255,256,1#", b"\x0f\xff,\x1c\x00\x01,\x1f\x00\x00\x00\x00\x00\x00\x00\x81"),
        ('a$="b', b'A$\xf0"b'),
        ("A\x01B\x80C\tD", b"A BC\tD"),
    ],
)
def test_words_numbers_and_blanks(text: str, expected: bytes) -> None:
    assert tokens(text) == expected


def test_an_overflow_in_a_constant_is_told_and_the_largest_number_stored() -> None:
    told: list[ErrorCode] = []
    assert crunch("A=1E99", told.append) == b"A\xf0\x1d\xff\xff\x7f\xff"
    assert told == [ErrorCode.OVERFLOW]


def test_a_line_with_too_many_tokens_overflows_the_buffer() -> None:
    with pytest.raises(BasicError) as caught:
        tokens("1.," * 85)
    assert caught.value.code == ErrorCode.LINE_BUFFER_OVERFLOW


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 PRINT", (10, "PRINT")),
        ("10PRINT", (10, "PRINT")),
        ("  10   PRINT", (10, "  PRINT")),
        ("1 0 10=A", (1010, "=A")),
        ("0 A", (0, "A")),
        ("65529", (65529, "")),
        ("65530 END", (6553, "0 END")),
        ("99999", (9999, "9")),
        ("6553 0 END", (6553, "0 END")),
        ("PRINT 1", (None, "PRINT 1")),
        ("", (None, "")),
    ],
)
def test_line_numbers_of_typed_lines(text: str, expected: tuple[int | None, str]) -> None:
    assert split_number(text) == expected


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=255))
def test_any_text_has_tokens_or_is_a_basic_error(text: str) -> None:
    try:
        found = crunch(text, ignore)
    except BasicError:
        return
    assert len(found) <= 314
