"""What a machine tells its host. Each list of events ends in exactly one resting event."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Echo",
    "Event",
    "Failed",
    "NeedKeys",
    "NeedLine",
    "Output",
    "Prompt",
    "Quit",
    "Ready",
    "SliceSpent",
    "Stopped",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class Output(Event):
    """What the program prints: characters 0-255, lines end in CR LF."""

    text: str


@dataclass(frozen=True, slots=True)
class Echo(Event):
    """What a terminal shows of a line that was fed, with the CR LF of Enter (`INPUT;` has none)."""

    text: str


@dataclass(frozen=True, slots=True)
class Prompt(Event):
    """The `Ok` of direct mode."""

    text: str


@dataclass(frozen=True, slots=True)
class NeedLine(Event):
    """Resting: INPUT or LINE INPUT waits for `feed_line`."""


@dataclass(frozen=True, slots=True)
class NeedKeys(Event):
    """Resting: INPUT$ waits for `count` more keys from `feed_keys`."""

    count: int


@dataclass(frozen=True, slots=True)
class SliceSpent(Event):
    """Resting: the budget is used up, the program runs on with the next `advance`."""


@dataclass(frozen=True, slots=True)
class Ready(Event):
    """Resting: direct mode waits for a line."""


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """Resting: STOP, Ctrl-C or a breakpoint in a line; direct mode waits for a line, CONT goes on."""

    line: int


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """Resting: an error nobody trapped; `line` is 65535 in direct mode."""

    code: int
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Quit(Event):
    """Resting: SYSTEM was executed."""
