"""Variables and open files as plain data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.machine import packing
from mbasic_core.machine.packing import SnapshotError
from mbasic_core.numeric import mbf
from mbasic_core.runtime.state import FieldPart, OpenFile
from mbasic_core.runtime.variables import Variables

SINGLES = st.binary(min_size=4, max_size=4).map(mbf.single_value)
DOUBLES = st.binary(min_size=8, max_size=8).map(mbf.double_value)
TEXTS = st.text(st.characters(max_codepoint=255), max_size=20)
KINDS = {"I": st.integers(-32768, 32767), "S": SINGLES, "D": DOUBLES, "$": TEXTS}
SUFFIX = {"I": "%", "S": "!", "D": "#", "$": "$"}


def there_and_back(variables: Variables) -> Variables:
    again = Variables()
    packing.unpack_variables(packing.pack_variables(variables), again)
    return again


@given(st.data(), st.sampled_from(list(KINDS)))
def test_scalars_and_arrays_of_every_type(data: st.DataObject, kind: str) -> None:
    variables = Variables()
    variables.values[variables.define("A" + SUFFIX[kind])] = data.draw(KINDS[kind])
    slot = variables.array_slot("B" + SUFFIX[kind])
    variables.dim(slot, (1, 2))
    variables.cells[slot] = data.draw(st.lists(st.lists(KINDS[kind], min_size=3, max_size=3), min_size=2, max_size=2))
    assert there_and_back(variables) == variables


def test_slots_keep_their_numbers() -> None:
    variables = Variables()
    for key in ("C!", "A!", "B$"):
        variables.slot(key)
    variables.define("A!")
    assert there_and_back(variables).slots == {"C!": 0, "A!": 1, "B$": 2}


@pytest.mark.parametrize("value", [1.5, 2.0**-120, -(2.0**-128)])
def test_singles_that_ieee_has_no_room_for(value: float) -> None:
    variables = Variables()
    slot = variables.array_slot("A!")
    variables.dim(slot, (0,))
    variables.cells[slot] = [value]
    assert there_and_back(variables) == variables


def test_a_number_with_more_bits_is_cut_to_a_single() -> None:
    assert packing.single(1 / 3) == mbf.single_value(mbf.single_bytes(1 / 3)) != 1 / 3


@pytest.mark.parametrize("value", [1, "1", None, float("nan"), float("inf"), 1e39, 1e-40, -1e-40])
def test_what_is_no_single(value: object) -> None:
    with pytest.raises(SnapshotError):
        packing.single(value)


def test_an_open_file() -> None:
    file = OpenFile("A.B", "R", 4, 2, 1, b"abcd", 7, True, [FieldPart(["F$"], 2, 1), FieldPart(["G$", 1, 2], 1, 0)])
    assert packing.unpack_file(packing.pack_file(file)) == file
