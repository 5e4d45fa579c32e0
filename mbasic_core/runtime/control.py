"""How a statement leaves the ordinary flow other than by an error."""

from __future__ import annotations

from mbasic_core.errors import BasicError

__all__ = ["Exhausted", "Finished", "Halt", "Located", "Suspend"]


class Suspend(Exception):
    """The statement needs the keyboard (`State.waiting` says what for) and runs again from its start when it is fed."""


class Exhausted(Exception):
    """The slice is over before the statement: it is a costly one, and runs from its start in the next slice."""


class Finished(Exception):
    """The program ran past its last statement, or the direct-mode line past its end."""


class Halt(Exception):
    """END, STOP, SYSTEM, or a command that goes back to direct mode. `kind` says which."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Located(BasicError):
    """An error that belongs to another line than the one being executed; it is trappable unless `final`."""

    def __init__(self, code: int, line: int, *, final: bool = False) -> None:
        super().__init__(code)
        self.line = line
        self.final = final
