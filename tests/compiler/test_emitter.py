"""The Python text of a function while it is written."""

from __future__ import annotations

from mbasic_core.compiler.emitter import Emitter, Operand, StaticError
from mbasic_core.errors import ErrorCode
from mbasic_core.runtime.variables import Variables


def test_each_kept_value_has_a_local_of_its_own() -> None:
    out = Emitter(Variables())
    assert [out.keep("1+1", "I"), out.keep("2", "S")] == [Operand("t0", "I"), Operand("t1", "S")]
    assert out.name() == "t2"
    assert out.lines == [" t0=1+1", " t1=2"]


def test_lines_are_indented_by_the_depth() -> None:
    out = Emitter(Variables(), depth=2)
    out.emit("pass")
    out.fail(ErrorCode.OVERFLOW)
    assert out.lines == ["  pass", "  raise BasicError(6)"]


def test_a_static_error_knows_its_code() -> None:
    assert StaticError(ErrorCode.TYPE_MISMATCH).code == ErrorCode.TYPE_MISMATCH
