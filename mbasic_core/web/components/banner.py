"""The messages between bar and panes."""

from __future__ import annotations

from nicegui.element import Element

__all__ = ["Banner"]


class Banner(Element, component="basic_banner.js"):
    """Trouble with the store, records kept aside (with a link to download them), and passing notices."""
