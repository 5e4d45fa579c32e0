"""A person at a machine: types lines, and reads what it shows until it rests."""

from __future__ import annotations

from mbasic_core.machine import Echo, Event, Machine, Output, Prompt, SliceSpent, snapshot
from mbasic_core.runtime.disk import StateDisk

__all__ = ["Talk", "run"]

MOST_SLICES = 2_000


class Talk:
    """A machine, what it showed since it was last asked, and the event that it rests in."""

    def __init__(self, program: str = "", files: dict[str, bytes] | None = None, *, edits_errors: bool = True) -> None:
        self.machine = Machine(disk=StateDisk(files))
        self.machine.state.edits_errors = edits_errors
        self.rest: Event | None = None
        if program:
            self.machine.load_program(program)

    def go(self, slices: int = MOST_SLICES, budget: int = 200) -> str:
        """Advance until the machine rests, or for so many slices; returns what it showed, with LF line ends."""
        shown = []
        for _ in range(slices):
            events = self.machine.advance(budget)
            shown += [event.text for event in events if isinstance(event, Output | Echo | Prompt)]
            self.rest = events[-1]
            if not isinstance(self.rest, SliceSpent):
                break
        return "".join(shown).replace("\r\n", "\n")

    def type(self, line: str) -> str:
        """Type a line and go on; returns what came after the line's echo."""
        self.machine.feed_line(line)
        return self.go().removeprefix(line + "\n").removeprefix(line)

    def keys(self, keys: str) -> str:
        """Press keys and go on."""
        self.machine.feed_keys(keys)
        return self.go()

    def start(self, line: str = "RUN", budget: int = 100) -> str:
        """Type a line and run one slice only."""
        self.machine.feed_line(line)
        return self.go(1, budget).removeprefix(line + "\n")

    def stop(self) -> str:
        """Ctrl-C."""
        self.machine.interrupt()
        return self.go()

    def restart(self) -> None:
        """Send the state through bytes into a fresh machine, as a restart of the process does."""
        data = snapshot.dump(self.machine.state)
        state = snapshot.load(data)
        assert snapshot.dump(state) == data
        self.machine = Machine(state, self.machine.disk)


def run(program: str, *answers: str) -> str:
    """What a program shows from RUN to `Ok`, with lines to type when it asks; each line without blanks around it."""
    talk = Talk(program, edits_errors=False)
    shown = talk.type("RUN")
    for answer in answers:
        shown += talk.type(answer)
    return "\n".join(line.strip() for line in shown.removesuffix("Ok\n").splitlines())
