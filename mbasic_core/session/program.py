"""Keeping the editor's document and the machine's program one."""

from __future__ import annotations

import re

from mbasic_core.errors import BasicError, ErrorCode, message
from mbasic_core.session.document import Document, TooLarge
from mbasic_core.session.engine import Interpreter

__all__ = ["Program", "problem"]

_LAST = 65_529  # line number
_LONGEST = 255  # characters of a line, its number included


class Program:
    """Knows which revision of the document the machine's program is.

    The document goes to the machine when something is to run; when the machine itself changed its program (a line typed
    in direct mode, DELETE, RENUM, NEW, LOAD), the program goes to the document.
    """

    __slots__ = ("_lines", "loaded", "machine")

    def __init__(self, machine: Interpreter, loaded: int = -1) -> None:
        self.machine = machine
        self.loaded = loaded
        self._lines = dict(machine.state.program)

    def load(self, document: Document) -> str:
        """Make the document the machine's program, unless it is; "" or the message that says why it cannot be."""
        if self.loaded == document.revision:
            return ""
        trouble = problem(document.text)
        if trouble:
            return trouble
        self.loaded = -1
        try:
            self.machine.load_program(document.text)
        except BasicError as error:
            return message(error.code) + _place(document.text, error.code)
        finally:
            self._lines = dict(self.machine.state.program)
        self.loaded = document.revision
        return ""

    def changed(self) -> bool:
        """Tell whether the machine changed its program by itself."""
        return self.machine.state.program != self._lines

    def store(self, document: Document) -> bool:
        """Make the program the document; False when the document was edited meanwhile, which then stays as it is."""
        self._lines = dict(self.machine.state.program)
        if document.revision != self.loaded:
            self.loaded = -1
            return False
        try:
            document.replace(self.machine.program_text())
        except TooLarge:
            self.loaded = -1
            return False
        self.loaded = document.revision
        return True


def problem(text: str) -> str:
    """Return what keeps a document from being a program of one-byte characters, and in which line; "" if nothing."""
    if text.isascii() and "\0" not in text:
        return ""
    for count, line in enumerate(text.split("\n"), 1):
        for character in line:
            if character == "\0" or character > "\xff":
                number = re.match(r"\s*(\d{1,5})", line)
                where = number[1] if number else f"the editor's line {count}"
                return f"Illegal character {_shown(character)} in {where}"
    return ""


def _place(text: str, code: int) -> str:
    """Where a text failed to load: BASIC does not say, but the user of an editor wants to know."""
    for count, line in enumerate(text.split("\n"), 1):
        number = re.match(r"\s*(\d+)", line)
        if code == ErrorCode.LINE_BUFFER_OVERFLOW and len(line) > _LONGEST:
            return f" in {number[1]}" if number else f" in the editor's line {count}"
        if code == ErrorCode.SYNTAX and number and int(number[1][:6]) > _LAST:
            return f": {number[1][:6]} is no line number"
        if code == ErrorCode.DIRECT_STATEMENT_IN_FILE and line.strip() and not number:
            return f": the editor's line {count} has no number"
    return ""


def _shown(character: str) -> str:
    """As a terminal of one-byte characters can show it."""
    return f"U+{ord(character):04X}"
