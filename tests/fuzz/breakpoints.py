"""What must hold for any program: where it stops at breakpoints and CONT goes on, it does what it does undisturbed."""

from __future__ import annotations

import random
import re
from contextlib import suppress

from mbasic_core.errors import BasicError
from mbasic_core.machine import Echo, Event, Machine, NeedKeys, NeedLine, Output, Prompt, SliceSpent, Stopped, snapshot
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.position import END, at
from tests.machine.programs import FILES, Writer

__all__ = ["check_breakpoints"]

STEPS = 300
"""Statements that a program may execute."""

REPLIES = ("5", "a,b", "1,2", "", '"x",3', "1E40")

CONT = re.compile(r"\bCONT\b")


def check_breakpoints(seed: int) -> int:
    """Run a program that `seed` makes with and without breakpoints; returns how often it stopped at one.

    Raises AssertionError when anything else that it showed, or what it left, was not the same.
    """
    chance = random.Random(seed)
    text = CONT.sub("STOP", Writer(chance).program(chance.randint(2, 12)))  # CONT in a program goes where it stopped
    plain = _Run(text, seed)
    plain.run()
    watched = _Run(text, seed)
    watched.machine.set_breakpoints(n for n in watched.machine.state.program if chance.random() < 0.4)
    watched.disturb = random.Random(seed + 1)
    watched.run()
    assert watched.shown == plain.shown
    assert watched.rest == plain.rest
    for state in (plain.machine.state, watched.machine.state):
        state.breakpoints, state.direct, state.stopped_in, state.at_breakpoint, state.resume = [], b"", -1, False, None
        state.edits, state.waiting.newline, state.passed = 0, True, END
    assert snapshot.dump(watched.machine.state) == snapshot.dump(plain.machine.state)
    assert watched.machine.disk.files == plain.machine.disk.files  # type: ignore[attr-defined]  # a StateDisk
    return watched.stops


class _Run:
    """A program from RUN to where it rests, a statement at a time; keys and lines are the same for each of a seed."""

    def __init__(self, text: str, seed: int) -> None:
        self.machine = Machine(disk=StateDisk(dict(FILES), quota=20_000))
        with suppress(BasicError):
            self.machine.load_program(text)
        self.chance = random.Random(seed)
        self.disturb: random.Random | None = None
        """Decides about restarts of the machine, and about breakpoints that come and go meanwhile."""
        self.shown = ""
        self.stops = 0
        self.rest: Event | None = None

    def run(self) -> None:
        self.machine.feed_line("RUN")
        for _ in range(STEPS):
            self._step()
            match self.rest:
                case SliceSpent():
                    continue
                case NeedLine():
                    self.machine.feed_line(self.chance.choice(REPLIES))
                case NeedKeys() if self.machine.state.edit is None:
                    self.machine.feed_keys(self.chance.choice(("a", "xyz", "\r")))
                case _:
                    return

    def _step(self) -> None:
        """One statement; where there is a breakpoint before it, Break, CONT, and the cursor moved back."""
        column = self.machine.state.column
        shown = self._advance()
        state = self.machine.state
        if isinstance(self.rest, Stopped) and state.resume == at(self.rest.line):
            assert self.rest.line in state.breakpoints
            assert shown.replace("\r\n", "") == f"Break in {self.rest.line}Ok"  # WIDTH 1 breaks it anywhere
            self.stops += 1
            self._meddle()
            self.machine.feed_line("CONT")
            assert self._advance() == "CONT\r\n"
            self.machine.state.column = column
            shown = self._advance()
        self.shown += shown
        if self.disturb is not None:
            self._meddle()

    def _advance(self) -> str:
        events = self.machine.advance(1)
        self.rest = events[-1]
        return "".join(event.text for event in events if isinstance(event, Output | Echo | Prompt))

    def _meddle(self) -> None:
        """A restart of the machine, or other breakpoints."""
        assert self.disturb is not None
        chance = self.disturb.random()
        if chance < 0.1:
            data = snapshot.dump(self.machine.state)
            state = snapshot.load(data)
            assert snapshot.dump(state) == data
            self.machine = Machine(state, self.machine.disk)
        elif chance < 0.2:
            self.machine.set_breakpoints(n for n in self.machine.state.program if self.disturb.random() < 0.3)
