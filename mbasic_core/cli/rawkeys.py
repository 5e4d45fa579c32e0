"""Single keys from a terminal, which otherwise hands over whole lines."""

from __future__ import annotations

import os

__all__ = ["Terminal"]


class Terminal:
    """A terminal as a keyboard: shows lines while they are typed, or gives each key at once and shows none.

    Ctrl-C interrupts in both modes, unless it is to be a key; while it gives keys, Ctrl-S, Ctrl-O and Ctrl-V are keys
    too. On a host without POSIX terminals there are lines only.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: list[object] | None = None  # the terminal's settings for lines, while it gives keys

    def give_keys(self) -> None:
        """From now on each key counts when it is pressed."""
        if self._lines is not None:
            return
        try:
            import termios
            import tty
        except ImportError:
            return
        self._lines = list(termios.tcgetattr(self._descriptor))
        tty.setcbreak(self._descriptor, termios.TCSADRAIN)  # what was typed ahead stays
        attributes = termios.tcgetattr(self._descriptor)
        attributes[0] &= ~termios.IXON
        attributes[3] &= ~termios.IEXTEN
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, attributes)

    def interrupts(self, does: bool) -> None:
        """Whether Ctrl-C interrupts, or is a key for what reads next; only while keys are given."""
        if self._lines is None:
            return
        import termios

        attributes = termios.tcgetattr(self._descriptor)
        attributes[3] = attributes[3] | termios.ISIG if does else attributes[3] & ~termios.ISIG
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, attributes)

    def give_lines(self) -> None:
        """Lines again, as it was found."""
        if self._lines is None:
            return
        import termios

        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._lines)  # type: ignore[arg-type]  # as it was got
        self._lines = None

    def read(self, count: int) -> bytes:
        """Wait for `count` keys; fewer only when the terminal has gone."""
        keys = b""
        while len(keys) < count and (more := os.read(self._descriptor, count - len(keys))):
            keys += more
        return keys

    def pressed(self) -> bytes:
        """The keys pressed since the last look; does not wait."""
        import select

        if self._lines is None or not select.select([self._descriptor], [], [], 0)[0]:
            return b""
        return os.read(self._descriptor, 255)
