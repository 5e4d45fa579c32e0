"""The line at the foot."""

from __future__ import annotations

from nicegui.element import Element

__all__ = ["StatusLine"]


class StatusLine(Element, component="basic_status.js"):
    """Where the caret is, and the session's state: the program's phase, and whether all of it is saved."""
