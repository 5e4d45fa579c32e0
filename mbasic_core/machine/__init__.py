"""The BASIC machine without input or output: feed it, advance it, read its events."""

from __future__ import annotations

from mbasic_core.machine.events import (
    Echo,
    Event,
    Failed,
    NeedKeys,
    NeedLine,
    Output,
    Prompt,
    Quit,
    Ready,
    SliceSpent,
    Stopped,
)
from mbasic_core.machine.machine import Machine

__all__ = [
    "Echo",
    "Event",
    "Failed",
    "Machine",
    "NeedKeys",
    "NeedLine",
    "Output",
    "Prompt",
    "Quit",
    "Ready",
    "SliceSpent",
    "Stopped",
]
