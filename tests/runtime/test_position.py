"""Places in a program as integers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.runtime.position import DIRECT, DONE, END, STATEMENTS, at, index_of, line_of


@given(st.integers(0, DIRECT), st.integers(0, STATEMENTS - 1))
def test_a_position_gives_back_its_line_and_statement(line: int, index: int) -> None:
    position = at(line, index)
    assert (line_of(position), index_of(position)) == (line, index)


def test_positions_are_in_the_order_of_the_text() -> None:
    assert END < at(0) < at(0, STATEMENTS - 1) < at(1) < at(DIRECT)
    assert DONE != END
    assert DONE < 0
