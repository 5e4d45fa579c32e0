"""Keeping the editor's document and the machine's program one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from mbasic_core.errors import BasicError, ErrorCode, message
from mbasic_core.session.document import Document, TooLarge
from mbasic_core.session.engine import Interpreter

__all__ = ["Program", "problem"]

_ILLEGAL = re.compile("[^\x01-\xff]")
_NUMBER = re.compile(r"[ \t]*([0-9]+)")
_LAST = 65_529  # line number
_LONGEST = 255  # characters of a line, its number included


class Program:
    """Knows which revision of the document the machine's program is.

    The document goes to the machine when something is to run; when the machine itself changed its program (a line typed
    in direct mode, DELETE, RENUM, NEW, LOAD), the program goes to the document.
    """

    __slots__ = ("_edits", "_lines", "_text", "loaded", "machine")

    def __init__(self, machine: Interpreter, loaded: int = -1) -> None:
        self.machine = machine
        self.loaded = loaded
        self._edits = 0
        self._lines: Iterator[str] = iter(())
        self._text: list[str] = []

    def load(self, document: Document) -> str:
        """Have the machine enter the document before what is typed next, unless it is the machine's program already.

        Return "" or the message that says why it cannot be.
        """
        if self.loaded == document.revision and self.machine.state.edits >= 0:
            return ""
        trouble = problem(document.text)
        if trouble:
            return trouble
        self.loaded = -1
        try:
            self.machine.begin_program(document.text)
        except BasicError as error:
            return message(error.code) + _place(document.text, error.code)
        self.loaded = document.revision
        return ""

    def changed(self) -> bool:
        """Tell whether the machine changed its program by itself."""
        return self.machine.state.edits > 0

    def store(self, document: Document, lines: int = 1_000_000) -> bool:
        """Make the program the document, listing at most that many lines now: while `changed`, call it again.

        Return whether the document is another now. One that was edited meanwhile stays as it is.
        """
        state = self.machine.state
        if document.revision == self.loaded:
            if self._edits != state.edits:
                self._edits, self._lines, self._text = state.edits, self.machine.program_lines(), []
            more = list(islice(self._lines, lines))
            self._text += more
            if len(more) == lines:
                return False
        text, self._lines, self._text, self._edits = "".join(self._text), iter(()), [], 0
        state.edits = 0
        if document.revision == self.loaded:
            try:
                document.replace(text)
            except TooLarge:
                pass
            else:
                self.loaded = document.revision
                return True
        self.loaded = -1
        return False


def problem(text: str) -> str:
    """Return what keeps a document from being a program of one-byte characters, and in which line; "" if nothing."""
    found = _ILLEGAL.search(text)
    if found is None:
        return ""
    number = re.compile(r"\s*(\d{1,5})").match(text, text.rfind("\n", 0, found.start()) + 1)
    where = number[1] if number else f"the editor's line {text.count(chr(10), 0, found.start()) + 1}"
    return f"Illegal character {_shown(found[0])} in {where}"


def _place(text: str, code: int) -> str:
    """Where a text failed to load: BASIC does not say, but the user of an editor wants to know."""
    if code == ErrorCode.OUT_OF_MEMORY:
        return ""
    for count, line in enumerate(text.split("\n"), 1):
        number = _NUMBER.match(line)
        if code == ErrorCode.LINE_BUFFER_OVERFLOW and len(line) > _LONGEST:
            return f" in {number[1]}" if number else f" in the editor's line {count}"
        if code == ErrorCode.SYNTAX and number and int(number[1][:6]) > _LAST:
            return f": {number[1][:6]} is no line number"
        if code == ErrorCode.DIRECT_STATEMENT_IN_FILE and line.strip(" \t") and not number:
            return f": the editor's line {count} has no number"
    return ""


def _shown(character: str) -> str:
    """As a terminal of one-byte characters can show it."""
    return f"U+{ord(character):04X}"
