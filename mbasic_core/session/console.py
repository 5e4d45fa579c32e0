"""The machine and its terminal: what is typed goes in, what is printed is kept, and what it waits for is known."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from mbasic_core.machine import events
from mbasic_core.session import limits
from mbasic_core.session.body import WORDS, Phase
from mbasic_core.session.engine import Interpreter
from mbasic_core.session.transcript import Transcript

__all__ = ["DIRECT", "Console", "Prompt"]

DIRECT = 65_535
"""The line number that BASIC gives to a direct-mode line."""
Prompt = Literal["line", "keys", "direct"]
"""What the terminal is to collect: a line for INPUT, single keys, or a direct-mode line."""
_FIRST_BUDGET = 200
_LEAST_BUDGET, _MOST_BUDGET = 20, 200_000
_TYPED_AHEAD = 100  # lines that may wait for a running program
_PROMPTS: dict[Phase, Prompt] = {
    "running": "keys",
    "keys": "keys",
    "line": "line",
    "ready": "direct",
    "stopped": "direct",
}
logger = logging.getLogger(__name__)


class Console:
    """One machine at one terminal.

    `failure` is "" or the type of the Python exception that stopped the machine, which is a bug and not the program's
    error.
    """

    __slots__ = ("_budget", "_fresh", "failure", "machine", "phase", "transcript")

    def __init__(
        self, machine: Interpreter, transcript: Transcript, phase: Phase, *, fresh: Callable[[], Interpreter]
    ) -> None:
        self.machine = machine
        self.transcript = transcript
        self.phase = _phase(machine, phase)
        self.failure = ""
        self._budget = _FIRST_BUDGET
        self._fresh = fresh

    @property
    def word(self) -> str:
        """What it does: ready | running | waiting for INPUT | stopped."""
        return WORDS[self.phase]

    @property
    def prompt(self) -> Prompt:
        """What the terminal is to collect now."""
        return _PROMPTS[self.phase]

    @property
    def direct(self) -> bool:
        """Whether a line typed now is a direct-mode line."""
        return self.prompt == "direct"

    def line(self, text: str) -> None:
        """Feed a line: to INPUT, to direct mode, or typed ahead."""
        text = _typed(text)[: limits.LINE].replace("\r", " ").replace("\n", " ")
        if self.phase == "keys":
            self.keys(text + "\r")
        elif len(self.machine.state.typed) < _TYPED_AHEAD:
            self.machine.feed_line(text)
            self.phase = "running"

    def keys(self, text: str) -> None:
        """Feed keys for INKEY$ and INPUT$."""
        self.machine.feed_keys(_typed(text)[: limits.KEYS])
        if self.phase == "keys":
            self.phase = "running"

    def stop(self) -> None:
        """Break what runs or waits, at once; in direct mode there is nothing to break but AUTO."""
        self.machine.state.typed.clear()
        if not self.direct or self.machine.state.mode:
            self.machine.interrupt()
            self.advance(0)

    def refuse(self, typed: str, reason: str) -> None:
        """Show a typed direct-mode line that is not executed, and why."""
        self.transcript.append(f"{_typed(typed)}\r\n{reason}\r\nOk\r\n")

    def work(self, clock: Callable[[], float], until: float, *, chunk: float, room: int) -> None:
        """Run until the machine rests, `clock()` passes `until` or `room` characters were printed.

        Runs in pieces of about `chunk` seconds: how much a statement costs is known only afterwards. A piece whose
        statements turn out to be slower than those before it ends when the time is up.
        """
        printed = self.transcript.end + room
        now = clock()
        while self.phase == "running" and now < until and self.transcript.end < printed:
            self.advance(self._budget, lambda: clock() >= until)
            before, now = now, clock()
            factor = min(2.0, chunk / max(now - before, 1e-6))
            self._budget = max(_LEAST_BUDGET, min(_MOST_BUDGET, int(self._budget * factor)))

    def advance(self, budget: int, enough: Callable[[], bool] = lambda: False) -> None:
        """Let the machine execute at most `budget` statements, and end early when there is `enough`."""
        try:
            told = self.machine.advance(budget, enough)
        except Exception as error:  # noqa: BLE001 - no error of BASIC's but a bug of ours; only this session may suffer
            self.fail(error)
            return
        for event in told:
            self._take(event)

    def fail(self, error: Exception) -> None:
        """Go on with a machine as new, after an exception that is a bug."""
        logger.error("the machine failed", exc_info=error)
        self.failure = type(error).__name__
        self.machine = self._fresh()
        self.phase = "stopped"
        self.transcript.append(f"\r\nInternal error: {self.failure}\r\nOk\r\n")

    def _take(self, event: events.Event) -> None:
        match event:
            case events.Output(text) | events.Echo(text) | events.Prompt(text):
                self.transcript.append(text)
            case events.SliceSpent():
                self.phase = "running"
            case events.NeedLine():
                self.phase = "line"
            case events.NeedKeys():
                self.phase = "keys"
            case events.Stopped(line) | events.Failed(line=line):
                self.phase = "ready" if line == DIRECT else "stopped"
            case events.Ready():
                self.phase = "ready"
            case _:  # SYSTEM: there is no system to go back to but a machine as it is switched on
                self.machine = self._fresh()
                self.phase = "ready"
                self.transcript.append("Ok\r\n")


def _phase(machine: Interpreter, phase: Phase) -> Phase:
    """The machine's state is the truth; only what ready and stopped have in common is not in it."""
    state = machine.state
    if state.edit is not None:
        return "keys"
    if state.waiting.kind == "line":
        return "running" if state.typed else "line"
    if state.waiting.kind:
        return "keys"
    if state.running or state.typed or state.loading:
        return "running"
    return phase if phase == "stopped" else "ready"


def _typed(text: str) -> str:
    """A terminal sends bytes."""
    return text.encode("latin-1", "replace").decode("latin-1")
