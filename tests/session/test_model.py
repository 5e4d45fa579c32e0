"""The model of processes, tabs and a bad store: nothing is lost, nothing applied twice; and it notices when it is."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mbasic_core.session import Action, Outcome, Session, holding
from mbasic_core.session.decide import Decision, Mine, Role, Verb, decide
from mbasic_core.session.depot import Depot
from mbasic_core.session.record import Head
from tests.session.model import Sky, World

FACTOR = int(os.environ.get("MBASIC_TEST_SOAK", "0:1").partition(":")[2])
LIKE_THIS = settings(stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def worlds(sky: Sky, **options: object) -> type[World]:
    """The model under one sky."""
    return type("World", (World,), {"skies": (sky,), **options})


@pytest.mark.chance
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sky", ["honest", "slipping", "treacherous"])
def test_nothing_is_lost_or_applied_twice(sky: Sky) -> None:
    played = 0

    def teardown(self: World) -> None:
        nonlocal played
        World.teardown(self)
        played += 1

    examples = 50 * FACTOR
    run_state_machine_as_test(worlds(sky, teardown=teardown), settings=settings(LIKE_THIS, max_examples=examples))
    assert played >= examples, "each of them ended with all that was promised kept"


@contextlib.contextmanager
def without_versions() -> Iterator[None]:
    """Saves replace whatever is stored."""
    save = Depot.save

    async def blind(self: Depot, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        stored = await self.load(id)
        expected = stored.version if stored else None
        await save(self, id, data, version=version, expected=expected, ttl=ttl)

    with mock.patch.object(Depot, "save", blind):
        yield


@contextlib.contextmanager
def without_pride() -> Iterator[None]:
    """An owner follows a record that is older than its own."""

    def meek(mine: Mine, stored: Head | None, role: Role, *, id: str) -> Decision:
        decision = decide(mine, stored, role, id=id)
        older = stored is not None and mine.head is not None and stored.seq < mine.head.seq
        return Decision(verb=Verb.FOLLOW) if role is Role.OWNER and older else decision

    with mock.patch.object(holding, "decide", meek):
        yield


@contextlib.contextmanager
def without_numbers() -> Iterator[None]:
    """An input that comes again is applied again."""
    apply = Session.apply

    def forgetful(self: Session, action: Action) -> Outcome:
        last = self.applied.get(action.tab, 0)
        return apply(self, replace(action, n=last + 1) if action.n <= last else action)

    with mock.patch.object(Session, "apply", forgetful):
        yield


@contextlib.contextmanager
def without_patience() -> Iterator[None]:
    """What is applied is acknowledged before it is stored."""
    apply = Session.apply

    def rash(self: Session, action: Action) -> Outcome:
        outcome = apply(self, action)
        self.acknowledge(dict(self.applied))
        return outcome

    with mock.patch.object(Session, "apply", rash):
        yield


@contextlib.contextmanager
def without_claims() -> Iterator[None]:
    """Who does not own the session waits for somebody who does."""

    def idle(mine: Mine, stored: Head | None, role: Role, *, id: str) -> Decision:
        decision = decide(mine, stored, role, id=id)
        return Decision(verb=Verb.WAIT) if decision.verb is Verb.CLAIM else decision

    with mock.patch.object(holding, "decide", idle):
        yield


@contextlib.contextmanager
def without_burial() -> Iterator[None]:
    """An owner whose session was deleted saves it again."""

    def undead(mine: Mine, stored: Head | None, role: Role, *, id: str) -> Decision:
        decision = decide(mine, stored, role, id=id)
        if decision.verb is not Verb.DROP or role is not Role.OWNER or stored is None or mine.head is None:
            return decision
        return Decision(verb=Verb.SAVE, head=replace(mine.head, epoch=stored.epoch + 1, seq=stored.seq + 1))

    with mock.patch.object(holding, "decide", undead):
        yield


MUTANTS: dict[str, tuple[Sky, contextlib.AbstractContextManager[None]]] = {
    "saves that check no version": ("honest", without_versions()),
    "inputs that count twice": ("honest", without_numbers()),
    "acknowledged before it is stored": ("honest", without_patience()),
    "nobody claims": ("honest", without_claims()),
    "an owner that follows an older record": ("slipping", without_pride()),
    "an owner that brings back what was deleted": ("honest", without_burial()),
}


@pytest.mark.parametrize("mutant", list(MUTANTS))
def test_the_model_notices(mutant: str) -> None:
    sky, broken = MUTANTS[mutant]
    quick = settings(LIKE_THIS, max_examples=200, phases=[Phase.generate], derandomize=True, print_blob=False)
    quick = settings(quick, report_multiple_bugs=False)  # the first will do
    world = worlds(sky, patience=6, deletes=("deleted" in mutant,))
    with broken, pytest.raises(Exception) as caught:  # noqa: PT011 - several examples may fail, each in its own way
        run_state_machine_as_test(world, settings=quick)
    failures = [caught.value, *getattr(caught.value, "exceptions", ())]
    assert any(isinstance(failure, AssertionError) for failure in failures), failures
