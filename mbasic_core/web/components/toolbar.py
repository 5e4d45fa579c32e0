"""The bar at the top."""

from __future__ import annotations

from nicegui.element import Element

__all__ = ["Toolbar"]


class Toolbar(Element, component="basic_toolbar.js"):
    """Run, Stop, what the program is doing, and the theme."""
