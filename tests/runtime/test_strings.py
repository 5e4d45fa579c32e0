"""String functions that are more than a slice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime import strings


def test_asc_of_nothing() -> None:
    assert strings.ascii_code("\xe9x") == 233
    with pytest.raises(BasicError) as caught:
        strings.ascii_code("")
    assert caught.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL


@pytest.mark.parametrize(
    ("start", "text", "wanted", "place"),
    [
        (1, "hello", "l", 3),
        (4, "hello", "l", 4),
        (5, "hello", "l", 0),
        (1, "hello", "", 1),
        (9, "hello", "", 0),
        (1, "", "", 0),
    ],
)
def test_instr(start: int, text: str, wanted: str, place: int) -> None:
    assert strings.instr(start, text, wanted) == place


@given(st.text(max_size=255), st.integers(1, 255), st.integers(0, 255), st.text(max_size=255))
def test_mid_never_changes_the_length(old: str, start: int, length: int, new: str) -> None:
    if start > len(old) and length:
        with pytest.raises(BasicError):
            strings.replace_middle(old, start, length, new)
    else:
        changed = strings.replace_middle(old, start, length, new)
        count = min(length, len(new), len(old) - start + 1)
        assert len(changed) == len(old)
        assert changed[start - 1 : start - 1 + count] == new[:count]
        assert changed[: start - 1] + changed[start - 1 + count :] == old[: start - 1] + old[start - 1 + count :]


@given(st.integers(-32768, 32767))
def test_integers_as_two_characters(value: int) -> None:
    assert strings.cvi(strings.mki(value)) == value


def test_numbers_as_characters() -> None:
    assert strings.cvs(strings.mks(-1.5)) == -1.5
    assert strings.cvd(strings.mkd((1 << 55, 129))) == (1 << 55, 129)
    assert (len(strings.mks(0.0)), len(strings.mkd((0, 0)))) == (4, 8)


@pytest.mark.parametrize(("function", "text"), [(strings.cvi, "a"), (strings.cvs, "abc"), (strings.cvd, "1234567")])
def test_too_few_characters_make_no_number(function: object, text: str) -> None:
    assert callable(function)
    with pytest.raises(BasicError) as caught:
        function(text)
    assert caught.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL
