"""What must hold for any program: it runs or fails in BASIC, and its state comes back from its bytes."""

from __future__ import annotations

import random
from contextlib import suppress

from mbasic_core.errors import BasicError
from mbasic_core.machine import Event, Failed, Machine, NeedKeys, NeedLine, Quit, Ready, SliceSpent, Stopped, snapshot
from mbasic_core.runtime.disk import StateDisk
from tests.machine.programs import FILES, Writer

__all__ = ["check_program", "check_text"]

RESTING = (NeedLine, NeedKeys, SliceSpent, Ready, Stopped, Failed, Quit)
REPLIES = ("5", "a,b", "1,2", "", '"x",3', "1E40", "-32769", "\u00e9\u2192", "RUN", "LIST")
STEPS = 400
"""Statements that a program may execute."""


def check_program(seed: int) -> int:
    """Run a short program that `seed` makes, with answers, breaks and a snapshot in between; returns its lines."""
    chance = random.Random(seed)
    return check_text(Writer(chance).program(chance.randint(2, 12)), chance)


def check_text(text: str, chance: random.Random) -> int:
    """Run any text as a program; raises what is no BasicError, and for a state that does not come back. Its lines."""
    machine = Machine(disk=StateDisk(dict(FILES), quota=20_000))
    with suppress(BasicError):  # it may refuse; what it then has must work as well
        machine.load_program(text)
    lines = len(machine.state.program)
    watch(machine, chance)
    machine.feed_line("RUN")
    writer = Writer(chance)
    left, rounds = STEPS, 12
    while left > 0 and rounds:
        budget = chance.choice((1, 7, 60, 200))
        left, rounds = left - budget, rounds - 1
        rest = _advanced(machine, budget)
        if chance.random() < 0.15:
            machine = _restored(machine)
        if chance.random() < 0.03:
            machine.interrupt()
        if chance.random() < 0.05:
            watch(machine, chance)
        _answer(machine, rest, chance, writer)
    _restored(machine)
    machine.program_text()
    machine.variables()
    return lines


def watch(machine: Machine, chance: random.Random) -> None:
    """Set other breakpoints, mostly in lines that there are, or none."""
    lines = [*machine.state.program, 5, 65529]
    machine.set_breakpoints(line for line in lines if chance.random() < 0.2)


def _advanced(machine: Machine, budget: int) -> Event:
    events = machine.advance(budget)
    assert [isinstance(event, RESTING) for event in events] == [False] * (len(events) - 1) + [True]
    return events[-1]


def _restored(machine: Machine) -> Machine:
    data = snapshot.dump(machine.state)
    state = snapshot.load(data)
    assert snapshot.dump(state) == data
    return Machine(state, machine.disk)


def _answer(machine: Machine, rest: Event, chance: random.Random, writer: Writer) -> None:
    match rest:
        case NeedLine():
            machine.feed_line(chance.choice(REPLIES))
        case NeedKeys():
            machine.feed_keys(chance.choice(("a", "xyz", "\r", "\x03")))
        case SliceSpent():
            pass
        case _:
            machine.feed_line(writer.typed())
