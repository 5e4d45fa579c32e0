"""The program's editor."""

from __future__ import annotations

from nicegui.elements.codemirror import CodeMirror

__all__ = ["BasicEditor"]


class BasicEditor(CodeMirror, component="basic_editor.js"):
    """NiceGUI's CodeMirror with BASIC's colours and keys.

    Its text does not pass through this object: edits travel as numbered change sets between static/link.js and
    `mbasic_core.web.link`, so that a key costs the same in a program of any length and is never lost.
    """

    def __init__(self) -> None:
        super().__init__(language=None)
        self.classes("ed")
