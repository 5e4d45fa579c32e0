"""READ and RESTORE."""

from __future__ import annotations

import pytest

from mbasic_core.compiler.listing import Listing
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.control import Located
from mbasic_core.runtime.data import DataReader
from mbasic_core.runtime.position import at
from mbasic_core.runtime.state import State
from tests.language.programs import typed


def data_of(program: str) -> tuple[DataReader, State]:
    state = State(program=typed(program))

    def fault(code: ErrorCode) -> None:
        raise BasicError(code)

    return DataReader(state, Listing(state), fault), state


def test_items_follow_one_another_through_the_program() -> None:
    data, _ = data_of('10 DATA 1, x y\n20 REM\n30 PRINT:DATA "a,b",:DATA 4')
    assert [data.read(type_) for type_ in "S$$$I"] == [1.0, "x y", "a,b", "", 4]


def test_how_far_it_got_is_in_the_state() -> None:
    data, state = data_of("10 DATA 1,2\n20 DATA 3")
    data.read("S")
    again = DataReader(state, Listing(state), lambda _: None)
    assert [again.read("S"), again.read("S")] == [2.0, 3.0]


@pytest.mark.parametrize(("place", "first"), [(at(10), 1.0), (at(20), 2.0), (at(30), 3.0)])
def test_restore_goes_to_the_first_data_at_or_behind(place: int, first: float) -> None:
    data, _ = data_of("10 DATA 1\n20 PRINT:DATA 2\n25 REM\n30 DATA 3")
    data.read("S")
    data.restore(place)
    assert data.read("S") == first


def test_out_of_data() -> None:
    data, _ = data_of("10 PRINT")
    for _ in range(2):
        with pytest.raises(BasicError) as caught:
            data.read("S")
        assert caught.value.code == ErrorCode.OUT_OF_DATA


def test_the_word_in_a_text_is_no_data() -> None:
    data, _ = data_of('10 PRINT "DATA 5"\n20 REM DATA 6\n30 DATA 7')
    assert data.read("S") == 7.0


def test_a_wrong_item_is_an_error_of_its_own_line() -> None:
    data, _ = data_of("10 REM\n20 DATA x")
    with pytest.raises(Located) as caught:
        data.read("S")
    assert (caught.value.code, caught.value.line) == (ErrorCode.SYNTAX, 20)
