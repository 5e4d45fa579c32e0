"""What leaves the ordinary flow, and how."""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.control import Exhausted, Finished, Halt, Located, Suspend


def test_a_halt_says_which() -> None:
    assert Halt("stop").kind == "stop"


def test_a_located_error_is_a_basic_error_of_another_line() -> None:
    error = Located(ErrorCode.SYNTAX, 120)
    assert isinstance(error, BasicError)
    assert (error.code, error.line, error.final) == (2, 120, False)
    assert Located(2, 120, final=True).final


def test_what_is_no_error_of_basic_cannot_be_trapped() -> None:
    assert not any(issubclass(kind, BasicError) for kind in (Exhausted, Finished, Halt, Suspend))
