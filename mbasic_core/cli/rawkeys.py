"""Single keys from a terminal, which otherwise hands over whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["unbuffered"]


@contextmanager
def unbuffered(descriptor: int) -> Iterator[None]:
    """Inside it, a terminal gives each key when it is pressed and shows none; Ctrl-C still interrupts.

    On a host without POSIX terminals nothing changes: keys come when Enter is pressed.
    """
    try:
        import termios
        import tty
    except ImportError:
        yield
        return
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
