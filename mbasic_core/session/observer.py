"""Who is told how a service works, to count and to measure it."""

from __future__ import annotations

__all__ = ["Observer"]


class Observer:
    """Is told what a `SessionService` does, on the event loop, and must not raise; this one lets it all pass."""

    def turn(self, seconds: float) -> None:
        """A program had a turn that took so long; nobody else was served meanwhile."""

    def owned(self, owned: bool) -> None:
        """This process became the owner of a session, or is it no more."""
