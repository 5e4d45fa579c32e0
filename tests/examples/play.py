"""Play an example by a script, as a person at a terminal would: `python tests/examples/play.py [--write] NAME ...`.

A script has one line for each time that the program asks: for INPUT what is typed, for INPUT$ the keys (none is Enter).
What is shown goes to the screen, or with `--write` into the transcript that the tests compare with: read it first.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path

from mbasic_core import examples
from mbasic_core.machine import Echo, Event, Machine, NeedKeys, NeedLine, Output, Prompt, SliceSpent, snapshot
from mbasic_core.runtime.disk import StateDisk

__all__ = ["Played", "play", "script_of", "transcript_of"]

HERE = Path(__file__).parent
MOST_SLICES, SLICE = 1_000, 2_000


@dataclass(frozen=True, slots=True)
class Played:
    """What a terminal showed from RUN on, the event that the machine rests in, and the lines nobody asked for."""

    shown: str
    rest: Event
    left: list[str]


def script_of(name: str) -> list[str]:
    return (HERE / f"{name}.in").read_text(encoding="ascii").split("\n")[:-1] if (HERE / f"{name}.in").exists() else []


def transcript_of(name: str) -> Path:
    return HERE / f"{name}.out"


def play(example: examples.Example, lines: list[str], *, cuts: random.Random | None = None) -> Played:
    """Run an example until it rests and no line of the script can help, or it ran for two million statements.

    With `cuts` the state goes through bytes into another machine every few thousand statements.
    """
    machine = Machine(disk=StateDisk(examples.disk(example)))
    machine.load_program(examples.text(example.name))
    machine.feed_line("RUN")
    left = list(lines)
    shown: list[str] = []
    for _ in range(MOST_SLICES):
        events = machine.advance(cuts.randint(1, 2 * SLICE) if cuts else SLICE)
        shown += [event.text for event in events if isinstance(event, Output | Echo | Prompt)]
        if cuts:
            machine = Machine(snapshot.load(snapshot.dump(machine.state)), machine.disk)
        match events[-1]:
            case SliceSpent():
                continue
            case NeedLine() if left:
                machine.feed_line(left.pop(0))
            case NeedKeys() if left:
                machine.feed_keys(left.pop(0) or "\r")
            case rest:
                return Played("".join(shown).replace("\r\n", "\n"), rest, left)
    raise AssertionError(f"{example.name} does not come to rest")


def main(arguments: list[str]) -> None:
    names = [name for name in arguments if name != "--write"]
    for example in examples.EXAMPLES:
        if names and example.name not in names:
            continue
        played = play(example, script_of(example.name))
        if "--write" in arguments:
            transcript_of(example.name).write_text(played.shown, encoding="ascii", newline="\n")
        else:
            print(played.shown)
        print(f"{example.name}: {played.rest}, {len(played.left)} lines left")


if __name__ == "__main__":
    main(sys.argv[1:])
