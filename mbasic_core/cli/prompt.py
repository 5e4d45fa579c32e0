"""Lines typed at a terminal, with editing and history by prompt_toolkit."""

from __future__ import annotations

import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.history import DummyHistory, InMemoryHistory
from prompt_toolkit.input.defaults import create_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.output.vt100 import Vt100_Output

__all__ = ["LinePrompt"]

_KEYS = {key: Keys(f"c-{chr(ord(key) + 96)}") for key in map(chr, range(1, 27))} | {"\x7f": Keys.ControlH}
"""Control keys by their characters."""


class LinePrompt:
    """The process's terminal, when both stdin and stdout are one.

    Direct-mode lines have a history, answers to INPUT have none. What is pasted comes line by line.
    """

    def __init__(self) -> None:
        self._input = create_input(sys.stdin)
        output = create_output(sys.stdout)
        if isinstance(output, Vt100_Output):
            output.enable_cpr = False  # nothing here needs to know where the cursor is, and not every terminal answers
        self._pasted: list[str] = []
        keys = KeyBindings()
        keys.add(Keys.BracketedPaste)(self._paste)
        self._answers = PromptSession[str](input=self._input, output=output, key_bindings=keys, history=DummyHistory())
        self._lines = PromptSession[str](
            input=self._input, output=output, key_bindings=keys, history=InMemoryHistory(), enable_history_search=True
        )

    def line(self, before: str, *, remember: bool) -> str | None:
        """A line, typed behind the text that stands on the screen's line before it; None at the end of the input.

        Raises KeyboardInterrupt on Ctrl-C.
        """
        text = self._pasted.pop(0) if self._pasted else ""
        enter = bool(self._pasted)
        session = self._lines if remember else self._answers
        try:
            return session.prompt(before, default=text, accept_default=enter)
        except EOFError:
            return None
        except KeyboardInterrupt:
            self._pasted.clear()
            raise

    def type_ahead(self, keys: str) -> None:
        """Let keys that were pressed meanwhile be the beginning of the next line."""
        presses = [KeyPress(Keys.ControlM if key in "\r\n" else _KEYS.get(key, key), key) for key in keys]
        store_typeahead(self._input, presses)

    def typed_ahead(self) -> str:
        """Take the keys that were typed together with the last line."""
        pasted, self._pasted = self._pasted, []
        return "\r".join(pasted) + "".join(press.data for press in get_typeahead(self._input))

    def _paste(self, event: KeyPressEvent) -> None:
        first, *rest = event.data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        event.current_buffer.insert_text(first)
        if rest:
            self._pasted[:0] = rest
            event.current_buffer.validate_and_handle()
