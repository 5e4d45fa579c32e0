"""The strip above a pane."""

from __future__ import annotations

from typing import Literal

from nicegui.element import Element

__all__ = ["Strip"]


class Strip(Element, component="basic_strip.js"):
    """A pane's title, and its extent: the program's lines, or the terminal's size in cells."""

    def __init__(self, title: str, *, shows: Literal["lines", "size"]) -> None:
        super().__init__()
        self._props["title"] = title
        self._props["shows"] = shows
