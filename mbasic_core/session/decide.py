"""Who may write a session, and what everyone else does: one pure function over what is held and what is stored.

Called with what a process remembers of a session and the record that it has just loaded; whatever waits or talks to a
store lives elsewhere. tests/session/test_decide.py has a test for each row. The words:

owner      may write, and runs the program. Its name is new at each start of a process.
keeper     the former owner after a hand-over; holds its last state until the new owner's first own save shows.
claimant   has an input to apply and a copy of the record that it showed.
newcomer   has an input to apply and no copy.
nobody     is the owner of a session that was let go: its owner saved it for the last time before it ended, or because
           no page is open. What a claimant would wait for has been done, so it takes the session at once.
root       smaller is elder. epoch rises when the owner changes, seq with each save, never again in a root.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from mbasic_core.session.record import NOBODY, Head

__all__ = ["Decision", "Mine", "Role", "Verb", "buried", "decide", "released"]


class Role(StrEnum):
    """What a process is to a session."""

    OWNER = "owner"
    KEEPER = "keeper"
    CLAIMANT = "claimant"
    NEWCOMER = "newcomer"


class Verb(StrEnum):
    """What to do next. Where something is saved, `Decision.head` is its head, over the version just loaded."""

    SAVE = "save"  # my state (the owner's), and go on as owner
    HAND_OVER = "hand over"  # stop running; my state; become keeper. A keeper saves its frozen copy (again)
    BEGIN = "begin"  # an empty session with the waiting input applied in it; become owner
    RESTORE = "restore"  # my copy's body as it is; go on as claimant
    CLAIM = "claim"  # the stored body as it is; go on as claimant
    TAKE = "take"  # the stored body with the waiting input applied to it; become owner
    OWN = "own"  # no save needed: the record says that I am the owner; apply the input
    WAIT = "wait"  # someone has claimed: give the owner its time
    FOLLOW = "follow"  # show the stored record, run nothing
    DROP = "drop"  # forget the copy, show what is stored
    KEEP = "keep"  # all is as it should be
    ASK = "ask"  # what I remember is too old to act on: put it aside and ask the user


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """What a process knows of a session.

    me: its name.
    head: of its own state or copy; None without one.
    held: epochs of this root in which it was the owner and is no more.
    asked: it has an input to apply.
    waited: the owner had its time since this process first saw the stored version claimed.
    heard: the store answered for this session less than half an hour ago.
    new_root, new_life: for a session that begins where there is none. The life is not 1 where a tombstone was seen that
    is gone since: pages know the session by the life that follows it, and inputs for the one before must not fit.
    """

    me: str
    head: Head | None = None
    held: frozenset[int] = frozenset()
    asked: bool = True
    waited: bool = False
    heard: bool = True
    new_root: str = ""
    new_life: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do, the head to save with it, and which state ("mine" or "theirs") to put aside for the user before."""

    verb: Verb
    head: Head | None = None
    aside: str = ""


def decide(mine: Mine, stored: Head | None, role: Role, *, id: str) -> Decision:
    """Return what a process in `role` does about the record `stored` (None: absent) of the session `id`."""
    if mine.head is None:
        return _without_copy(mine, stored, id)
    if stored is None:
        return _lost(mine, mine.head, role)
    if stored.root != mine.head.root:
        return _other_root(mine, mine.head, stored, role)
    if role is Role.OWNER:
        return _owner(mine, mine.head, stored)
    if role is Role.KEEPER:
        return _keeper(mine, mine.head, stored)
    return _reborn(mine, stored) if stored.deleted else _claim(mine, stored)


def released(head: Head) -> Head:
    """Return the head with which an owner saves its last state over the version that it knows: it lets go."""
    return replace(head, owner=NOBODY, wanted_by="", epoch=head.epoch + 1, seq=head.seq + 1)


def buried(head: Head, *, me: str) -> Head:
    """Return the head of the tombstone with which `me` replaces a record."""
    return replace(head, owner=me, wanted_by="", epoch=head.epoch + 1, seq=head.seq + 1, deleted=True)


def _lost(mine: Mine, head: Head, role: Role) -> Decision:
    """Nothing is stored: what I hold goes back, root and epoch unchanged, so that two who do so can be compared."""
    if not mine.heard:
        return Decision(verb=Verb.ASK, aside="mine")
    if role is Role.OWNER:
        return Decision(verb=Verb.SAVE, head=replace(head, owner=mine.me, wanted_by="", seq=head.seq + 1))
    if role is Role.KEEPER:
        return Decision(verb=Verb.HAND_OVER, head=head)
    return Decision(verb=Verb.RESTORE, head=replace(head, wanted_by=mine.me))


def _other_root(mine: Mine, head: Head, stored: Head, role: Role) -> Decision:
    """Two sessions began under one id: the elder stays."""
    if head.root > stored.root:
        return Decision(verb=Verb.FOLLOW, aside="mine")
    return replace(_lost(mine, head, role), aside="theirs" if mine.heard else "mine")


def _owner(mine: Mine, head: Head, stored: Head) -> Decision:
    """Same root, and I am the owner as far as I know."""
    ours = replace(head, owner=mine.me, wanted_by="", seq=max(head.seq, stored.seq) + 1)
    if stored.epoch < head.epoch:
        return Decision(verb=Verb.SAVE, head=ours)
    if stored.deleted:
        return Decision(verb=Verb.DROP)
    if stored.epoch > head.epoch:
        return Decision(verb=Verb.FOLLOW)
    if stored.owner == mine.me:
        if stored.wanted_by in ("", mine.me):
            return Decision(verb=Verb.SAVE, head=ours)
        return Decision(verb=Verb.HAND_OVER, head=replace(ours, owner=stored.wanted_by, epoch=head.epoch + 1))
    if (head.seq, mine.me) > (stored.seq, stored.owner):  # a fork that the store made: both sides must judge alike
        return Decision(verb=Verb.SAVE, head=replace(ours, epoch=head.epoch + 1))
    return Decision(verb=Verb.FOLLOW, aside="mine")


def _keeper(mine: Mine, head: Head, stored: Head) -> Decision:
    """Same root, and I handed over: `head` is that of my hand-over record, its owner the one I handed to."""
    if stored.epoch < head.epoch:
        return Decision(verb=Verb.HAND_OVER, head=replace(head, seq=max(head.seq, stored.seq) + 1))
    if stored.deleted or stored.epoch > head.epoch or stored.owner != head.owner or stored.seq > head.seq:
        return Decision(verb=Verb.DROP)
    if stored.seq < head.seq:
        return Decision(verb=Verb.HAND_OVER, head=head)
    return _claim(mine, stored) if mine.asked else Decision(verb=Verb.KEEP)


def _without_copy(mine: Mine, stored: Head | None, id: str) -> Decision:
    if stored is None:
        return Decision(verb=Verb.BEGIN, head=Head(id=id, owner=mine.me, root=mine.new_root, life=mine.new_life, seq=1))
    return _reborn(mine, stored) if stored.deleted else _claim(mine, stored)


def _reborn(mine: Mine, stored: Head) -> Decision:
    """A tombstone: the session begins again; the number of lives tells inputs meant for the former one apart."""
    head = Head(
        id=stored.id, owner=mine.me, root=stored.root, life=stored.life + 1, epoch=stored.epoch + 1, seq=stored.seq + 1
    )
    return Decision(verb=Verb.BEGIN, head=head)


def _claim(mine: Mine, stored: Head) -> Decision:
    """A live record, and I have an input to apply."""
    taken = replace(stored, owner=mine.me, wanted_by="", epoch=stored.epoch + 1, seq=stored.seq + 1)
    if stored.owner == mine.me:
        if stored.epoch in mine.held:  # the store went back to before my hand-over
            return Decision(verb=Verb.TAKE, head=taken)
        return Decision(verb=Verb.OWN)
    if stored.owner == NOBODY:
        return Decision(verb=Verb.TAKE, head=taken)
    if not stored.wanted_by:
        return Decision(verb=Verb.CLAIM, head=replace(stored, wanted_by=mine.me))
    return Decision(verb=Verb.TAKE, head=taken) if mine.waited else Decision(verb=Verb.WAIT)
