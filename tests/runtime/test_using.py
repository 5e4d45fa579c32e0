"""PRINT USING on a device."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.screen import Screen
from mbasic_core.runtime.state import State
from mbasic_core.runtime.using import Using


def screen() -> Screen:
    return Screen(State())


def test_literals_and_fields_come_in_order() -> None:
    out = screen()
    using = Using("a## b", out)
    using.value(5)
    using.value(7)
    using.end(True)
    assert "".join(out.out) == "a 5 ba 7 b\r\n"


def test_the_line_may_stay_open() -> None:
    out = screen()
    using = Using("!", out)
    using.value("xyz")
    using.end(False)
    assert "".join(out.out) == "x"


def test_an_error_leaves_what_came_before_it() -> None:
    out = screen()
    using = Using("n=## t=!", out)
    using.value(5)
    with pytest.raises(BasicError) as caught:
        using.value(6)
    assert caught.value.code == ErrorCode.TYPE_MISMATCH
    assert "".join(out.out).startswith("n= 5 t=")


def test_a_format_without_a_field() -> None:
    with pytest.raises(BasicError) as caught:
        Using("none", screen()).value(1)
    assert caught.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL
