"""The program as parsed lines in order."""

from __future__ import annotations

import pytest

from mbasic_core.compiler.listing import LONGEST, Listing
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast
from mbasic_core.language.tokens import Tok
from mbasic_core.runtime.control import Exhausted
from mbasic_core.runtime.position import DIRECT, DONE, END, at
from mbasic_core.runtime.state import State
from tests.language.programs import tokens, typed


def listing_of(program: str, direct: str = "") -> Listing:
    return Listing(State(program=typed(program), direct=tokens(direct)))


def test_statements_follow_one_another() -> None:
    listing = listing_of("10 A=1:B=2\n5 REM\n20 END")
    assert listing.first() == at(5)
    places = [at(5)]
    while places[-1] >= 0:
        places.append(listing.following(places[-1]))
    assert places == [at(5), at(10), at(10, 1), at(20), END]


def test_an_empty_program_is_at_its_end() -> None:
    assert listing_of("").first() == END


def test_behind_the_direct_line_there_is_nothing() -> None:
    listing = listing_of("10 END", "PRINT 1:PRINT 2")
    assert listing.following(at(DIRECT)) == at(DIRECT, 1)
    assert listing.following(at(DIRECT, 1)) == DONE


def test_a_line_without_statements_still_has_a_place() -> None:
    listing = listing_of("10 :")
    assert listing.statement(at(10)) == ast.Rem()
    assert listing.holds(at(10))


def test_an_unknown_line() -> None:
    listing = listing_of("10 END")
    assert listing.find(10) == at(10)
    with pytest.raises(BasicError) as caught:
        listing.find(11)
    assert caught.value.code == ErrorCode.UNDEFINED_LINE


@pytest.mark.parametrize(
    ("place", "holds"),
    [
        (at(10), True),
        (at(10, 1), True),
        (at(10, 2), False),
        (at(11), False),
        (at(DIRECT), True),
        (at(DIRECT, 1), False),
    ],
)
def test_which_statements_there_are(place: int, holds: bool) -> None:
    assert listing_of("10 A=1:B=2", "RUN").holds(place) == holds


@pytest.mark.parametrize(
    ("program", "close"),
    [
        ("10 FOR I=1 TO 2:NEXT", at(10, 1)),
        ("10 FOR I=1 TO 2\n20 FOR J=1 TO 2:NEXT\n30 NEXT", at(30)),
        ("10 FOR I=1 TO 2\n20 FOR J=1 TO 2\n30 NEXT J,I", at(30, 1)),
        ('10 FOR I=1 TO 2\n20 PRINT "NEXT"\n30 REM NEXT\n40 IF A THEN NEXT', at(40, 1)),
        ("10 FOR I=1 TO 2\n20 FOR J=1 TO 2\n30 NEXT", None),
        ("10 FOR I=1 TO 2", None),
    ],
)
def test_the_next_of_a_for(program: str, close: int | None) -> None:
    assert listing_of(program).matching(at(10), ast.For, ast.Next) == close


def test_a_long_search_takes_several_turns() -> None:
    listing = listing_of("".join(f"{n} FOR I=1 TO 2:NEXT\n" for n in range(20, 1000)) + "10 FOR J=1 TO 2\n2000 NEXT")
    turns = 0
    while turns < 100:
        try:
            assert listing.matching(at(10), ast.For, ast.Next) == at(2000)
            break
        except Exhausted:
            turns += 1
    assert 5 < turns < 20


def test_a_search_begins_at_its_place() -> None:
    listing = listing_of("10 DATA 1:DATA 2\n20 PRINT\n30 DATA 3")
    assert [place for place, _ in listing.search(at(10, 1), ast.Data)] == [at(10, 1), at(30)]
    assert [place for place, _ in listing.search(at(15), ast.Data)] == [at(30)]
    assert list(listing.search(END, ast.Data)) == []


def test_a_search_in_the_direct_line_stays_there() -> None:
    listing = listing_of("10 NEXT", "FOR I=1 TO 2:NEXT:NEXT")
    assert [place for place, _ in listing.search(at(DIRECT), ast.Next)] == [at(DIRECT, 1), at(DIRECT, 2)]


def test_what_changed_is_seen_when_it_is_told() -> None:
    state = State(program=typed("10 DATA 1"))
    listing = Listing(state)
    assert len(list(listing.search(at(10), ast.Data))) == 1
    state.program |= typed("20 DATA 2")
    listing.forget()
    assert len(list(listing.search(at(10), ast.Data))) == 2
    assert listing.numbers == [10, 20]


def test_a_line_that_nobody_can_have_typed_is_out_of_memory() -> None:
    many, long = bytes((Tok.ELSE,)) * 1_500, b"A" * (LONGEST + 1)
    listing = Listing(State(program={10: many, 20: long}))
    assert listing.statements(10) == listing.statements(20) == (ast.Bad(ErrorCode.OUT_OF_MEMORY),)


@pytest.mark.parametrize(
    ("line", "wholes", "behinds"),
    [
        ("A=1:B=2", [0, 1], [1, None]),
        ("IF A THEN B=1:C=2 ELSE D=3:E=4", [0, 0, 2, 3, 0, 5], [2, 2, 3, 5, 2, None]),
        ("IF A THEN 10 ELSE 20", [0, 0, 2, 0], [2, 2, None, 2]),
        ("IF A THEN:B=1", [0, 1], [1, None]),
        ("IF A THEN IF B THEN C=1 ELSE D=1 ELSE E=1", [0, 0, 0, 3, 0, 5, 0], [3, 3, 3, 5, 3, None, 3]),
        ("NEXT I,J:DIM A(1),B(1)", [0, 0, 2, 2], [2, 2, None, None]),
        ("A=5)", [0, 0], [None, None]),
    ],
)
def test_whole_statements_begin_behind_colons(line: str, wholes: list[int], behinds: list[int | None]) -> None:
    listing = listing_of(f"10 {line}\n20 END", line)
    places = range(len(listing.statements(10)))
    assert [listing.whole(at(10, place)) for place in places] == [at(10, place) for place in wholes]
    assert [listing.behind(at(10, i)) for i in places] == [at(20) if b is None else at(10, b) for b in behinds]
    assert listing.behind(at(DIRECT, places[-1])) in (DONE, at(DIRECT, behinds[-1] or 0))
