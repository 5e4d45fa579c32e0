"""The program's variables, in the panel."""

from __future__ import annotations

from nicegui.element import Element

__all__ = ["Variables"]


class Variables(Element, component="basic_variables.js"):
    """The program's variables whenever it rests; those that changed since the last rest are marked."""
