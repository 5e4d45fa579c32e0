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
PROGRAMS = sorted(path for path in GOLDEN.glob("*/*.bas"))
MOST_STEPS = 20_000


def transcript(path: Path, cuts: random.Random | None) -> tuple[str, bool]:
    """What the program at `path` shows, cut at random places when `cuts` is given, and whether that is all of it."""
    keyboard = path.with_suffix(".in")
    lines = keyboard.read_text("latin-1").split("\n")[:-1] if keyboard.exists() else []
    files = {file.name: file.read_bytes() for file in path.with_suffix(".files").glob("*")}
    disk = StateDisk(files)
    machine = Machine(disk=disk)
    shown: list[str] = []
    try:
        machine.load_program(path.read_text("latin-1"))
    except BasicError as error:
        return str(error), True
    machine.feed_line("RUN")
    steps = 0
    while steps < MOST_STEPS:
        budget = cuts.randint(1, 60) if cuts else 500
        steps += budget
        events = machine.advance(budget)
        shown += [event.text for event in events if isinstance(event, Output | Echo | Prompt)]
        if cuts and cuts.random() < 0.6:
            disk = StateDisk(dict(disk.files))
            machine = Machine(snapshot.load(snapshot.dump(machine.state)), disk)
        match events[-1]:
            case SliceSpent():
                continue
            case NeedLine() if lines:
                machine.feed_line(lines.pop(0))
            case NeedKeys(count) if lines:
                machine.feed_keys((lines.pop(0) + "\r")[: max(count, 1)])
            case NeedLine() | NeedKeys() | Ready() | Stopped() | Failed() | Quit():
                return "".join(shown), True
    return "".join(shown), False


@pytest.mark.chance
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_cut_run_shows_what_an_undisturbed_one_shows(path: Path) -> None:
    undisturbed, complete = transcript(path, None)
    for seed in seeds(2):
        shown, finished = transcript(path, random.Random(f"{path.stem} {seed}"))
        if finished and complete:
            assert shown == undisturbed
        else:
            least = min(len(shown), len(undisturbed))
            assert shown[:least] == undisturbed[:least]
