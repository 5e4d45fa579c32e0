"""docs/language.md is complete and says what is true of the code."""

from __future__ import annotations

from mbasic_core.compiler import functions
from mbasic_core.compiler.statements import BUILDERS
from mbasic_core.language import ast
from mbasic_core.language.tokens import FUNCTIONS, KEYWORDS, SPECIAL
from tests import language_table
from tests.language_table import NONE, Row

STATEMENTS = [row for rows in language_table.statements().values() for row in rows]
CALLS = [row for rows in language_table.functions().values() for row in rows]
OPERATORS = language_table.operators_()
ROWS = [*STATEMENTS, *CALLS, *OPERATORS]

NOT_RECORDED = {
    "DEF USR[digit] = address",
    "NULL count",
    "PRINT # file, USING format; items",
    "VARPTR(#file)",
    "WIDTH LPRINT columns",
}
"""Forms without a golden case. What gets one is taken off; nothing is to be added."""

NOT_THERE = {"CALL variable[(arguments)]", "USR[digit] (value)"}
"""Forms that nothing carries out: Illegal function call (docs/differences.md)."""


def forms(rows: list[Row]) -> set[str]:
    return {row.form for row in rows}


def test_the_page_is_what_the_code_and_the_cases_make() -> None:
    text = language_table.DOCUMENT.read_text(encoding="utf-8")
    assert text == language_table.render(), "run: python -m tests.language_table --write"


def test_every_keyword_has_a_row() -> None:
    words = {*KEYWORDS, *FUNCTIONS, *SPECIAL}
    assert words - {word for row in ROWS for word in row.words} == set()


def test_every_row_has_a_golden_case() -> None:
    assert {row.form for row in ROWS if not row.cases} == NOT_RECORDED


def test_what_nothing_carries_out_is_known() -> None:
    assert {row.form for row in ROWS if row.home == NONE} == NOT_THERE


def test_every_kind_of_statement_is_in_the_table() -> None:
    kinds = {kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.Statement)}
    shown = language_table.kinds()
    assert kinds - shown == {ast.Statement, ast.Bad, ast.Else}
    assert BUILDERS.keys() - shown == {ast.Bad, ast.Else}


def test_every_function_of_the_compiler_is_in_the_table() -> None:
    words = {word for row in CALLS for word in row.words}
    assert {*functions._TABLE, *functions._SPECIAL} - words == {"INPUT$", "VARPTR#"}  # INPUT and VARPTR with a sign


def test_a_form_is_named_once() -> None:
    assert len(forms(STATEMENTS)) == len(STATEMENTS)
    assert len(forms(CALLS)) == len(CALLS)
    assert len(forms(OPERATORS)) == len(OPERATORS)


def test_every_home_is_a_module() -> None:
    for row in ROWS:
        if row.home != NONE:
            assert (language_table.ROOT / "mbasic_core" / row.home.partition(" ")[0]).is_file(), row.form
