"""Scalars, arrays, DEFtype."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.variables import Variables, type_of


def array(variables: Variables, key: str, *bounds: int) -> int:
    slot = variables.array_slot(key)
    variables.dim(slot, bounds)
    return slot


def code_of(error: pytest.ExceptionInfo[BasicError]) -> int:
    return error.value.code


def test_a_name_without_a_suffix_has_the_type_of_its_letter() -> None:
    variables = Variables()
    assert variables.key("A", "") == "A!"
    variables.set_types("I", (("A", "C"), ("Z", "Z")))
    assert [variables.key(name, "") for name in ("APPLE", "C", "D", "Z9")] == ["APPLE%", "C%", "D!", "Z9%"]
    assert variables.key("A", "$") == "A$"
    assert [type_of(key) for key in ("A%", "A!", "A#", "A$")] == ["I", "S", "D", "$"]


def test_a_slot_is_given_once_and_holds_the_zero_of_its_type() -> None:
    variables = Variables()
    slots = [variables.slot(key) for key in ("A%", "A!", "A#", "A$", "A%")]
    assert slots == [0, 1, 2, 3, 0]
    assert variables.values == [0, 0.0, (0, 0), ""]
    assert not variables.defined


def test_define_makes_a_variable_exist() -> None:
    variables = Variables()
    variables.define("B!")
    variables.define("A!")
    assert list(variables.defined) == ["B!", "A!"]
    assert variables.scalar_bytes() == 2 * (3 + 1 + 4)


def test_elements_are_kept_by_their_subscripts() -> None:
    variables = Variables()
    slot = array(variables, "A!", 2, 3)
    variables.set_element(slot, (2, 3), 5.0)
    assert variables.element(slot, (2, 3)) == 5.0
    assert variables.element(slot, (0, 0)) == 0.0
    assert variables.arrays() == {"A!": (2, 3)}
    assert variables.array_bytes() == 3 * 4 * 4


def test_an_array_that_nobody_dimensioned_goes_to_10() -> None:
    variables = Variables()
    slot = variables.array_slot("A$")
    assert variables.element(slot, (10, 10)) == ""
    assert variables.bounds[slot] == (10, 10)


@pytest.mark.parametrize(
    ("subscripts", "code"),
    [
        ((3,), ErrorCode.SUBSCRIPT_OUT_OF_RANGE),
        ((1, 1), ErrorCode.SUBSCRIPT_OUT_OF_RANGE),
        ((-1,), ErrorCode.ILLEGAL_FUNCTION_CALL),
    ],
)
def test_subscripts_outside(subscripts: tuple[int, ...], code: ErrorCode) -> None:
    variables = Variables()
    slot = array(variables, "A!", 2)
    with pytest.raises(BasicError) as caught:
        variables.element(slot, subscripts)
    assert code_of(caught) == code


def test_option_base_1_has_no_element_0() -> None:
    variables = Variables()
    variables.set_base(1)
    slot = array(variables, "A!", 2)
    variables.set_element(slot, (1,), 5.0)
    assert variables.cells[slot] == [5.0, 0.0]
    with pytest.raises(BasicError) as caught:
        variables.element(slot, (0,))
    assert code_of(caught) == ErrorCode.SUBSCRIPT_OUT_OF_RANGE


def test_option_base_comes_before_arrays_and_once() -> None:
    variables = Variables()
    array(variables, "A!", 2)
    with pytest.raises(BasicError) as caught:
        variables.set_base(1)
    assert code_of(caught) == ErrorCode.DUPLICATE_DEFINITION


@pytest.mark.parametrize(
    ("key", "bounds", "code"),
    [
        ("A%", (32767,), ErrorCode.SUBSCRIPT_OUT_OF_RANGE),
        ("A!", (127, 127), ErrorCode.SUBSCRIPT_OUT_OF_RANGE),
        ("A!", (32767,) * 20, ErrorCode.SUBSCRIPT_OUT_OF_RANGE),
        ("A!", (-1,), ErrorCode.ILLEGAL_FUNCTION_CALL),
    ],
)
def test_an_array_of_64_kb_or_more_is_too_large(key: str, bounds: tuple[int, ...], code: ErrorCode) -> None:
    with pytest.raises(BasicError) as caught:
        array(Variables(), key, *bounds)
    assert code_of(caught) == code


def test_all_arrays_together_have_a_limit() -> None:
    variables = Variables(limit=100)
    array(variables, "A%", 30)
    with pytest.raises(BasicError) as caught:
        array(variables, "B%", 30)
    assert code_of(caught) == ErrorCode.OUT_OF_MEMORY


def test_an_array_is_dimensioned_once_until_it_is_erased() -> None:
    variables = Variables()
    slot = array(variables, "A!", 2)
    with pytest.raises(BasicError) as caught:
        variables.dim(slot, (3,))
    assert code_of(caught) == ErrorCode.DUPLICATE_DEFINITION
    variables.erase(slot)
    variables.dim(slot, (3,))
    assert variables.bounds[slot] == (3,)


def test_erasing_what_is_not_there() -> None:
    variables = Variables()
    with pytest.raises(BasicError) as caught:
        variables.erase(variables.array_slot("A!"))
    assert code_of(caught) == ErrorCode.ILLEGAL_FUNCTION_CALL


def test_clear_forgets_everything() -> None:
    variables = Variables()
    variables.set_types("D", (("A", "Z"),))
    variables.set_base(1)
    variables.define("A#")
    array(variables, "A#", 3)
    variables.clear()
    assert variables == Variables()


def test_texts_of_an_array_count_as_their_longest() -> None:
    variables = Variables(texts=255 * 11)
    variables.dim(variables.array_slot("A$"), (10,))
    with pytest.raises(BasicError) as caught:
        variables.dim(variables.array_slot("B$"), (0,))
    assert caught.value.code == ErrorCode.OUT_OF_MEMORY
    assert variables.array_bytes() == 3 * 11
