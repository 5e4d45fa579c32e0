"""INPUT, LINE INPUT, INPUT$ and INKEY$ without ever waiting: a statement that needs more raises Suspend."""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.numeric import convert, literals
from mbasic_core.runtime.control import Exhausted, Suspend
from mbasic_core.runtime.items import BadItem, Value, items
from mbasic_core.runtime.screen import Screen
from mbasic_core.runtime.state import State

__all__ = ["Keyboard"]


class Keyboard:
    """What the user typed, as statements take it."""

    def __init__(self, state: State, screen: Screen, fault: Fault) -> None:
        self._state = state
        self._screen = screen
        self._fault = fault

    def line(self, prompt: str, newline: bool) -> str:
        """The line that answers a prompt, at most 255 characters."""
        waiting = self._state.waiting
        reply = waiting.reply
        if reply is None:
            self._ask(prompt, newline)
        assert reply is not None
        waiting.reply = None
        return reply[:255]

    def values(self, prompt: str, newline: bool, types: str) -> list[Value]:
        """The values that answer INPUT, one for each type letter; `?Redo from start` until the line fits.

        Without types any line will do: the statement has a syntax error behind its prompt.
        """
        reply = self.line(prompt, newline)
        if not types:
            return []
        overflows: list[ErrorCode] = []

        def fault(code: ErrorCode) -> None:
            self._fault(code)
            overflows.append(code)

        try:
            values = items(reply, types, fault)
            if overflows:
                raise BadItem
            return values
        except BadItem:
            self._screen.write("?Redo from start")
            self._screen.newline()
            if self._state.tron:
                raise Exhausted from None  # the statement begins again, and its line is shown
            self._ask(prompt, newline)
            raise AssertionError from None

    def seed(self, prompt: str) -> int:
        """The number that answers RANDOMIZE, asked for until the line is one; raises Overflow."""
        reply = self.line(prompt, True)
        value, end = literals.read_number(reply, 0, self._fault, double=False)
        if reply[end:].strip():
            self._ask(prompt, True)
        return convert.cint(value or 0)

    def _ask(self, prompt: str, newline: bool) -> None:
        self._state.muted = False
        self._screen.write(prompt)
        waiting = self._state.waiting
        waiting.kind = "line"
        waiting.newline = newline
        raise Suspend

    def inkey(self) -> str:
        """INKEY$: the next key typed ahead, or nothing."""
        keys = self._state.keys
        self._state.keys = keys[1:]
        return keys[:1]

    def take(self, count: int) -> str:
        """INPUT$(count): the next keys, as soon as there are so many."""
        if not 1 <= count <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        self.need(count)
        keys = self._state.keys
        self._state.keys = keys[count:]
        return keys[:count]

    def need(self, count: int) -> None:
        """Go on only when so many keys were typed, since a statement that takes keys twice cannot give them back."""
        state = self._state
        if len(state.keys) < count:
            state.waiting.kind = "keys"
            state.waiting.count = count - len(state.keys)
            raise Suspend
        state.waiting.count = 0
