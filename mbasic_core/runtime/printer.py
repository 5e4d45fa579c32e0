"""LPRINT: a printer nobody reads; it only keeps its column for LPOS."""

from __future__ import annotations

from mbasic_core.runtime.device import Device
from mbasic_core.runtime.state import State

__all__ = ["Printer"]


class Printer(Device):
    """Counts columns and prints nothing."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def column(self) -> int:  # type: ignore[override]  # the state holds it, so that it survives snapshots
        return self._state.printer_column

    def write(self, text: str) -> None:
        state = self._state
        state.printer_column = (state.printer_column + len(text)) % max(1, state.printer_width)

    def newline(self) -> None:
        self._state.printer_column = 0
