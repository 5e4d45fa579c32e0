"""Expressions: types, order, conditions, elements."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.convert import cdbl
from mbasic_core.runtime.items import Value
from tests.compiler.values import step, value


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("1#", cdbl(1)),
        ('"a"', "a"),
        ("A", 0.0),
        ("A%", 0),
        ("A#", (0, 0)),
        ("A$", ""),
        ("-5", -5),
        ("-(5)", -5),
        ("-A%", 0),
        ("-A#", (0, 0)),
        ("+5", 5),
        ("2+3*4", 14.0),
        ("(2+3)*4", 20.0),
        ("2^3", 8.0),
        ("7/2", 3.5),
        ("7\\2", 3),
        ("-7\\2", -3),
        ("-7 MOD 3", -1),
        ("32767+1", 32768.0),
        ("300*300", 90000.0),
        ("-32768-1", -32769.0),
        ("1.5+1", 2.5),
        ("1#+1.5", cdbl(2.5)),
        ("1<2", -1),
        ("1>2", 0),
        ("1=1#", -1),
        ('"a"<"b"', -1),
        ('"a"="A"', 0),
        ("1=1 AND 2=2", -1),
        ("1=1 AND 2=3 OR 3=3", -1),
        ("5 AND 3", 1),
        ("5 OR 3", 7),
        ("5 XOR 3", 6),
        ("5 EQV 3", -7),
        ("5 IMP 3", -5),
        ("NOT 0", -1),
        ("NOT -1.4", 0),
        ("-5 AND -3", -7),
        ('"a"+"b"+"c"', "abc"),
        ("5--3", 8),
        ("5*-3", -15),
        ("5--3.5", 8.5),
    ],
)
def test_values(text: str, result: Value) -> None:
    found = value(text)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('1+"a"', ErrorCode.TYPE_MISMATCH),
        ('"a"-"b"', ErrorCode.TYPE_MISMATCH),
        ('"a"<1', ErrorCode.TYPE_MISMATCH),
        ('-"a"', ErrorCode.TYPE_MISMATCH),
        ('NOT "a"', ErrorCode.TYPE_MISMATCH),
        ('"a"^2', ErrorCode.TYPE_MISMATCH),
        ("1\\0", ErrorCode.DIVISION_BY_ZERO),
        ("1 MOD 0", ErrorCode.DIVISION_BY_ZERO),
        ("40000 AND 1", ErrorCode.OVERFLOW),
        ("NOT 1E10", ErrorCode.OVERFLOW),
        ("A(11)", ErrorCode.SUBSCRIPT_OUT_OF_RANGE),
        ("A(-1)", ErrorCode.ILLEGAL_FUNCTION_CALL),
        ('A("x")', ErrorCode.TYPE_MISMATCH),
        ("FNX(1)", ErrorCode.UNDEFINED_USER_FUNCTION),
        ('STRING$(200,"x")+STRING$(56,"x")', ErrorCode.STRING_TOO_LONG),
    ],
)
def test_errors(text: str, code: ErrorCode) -> None:
    with pytest.raises(BasicError) as caught:
        value(text)
    assert caught.value.code == code


@pytest.mark.parametrize("base", ["", "OPTION BASE 1:"])
@pytest.mark.parametrize("dimensions", ["3", "3,4", "3,4,2"])
def test_elements_are_found_where_they_were_put(base: str, dimensions: str) -> None:
    ones = ",".join("1" for _ in dimensions.split(","))
    before = f"{base}DIM A({dimensions}):A({dimensions})=5:A({ones})=7"
    assert value(f"A({dimensions})*10+A({ones})", before) == 57.0
    with pytest.raises(BasicError) as caught:
        value(f"A({ones},1)", before)
    assert caught.value.code == ErrorCode.SUBSCRIPT_OUT_OF_RANGE


def test_below_the_base_there_is_no_element() -> None:
    with pytest.raises(BasicError) as caught:
        value("A(0)", "OPTION BASE 1:DIM A(3)")
    assert caught.value.code == ErrorCode.SUBSCRIPT_OUT_OF_RANGE


def test_subscripts_are_rounded() -> None:
    assert value("A(1.5)", "A(2)=9") == 9.0


def test_the_target_is_found_before_the_value_is_computed() -> None:
    state = step("I=1:A(I)=5:I=2:A(I)=A(1)+I")
    assert state.variables.cells[0] == [0.0, 5.0, 7.0] + [0.0] * 8


def test_too_many_texts_at_once() -> None:
    with pytest.raises(BasicError) as caught:
        value('"a"+(' * 12 + '"b"' + ")" * 12)
    assert caught.value.code == ErrorCode.STRING_FORMULA_TOO_COMPLEX


@pytest.mark.parametrize(
    ("condition", "holds"),
    [("1", True), ("0", False), (".1", True), ("A#", False), ("1#", True), ("A=0 AND B=0", True), ("A OR 2", True)],
)
def test_conditions(condition: str, holds: bool) -> None:
    program_state = step(f"IF {condition} THEN T=1 ELSE T=2")
    assert program_state.variables.values[program_state.variables.slots["T!"]] == (1.0 if holds else 2.0)
