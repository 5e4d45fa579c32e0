"""The terminal."""

from __future__ import annotations

from pathlib import Path

from nicegui.element import Element
from nicegui.elements import xterm

__all__ = ["BasicTerminal"]


class BasicTerminal(Element, component="basic_terminal.js"):
    """xterm with flow control and a line editor of its own, and a log that mirrors its text for assistive tools."""

    def __init__(self) -> None:
        super().__init__()
        self.add_resource(Path(xterm.__file__).parent / "dist")
