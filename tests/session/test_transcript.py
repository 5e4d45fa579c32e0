"""The terminal's output: bounded, with offsets that stay valid."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.session import limits
from mbasic_core.session.transcript import Transcript


def test_offsets_count_all_output() -> None:
    transcript = Transcript("Ok", 102)
    transcript.append("ABC")
    assert (transcript.text, transcript.end) == ("OkABC", 105)
    assert transcript.since(103) == (103, "BC")
    assert transcript.since(105) == (105, "")
    assert transcript.since(0) == (100, "OkABC")


def test_an_offset_beyond_the_end_gives_all() -> None:
    assert Transcript("Ok", 10).since(11) == (8, "Ok")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50_000)), max_size=12))
def test_the_newest_output_is_kept(pieces: list[tuple[str, int]]) -> None:
    transcript, whole = Transcript(), ""
    for letter, count in pieces:
        transcript.append(letter * count)
        whole += letter * count
    assert transcript.text == whole[-limits.TRANSCRIPT :]
    assert transcript.end == len(whole)
    middle = len(whole) * 3 // 4
    start, text = transcript.since(middle)
    assert start == max(middle, len(whole) - limits.TRANSCRIPT)
    assert text == whole[start:]


def test_what_goes_on_and_what_does_not() -> None:
    former = Transcript("abc")
    assert Transcript("abc").continues(former)
    assert Transcript("abcd").continues(former)
    assert not Transcript("ab").continues(former)
    assert not Transcript("abxd").continues(former)
    assert Transcript("bcde", 5).continues(former)  # the oldest is forgotten
    assert not Transcript("xcde", 5).continues(former)
    assert not Transcript("ef", 6).continues(former)  # a piece between is forgotten, too
