from __future__ import annotations

from mbasic_core.language.tokens import (
    FUNCTION_NAMES,
    FUNCTIONS,
    KEYWORDS,
    LINE_TAKERS,
    OPERANDS,
    SPECIAL,
    SPELLINGS,
    Tok,
)


def test_every_word_has_a_value_of_its_own() -> None:
    assert len(SPELLINGS) == len(KEYWORDS) + len(SPECIAL)
    assert len(set(FUNCTIONS.values())) == len(FUNCTIONS) == len(FUNCTION_NAMES)
    assert not set(FUNCTIONS) & set(KEYWORDS)


def test_words_with_marks_are_spelled_as_in_programs() -> None:
    assert {SPELLINGS[token] for token in (Tok.TAB, Tok.SPC, Tok.STRING, Tok.INKEY, Tok.LINE_, Tok.QUOTE)} == {
        "TAB(", "SPC(", "STRING$", "INKEY$", "LINE", "'",
    }  # fmt: skip
    assert set(SPECIAL) == set("+-*/^\\'>=<")


def test_values_next_to_those_that_files_show() -> None:
    assert Tok.WIDTH + 1 == Tok.ELSE == Tok.TRON - 1
    assert Tok.ON + 1 == Tok.NULL == Tok.WAIT - 1
    assert FUNCTIONS["MKD$"] == 0xB4


def test_return_takes_no_line_number() -> None:
    assert Tok.RETURN not in LINE_TAKERS
    assert {Tok.GOTO, Tok.THEN, Tok.ELSE, Tok.ERL, Tok.RENUM} <= LINE_TAKERS


def test_operands_of_constants() -> None:
    assert OPERANDS[Tok.DOUBLE] == 8
    assert OPERANDS[Tok.DIGIT + 9] == 0
    assert Tok.DIGIT + 10 not in OPERANDS
