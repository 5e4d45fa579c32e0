"""When pages need to be told only what changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mbasic_core.session.identifiers import new_root, redrawn
from mbasic_core.session.transcript import Transcript
from mbasic_core.session.view import View

ROOT = new_root()
FORMER = View(ROOT, 1, "10 REM\n", 3, Transcript("Ok\r\n"))


def test_what_was_typed_and_printed_since_goes_on() -> None:
    assert FORMER.follows(FORMER)
    assert replace(FORMER, text="20 REM\n", revision=4, transcript=Transcript("Ok\r\nRUN\r\n")).follows(FORMER)
    assert replace(FORMER, root=redrawn(ROOT)).follows(FORMER)


@pytest.mark.parametrize(
    "later",
    [
        replace(FORMER, root=new_root()),
        replace(FORMER, life=2),
        replace(FORMER, text="another"),
        replace(FORMER, revision=2),
        replace(FORMER, transcript=Transcript("Ok")),
    ],
)
def test_another_session_or_one_that_went_back_does_not(later: View) -> None:
    assert not later.follows(FORMER)
