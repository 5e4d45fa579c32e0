"""EDIT: a line is changed by commands of one letter; the state between two keys is plain data.

Rules: BASIC-80 Reference Manual 5.21, chapter 2, EDIT. Where it is silent (what is echoed, bells, ends of lines) the
original's own behaviour is followed.
"""

from __future__ import annotations

from typing import Literal

from mbasic_core.machine.editing import LONGEST_LINE
from mbasic_core.runtime.screen import Screen
from mbasic_core.runtime.state import Edit, State

__all__ = ["Ending", "LineEditor"]

Ending = Literal["kept", "left", "again"]
"""How editing ended: the line is to be kept, is to stay as it was, or is to be edited from the start (A)."""

BELL, BACKSPACE, TAB, LINE_FEED, ENTER, ESCAPE, RUBOUT = "\a", "\b", "\t", "\n", "\r", "\x1b", "\x7f"
_INSERTABLE = (BELL, TAB, LINE_FEED)
"""The control characters that a line may hold."""


class LineEditor:
    """Changes `State.edit` key by key and prints what the original echoes."""

    def __init__(self, state: State, screen: Screen) -> None:
        self._state = state
        self._screen = screen

    def begin(self, line: int, text: str, *, typed: bool = False) -> None:
        """Edit a line of the program, or the one that is being typed: shows its number, or `!`."""
        self._state.edit = Edit(line=line, text=text[:LONGEST_LINE], typed=typed)
        self._prompt()

    def press(self, key: str) -> Ending | None:
        """Take one key; None: more keys are needed."""
        edit = self._edit
        match edit.command:
            case "":
                return self._command(key.upper() if key.isascii() else key)
            case "I":
                return self._insert(key)
            case "C":
                self._change(key)
            case command:
                edit.command = ""
                self._search(key, kill=command == "K")
        return None

    # --- commands

    def _command(self, key: str) -> Ending | None:
        edit = self._edit
        if key == "\0":
            return None
        if key.isdecimal():
            edit.count = _tenfold(edit.count) + int(key) & 255
            return None
        edit.count = edit.count or 1
        match key:
            case "\r":
                return self._finish()
            case "E":
                self._screen.newline()
                return "kept"
            case "Q":
                return self._quit()
            case "A":
                self._screen.newline()
                return "again"
            case "I" | "X" | "H":
                self._begin_insert(key)
                return None
            case "C" | "S" | "K":
                if key != "C" or edit.at < len(edit.text):
                    edit.command = key
                    return None
            case "L":
                self._type(edit.text[edit.at :])
                self._screen.newline()
                edit.at = 0
                self._prompt()
            case "D":
                self._delete()
            case " ":
                self._advance()
            case "\b" | "\x7f":
                self._back(key)
            case _:
                self._screen.write(BELL)
        edit.count = 0
        return None

    def _finish(self) -> Ending:
        self._type(self._edit.text[self._edit.at :])
        self._screen.newline()
        return "kept"

    def _quit(self) -> Ending:
        edit = self._edit
        if not edit.typed:
            return "left"
        edit.text = edit.text[: edit.at]  # a line that is being typed ends where the cursor is
        self._screen.newline()
        return "kept"

    def _begin_insert(self, key: str) -> None:
        edit = self._edit
        if key == "H":
            edit.text = edit.text[: edit.at]
        if key == "X":
            edit.count = LONGEST_LINE
            self._advance()
        edit.count = 0
        edit.command = "I"

    def _delete(self) -> None:
        edit = self._edit
        gone = edit.text[edit.at : edit.at + edit.count]
        if gone:
            self._screen.write("\\")
            self._type(gone)
            self._screen.write("\\")
            self._cut(len(gone))

    def _advance(self) -> None:
        edit = self._edit
        passed = edit.text[edit.at : edit.at + edit.count]
        self._type(passed)
        edit.at += len(passed)

    def _back(self, key: str) -> None:
        """Backspace moves the terminal's cursor, but the first time only: from there on both print what they pass."""
        edit = self._edit
        for step in range(min(edit.count, edit.at)):
            edit.at -= 1
            self._type(BACKSPACE if key == BACKSPACE and step == 0 else edit.text[edit.at])

    # --- what follows a command's letter

    def _insert(self, key: str) -> Ending | None:
        edit = self._edit
        if key == ENTER:
            return self._finish()
        if key == ESCAPE:
            edit.command = ""
        elif key in (RUBOUT, "_", BACKSPACE):
            if not edit.at:
                self._screen.write(BELL)
                return None
            self._type(BACKSPACE if key == BACKSPACE else "_")
            edit.at -= 1
            self._cut(1)
        elif key >= " " or key in _INSERTABLE:
            if len(edit.text) >= LONGEST_LINE:
                self._screen.write(BELL)
                return None
            edit.text = edit.text[: edit.at] + key + edit.text[edit.at :]
            edit.at += 1
            self._type(key)
        return None

    def _change(self, key: str) -> None:
        edit = self._edit
        if key < " " and key not in _INSERTABLE:
            self._screen.write(BELL)
            return
        edit.text = edit.text[: edit.at] + key + edit.text[edit.at + 1 :]
        edit.at += 1
        self._type(key)
        edit.count -= 1
        if not edit.count or edit.at >= len(edit.text):
            edit.command, edit.count = "", 0

    def _search(self, wanted: str, *, kill: bool) -> None:
        """The character under the cursor does not count; without enough others, to the end of the line."""
        edit = self._edit
        end = edit.at
        while edit.count and end < len(edit.text):
            end = edit.text.find(wanted, end + 1)
            end = len(edit.text) if end < 0 else end
            edit.count -= 1
        edit.count = 0
        passed = edit.text[edit.at : end]
        if kill:
            self._screen.write("\\")
        self._type(passed)
        if kill:
            self._screen.write("\\")
            self._cut(len(passed))
        else:
            edit.at = end

    # --- helpers

    @property
    def _edit(self) -> Edit:
        edit = self._state.edit
        assert edit is not None
        return edit

    def _prompt(self) -> None:
        edit = self._edit
        self._screen.write("! " if edit.typed else f"{edit.line} ")

    def _cut(self, count: int) -> None:
        edit = self._edit
        edit.text = edit.text[: edit.at] + edit.text[edit.at + count :]

    def _type(self, text: str) -> None:
        self._screen.write(text.replace("\n", "\n\r"))


def _tenfold(count: int) -> int:
    """Ten times a count of eight bits; what is too large goes round, as in the original."""
    return _doubled(_doubled(_doubled(count)) + count & 255)


def _doubled(byte: int) -> int:
    return byte << 1 & 255 | byte >> 7
