"""A typed line as the original reads it, key by key: what is in it at the end, and what it shows meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mbasic_core.machine.editing import LONGEST_LINE

__all__ = ["TypedLine", "read"]

EDIT, BELL, BACKSPACE, TAB, LINE_FEED, ENTER, MUTE = "\x01", "\a", "\b", "\t", "\n", "\r", "\x0f"
RETYPE, FORGET, CROSS_OUT, RUBOUT = "\x12", "\x15", "\x18", "\x7f"

MOST_KEYS = 1024
"""Keys of a line that are looked at: nobody types more for 255 characters, and a host must not wait for them."""

_PLAIN = re.compile(r"[^\x00-\x08\n-\x1f\x7f]*")


@dataclass(slots=True)
class TypedLine:
    """What was typed up to Enter, or up to Ctrl-A."""

    text: str = ""
    shown: list[tuple[str, bool]] = field(default_factory=list)
    """What appears while it is typed, piece by piece; True: the keys themselves, else the machine's own marks."""
    keys: str | None = None
    """What was typed behind a Ctrl-A, with its Enter: it goes to EDIT."""
    mutes: int = 0
    """How often Ctrl-O was pressed."""


def read(keys: str) -> TypedLine:
    """Read a line without its Enter, by the rules of BASIC-80 Reference Manual 5.21, section 1.5.

    Backspace takes back a character, Rubout too, Ctrl-U and Ctrl-X all of them; Ctrl-R types the line again, Ctrl-A
    goes on in EDIT, Ctrl-O is counted. Tab, line feed and bell are part of the text, other control characters are
    ignored. Behind 255 characters there is only a bell.
    """
    if len(keys) <= LONGEST_LINE and _PLAIN.fullmatch(keys):
        return TypedLine(keys, [(keys, True)])
    reader = _Reader()
    keys = keys[:MOST_KEYS]
    for place, key in enumerate(keys):
        if key == EDIT:
            reader.line.keys = keys[place + 1 :] + ENTER
            break
        reader.take(key)
    reader.end_rubout()
    return reader.line


class _Reader:
    def __init__(self) -> None:
        self.line = TypedLine()
        self._rubbing = False
        self._after_feed = False

    def take(self, key: str) -> None:
        line = self.line
        after_feed, self._after_feed = self._after_feed, False
        if key == RUBOUT:
            self._rub_out()
            return
        self.end_rubout()
        if key == MUTE:
            line.mutes += 1
        elif key == BACKSPACE:
            if line.text:
                line.text = line.text[:-1]
                self._mark("\b \b")
        elif key in (FORGET, CROSS_OUT):
            self._mark("^U\r\n" if key == FORGET else "#\r\n")
            line.text = ""
        elif key == RETYPE:
            self._mark(f"\r\n{line.text}")
        elif key == ENTER:
            if not after_feed:
                self._put(" ")  # a host's line has no end in it
        elif key >= " " or key in (BELL, TAB) or (key == LINE_FEED and line.text):
            self._put(key)

    def end_rubout(self) -> None:
        """Close what was taken back by Rubout with a second backslash."""
        if self._rubbing:
            self._rubbing = False
            self._mark("\\")

    def _rub_out(self) -> None:
        text = self.line.text
        if text:
            self._mark(text[-1] if self._rubbing else f"\\{text[-1]}")
            self.line.text = text[:-1]
            self._rubbing = True
        elif self._rubbing:
            self._rubbing = False
            self._mark("\\\r\n")

    def _put(self, key: str) -> None:
        line = self.line
        if len(line.text) >= LONGEST_LINE:
            self._mark(BELL)
            return
        line.text += key
        self._after_feed = key == LINE_FEED
        self._show("\n\r" if key == LINE_FEED else key, echo=True)

    def _mark(self, text: str) -> None:
        self._show(text, echo=False)

    def _show(self, text: str, *, echo: bool) -> None:
        shown = self.line.shown
        if shown and shown[-1][1] == echo:
            shown[-1] = (shown[-1][0] + text, echo)
        else:
            shown.append((text, echo))
