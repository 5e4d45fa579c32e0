"""INPUT and LINE INPUT: what is on the screen when a mistake is found."""

from __future__ import annotations

import pytest

from tests.machine.talk import Talk, run


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ('10 LINE INPUT "Q";A', "Q\nType mismatch in 10"),
        ('10 LINE INPUT "Q";5', "Q\nSyntax error in 10"),
        ('10 LINE INPUT "Q"', "Syntax error in 10"),
        ("10 LINE INPUT A", "Type mismatch in 10"),
        ("10 LINE INPUT #1,A", "Bad file mode in 10"),
        ('10 OPEN "O",1,"F":CLOSE:OPEN "I",1,"F":LINE INPUT #1,A', "Type mismatch in 10"),
        ("10 PRINT INPUT$(1,#1)", "Input past end in 10"),
    ],
)
def test_the_prompt_comes_before_the_variable_is_looked_at(program: str, shown: str) -> None:
    assert run(program) == shown


def test_a_prompt_is_broken_where_the_line_ends() -> None:
    talk = Talk('10 WIDTH 10:PRINT "12345678";:INPUT "abc";A')
    assert talk.type("RUN") == "12345678ab\nc? "
