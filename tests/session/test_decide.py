"""Each row of the decision table, for each role that has an answer there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mbasic_core.session.decide import Decision, Mine, Role, Verb, buried, decide, released
from mbasic_core.session.record import NOBODY, Head

ID = "s"
ELDER, ROOT, YOUNGER = (f"0197a0000{n}00-7000-8000-000000000000" for n in "012")
MINE = Head(id=ID, owner="me", root=ROOT, life=1, epoch=5, seq=10)
VIEWED = replace(MINE, owner="other")  # a claimant's copy, a keeper's hand-over record


def owner(stored: Head | None, *, heard: bool = True) -> Decision:
    return decide(Mine(me="me", head=MINE, heard=heard), stored, Role.OWNER, id=ID)


def keeper(stored: Head | None, *, asked: bool = False, heard: bool = True) -> Decision:
    return decide(Mine(me="me", head=VIEWED, asked=asked, heard=heard), stored, Role.KEEPER, id=ID)


def claimant(
    stored: Head | None, *, waited: bool = False, held: frozenset[int] = frozenset(), heard: bool = True
) -> Decision:
    return decide(Mine(me="me", head=VIEWED, waited=waited, held=held, heard=heard), stored, Role.CLAIMANT, id=ID)


def newcomer(stored: Head | None, *, waited: bool = False, held: frozenset[int] = frozenset()) -> Decision:
    return decide(Mine(me="me", waited=waited, held=held, new_root=ROOT), stored, Role.NEWCOMER, id=ID)


def test_absent_owner_creates_it_again_in_the_same_epoch() -> None:
    assert owner(None) == Decision(verb=Verb.SAVE, head=replace(MINE, seq=11))


def test_absent_keeper_saves_the_hand_over_again() -> None:
    assert keeper(None) == Decision(verb=Verb.HAND_OVER, head=VIEWED)


def test_absent_claimant_puts_its_copy_back_claimed() -> None:
    assert claimant(None) == Decision(verb=Verb.RESTORE, head=replace(VIEWED, wanted_by="me"))


def test_absent_newcomer_begins() -> None:
    assert newcomer(None) == Decision(verb=Verb.BEGIN, head=Head(id=ID, owner="me", root=ROOT, life=1, epoch=1, seq=1))


def test_absent_newcomer_who_saw_a_tombstone_that_has_expired_begins_the_life_after_it() -> None:
    mine = Mine(me="me", new_root=ROOT, new_life=3)
    begin = Decision(verb=Verb.BEGIN, head=Head(id=ID, owner="me", root=ROOT, life=3, epoch=1, seq=1))
    assert decide(mine, None, Role.NEWCOMER, id=ID) == begin


@pytest.mark.parametrize("stored", [None, replace(MINE, root=YOUNGER, owner="other")])
def test_a_memory_of_more_than_half_an_hour_is_not_acted_on(stored: Head | None) -> None:
    ask = Decision(verb=Verb.ASK, aside="mine")
    assert owner(stored, heard=False) == ask
    assert keeper(stored, heard=False) == ask
    assert claimant(stored, heard=False) == ask


def test_other_root_mine_elder() -> None:
    stored = Head(id=ID, owner="other", root=YOUNGER, epoch=9, seq=99)
    assert owner(stored) == Decision(verb=Verb.SAVE, head=replace(MINE, seq=11), aside="theirs")
    assert keeper(stored) == Decision(verb=Verb.HAND_OVER, head=VIEWED, aside="theirs")
    assert claimant(stored) == Decision(verb=Verb.RESTORE, head=replace(VIEWED, wanted_by="me"), aside="theirs")


@pytest.mark.parametrize("heard", [True, False])
def test_other_root_mine_younger(heard: bool) -> None:
    stored = Head(id=ID, owner="other", root=ELDER, epoch=1, seq=1)
    follow = Decision(verb=Verb.FOLLOW, aside="mine")
    assert owner(stored, heard=heard) == follow
    assert keeper(stored, heard=heard) == follow
    assert claimant(stored, heard=heard) == follow


@pytest.mark.parametrize("epoch", [5, 6])
def test_tombstone_of_my_epoch_or_later(epoch: int) -> None:
    stored = Head(id=ID, owner="other", root=ROOT, life=2, epoch=epoch, seq=20, deleted=True)
    begin = Decision(verb=Verb.BEGIN, head=Head(id=ID, owner="me", root=ROOT, life=3, epoch=epoch + 1, seq=21))
    assert owner(stored) == Decision(verb=Verb.DROP)
    assert keeper(stored) == Decision(verb=Verb.DROP)
    assert claimant(stored) == begin
    assert newcomer(stored) == begin


def test_tombstone_of_an_earlier_epoch() -> None:
    stored = Head(id=ID, owner="other", root=ROOT, epoch=4, seq=20, deleted=True)
    assert owner(stored) == Decision(verb=Verb.SAVE, head=replace(MINE, seq=21))
    assert keeper(stored) == Decision(verb=Verb.HAND_OVER, head=replace(VIEWED, seq=21))
    assert claimant(stored).verb is Verb.BEGIN


def test_later_epoch() -> None:
    stored = replace(MINE, owner="other", epoch=6, seq=11)
    assert owner(stored) == Decision(verb=Verb.FOLLOW)
    assert keeper(stored) == Decision(verb=Verb.DROP)
    assert claimant(stored) == Decision(verb=Verb.CLAIM, head=replace(stored, wanted_by="me"))


@pytest.mark.parametrize("by", ["me", "other", "third"])
@pytest.mark.parametrize(("seq", "next_seq"), [(3, 11), (30, 31)])
def test_earlier_epoch_is_saved_over(by: str, seq: int, next_seq: int) -> None:
    stored = replace(MINE, owner=by, epoch=4, seq=seq, wanted_by="x")
    assert owner(stored) == Decision(verb=Verb.SAVE, head=replace(MINE, seq=next_seq))
    assert keeper(stored) == Decision(verb=Verb.HAND_OVER, head=replace(VIEWED, seq=next_seq))


def test_earlier_epoch_is_what_a_claimant_goes_on_with() -> None:
    stored = replace(MINE, owner="other", epoch=4)
    assert claimant(stored) == Decision(verb=Verb.CLAIM, head=replace(stored, wanted_by="me"))


def test_wanted_by_another_is_handed_over() -> None:
    stored = replace(MINE, wanted_by="other", seq=12)
    head = replace(MINE, owner="other", epoch=6, seq=13)
    assert owner(stored) == Decision(verb=Verb.HAND_OVER, head=head)


@pytest.mark.parametrize("wanted_by", ["", "me"])
def test_own_record_is_adopted_and_saved(wanted_by: str) -> None:
    stored = replace(MINE, seq=12, wanted_by=wanted_by)
    assert owner(stored) == Decision(verb=Verb.SAVE, head=replace(MINE, seq=13))


@pytest.mark.parametrize(("seq", "other"), [(9, "zz"), (10, "aa")])
def test_a_fork_is_won_by_the_larger(seq: int, other: str) -> None:
    stored = replace(MINE, owner=other, seq=seq)
    assert owner(stored) == Decision(verb=Verb.SAVE, head=replace(MINE, epoch=6, seq=11))


@pytest.mark.parametrize(("seq", "other"), [(11, "aa"), (10, "zz")])
def test_a_fork_is_lost_by_the_smaller(seq: int, other: str) -> None:
    stored = replace(MINE, owner=other, seq=seq)
    assert owner(stored) == Decision(verb=Verb.FOLLOW, aside="mine")


def test_both_sides_of_a_fork_judge_alike() -> None:
    for seq in (9, 10, 11):
        theirs = replace(MINE, owner="other", seq=seq)
        here = owner(theirs).verb
        there = decide(Mine(me="other", head=theirs), MINE, Role.OWNER, id=ID).verb
        assert {here, there} == {Verb.SAVE, Verb.FOLLOW}


def test_keeper_drops_its_copy_when_the_session_went_on() -> None:
    assert keeper(replace(VIEWED, seq=11)) == Decision(verb=Verb.DROP)
    assert keeper(replace(VIEWED, owner="third", seq=1)) == Decision(verb=Verb.DROP)


def test_keeper_saves_again_over_what_is_older_than_its_hand_over() -> None:
    assert keeper(replace(VIEWED, seq=9)) == Decision(verb=Verb.HAND_OVER, head=VIEWED)


def test_keeper_waits_while_its_hand_over_stands_and_may_claim() -> None:
    assert keeper(VIEWED) == Decision(verb=Verb.KEEP)
    assert keeper(VIEWED, asked=True) == Decision(verb=Verb.CLAIM, head=replace(VIEWED, wanted_by="me"))


def test_owner_me_becomes_owner() -> None:
    assert claimant(MINE) == Decision(verb=Verb.OWN)
    assert newcomer(MINE) == Decision(verb=Verb.OWN)


def test_owner_me_of_an_epoch_held_before_is_taken_at_once() -> None:
    take = Decision(verb=Verb.TAKE, head=replace(MINE, epoch=6, seq=11))
    assert claimant(MINE, held=frozenset({5})) == take
    assert newcomer(MINE, held=frozenset({5})) == take


def test_unclaimed_is_claimed_with_nothing_else_changed() -> None:
    claim = Decision(verb=Verb.CLAIM, head=replace(VIEWED, wanted_by="me"))
    assert claimant(VIEWED) == claim
    assert newcomer(VIEWED) == claim


@pytest.mark.parametrize("wanted_by", ["me", "third"])
def test_claimed_is_left_alone_and_taken_after_the_wait(wanted_by: str) -> None:
    stored = replace(VIEWED, wanted_by=wanted_by)
    take = Decision(verb=Verb.TAKE, head=replace(MINE, epoch=6, seq=11))
    assert claimant(stored) == Decision(verb=Verb.WAIT)
    assert newcomer(stored) == Decision(verb=Verb.WAIT)
    assert claimant(stored, waited=True) == take
    assert newcomer(stored, waited=True) == take


def test_what_was_let_go_is_taken_at_once_whoever_claimed_it() -> None:
    for wanted_by in ("", "third"):
        stored = replace(released(MINE), wanted_by=wanted_by)
        assert (stored.owner, stored.epoch, stored.seq) == (NOBODY, 6, 11)
        take = Decision(verb=Verb.TAKE, head=replace(stored, owner="me", wanted_by="", epoch=7, seq=12))
        assert claimant(stored) == take
        assert newcomer(stored) == take
        assert owner(stored) == Decision(verb=Verb.FOLLOW)
        assert keeper(stored) == Decision(verb=Verb.DROP)


def test_what_was_let_go_in_an_epoch_of_mine_is_a_fork_like_any_other() -> None:
    stored = replace(MINE, owner=NOBODY, seq=9)
    assert owner(stored) == Decision(verb=Verb.SAVE, head=replace(MINE, epoch=6, seq=11))
    assert owner(replace(stored, seq=11)) == Decision(verb=Verb.FOLLOW, aside="mine")


def test_a_tombstone_ends_whatever_stood_there() -> None:
    stored = buried(replace(MINE, owner="other", wanted_by="third"), me="me")
    assert stored == replace(MINE, epoch=6, seq=11, deleted=True)
    assert owner(stored) == Decision(verb=Verb.DROP)
