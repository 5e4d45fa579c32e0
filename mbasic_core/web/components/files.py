"""The files of the session, in the panel."""

from __future__ import annotations

from nicegui.element import Element

__all__ = ["Files"]


class Files(Element, component="basic_files.js"):
    """The session's disk; files go to and from the browser in pieces, over the page's own socket (web/transfer.py)."""
