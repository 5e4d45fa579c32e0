"""Single keys from a terminal, which otherwise hands over whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

__all__ = ["unbuffered"]

try:
    import termios
    import tty
except ImportError:  # a host without POSIX terminals: keys count when Enter is pressed

    @contextmanager
    def unbuffered(_stream: BinaryIO) -> Iterator[None]:
        """Inside it, keys would be read one by one without an echo; this host cannot do that, lines stay whole."""
        yield

else:

    @contextmanager
    def unbuffered(stream: BinaryIO) -> Iterator[None]:
        """Inside it, the terminal `stream` gives each key when pressed, without an echo; Ctrl-C still interrupts."""
        before = termios.tcgetattr(stream)
        tty.setcbreak(stream)
        try:
            yield
        finally:
            termios.tcsetattr(stream, termios.TCSADRAIN, before)
