"""The panel below the terminal."""

from __future__ import annotations

from nicegui.element import Element

__all__ = ["Panel"]

_TITLES = {"variables": "Variables", "files": "Files"}


class Panel(Element, component="basic_panel.js"):
    """Holds panes (Variables, Files), and the tabs that choose one; on a narrow screen, a sheet that the bar opens."""

    def __init__(self) -> None:
        super().__init__()
        self._props["tabs"] = [{"name": name, "title": title} for name, title in _TITLES.items()]
