"""The terminal."""

from __future__ import annotations

from nicegui.element import Element

__all__ = ["BasicTerminal"]


class BasicTerminal(Element, component="basic_terminal.js"):
    """xterm with flow control and a line editor of its own, and a log that mirrors its text for assistive tools."""
