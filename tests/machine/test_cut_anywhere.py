"""The state is the truth: cut a run at random steps, send the state through bytes into a fresh machine, go on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mbasic_core.errors import BasicError
from mbasic_core.machine import (
    Echo,
    Failed,
    Machine,
    NeedKeys,
    NeedLine,
    Output,
    Prompt,
    Quit,
    Ready,
    SliceSpent,
    Stopped,
    snapshot,
)
from mbasic_core.runtime.disk import StateDisk
from tests.chance import seeds

GOLDEN = Path(__file__).parent.parent / "golden"
PROGRAMS = sorted(GOLDEN.glob("*/*.bas"))
SESSIONS = sorted(GOLDEN.glob("*/*.session"))
CASES = [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in (*PROGRAMS, *SESSIONS)]
MOST_STEPS = 20_000
COUNTED = 20
"""Statements between two looks at how far an undisturbed run has got."""


class Play:
    """A golden case in the making: the machine, what is still to be typed, and what was shown."""

    def __init__(self, path: Path) -> None:
        keyboard = path.with_suffix(".in")
        self.lines = keyboard.read_text("latin-1").split("\n")[:-1] if keyboard.exists() else []
        self.disk = StateDisk({file.name: file.read_bytes() for file in path.with_suffix(".files").glob("*")})
        self.machine = Machine(disk=self.disk)
        self.shown: list[str] = []
        self.over = False
        self.steps = 0
        self.typed: list[str] = []
        if path.suffix == ".session":
            self.typed = path.read_text("latin-1").split("\n")[:-1]
            return
        self.typed = ["RUN"]
        try:
            self.machine.load_program(path.read_text("latin-1"))
        except BasicError as error:
            self.shown.append(str(error))
            self.over = True

    def advance(self, budget: int) -> None:
        """At most so many statements, and an answer to what is asked for then."""
        self.steps += budget
        events = self.machine.advance(budget)
        self.shown += [event.text for event in events if isinstance(event, Output | Echo | Prompt)]
        match events[-1]:
            case SliceSpent():
                pass
            case NeedLine() if self.lines:
                self.machine.feed_line(self.lines.pop(0))
            case NeedKeys(count) if self.lines:
                self.machine.feed_keys((self.lines.pop(0) + "\r")[: max(count, 1)])
            case Ready() | Stopped() | Failed() if self.typed:
                self.machine.feed_line(self.typed.pop(0))
            case NeedLine() if self.typed:
                self.machine.feed_line(self.typed.pop(0))
            case NeedLine() | NeedKeys() | Ready() | Stopped() | Failed() | Quit():
                self.over = True

    def cut(self) -> None:
        """Dump the state and go on with what a fresh machine loads."""
        self.disk = StateDisk(dict(self.disk.files))
        self.machine = Machine(snapshot.load(snapshot.dump(self.machine.state)), self.disk)

    @property
    def goes_on(self) -> bool:
        return not self.over and self.steps < MOST_STEPS

    def same(self, other: Play) -> bool:
        """Whether both show the same, as far as both got."""
        mine, theirs = "".join(self.shown), "".join(other.shown)
        if self.over and other.over:
            return mine == theirs and self.disk.files == other.disk.files
        least = min(len(mine), len(theirs))
        return mine[:least] == theirs[:least]


def undisturbed(path: Path) -> Play:
    play = Play(path)
    while play.goes_on:
        play.advance(COUNTED)
    return play


@pytest.mark.chance
@pytest.mark.parametrize("path", CASES)
def test_a_run_cut_again_and_again_shows_what_an_undisturbed_one_shows(path: Path) -> None:
    whole = undisturbed(path)
    for seed in seeds(1):
        cuts, play = random.Random(f"{path.stem} {seed}"), Play(path)
        while play.goes_on:
            play.advance(cuts.randint(1, 60))
            if cuts.random() < 0.6:
                play.cut()
        assert play.same(whole)


@pytest.mark.chance
@pytest.mark.parametrize("path", CASES)
def test_a_run_cut_once_at_any_step_shows_what_an_undisturbed_one_shows(path: Path) -> None:
    whole = undisturbed(path)
    for seed in seeds(2):
        play = Play(path)
        cut = random.Random(f"{path.stem} {seed}").randint(1, whole.steps or 1)
        while play.goes_on and play.steps < cut:
            play.advance(min(COUNTED, cut - play.steps))
        play.cut()
        while play.goes_on:
            play.advance(1_000)
        assert play.same(whole)
