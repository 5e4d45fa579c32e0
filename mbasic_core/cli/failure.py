"""What ends a command with a message for the person who gave it."""

from __future__ import annotations

__all__ = ["BAD_USAGE", "BROKEN_OFF", "INTERRUPTED", "READER_GONE", "UNUSABLE", "Failure"]

BROKEN_OFF = 1  # a BASIC program did not come to its end
UNUSABLE = 1  # what a command was to look at is there, and not in order
BAD_USAGE = 2  # the command cannot be carried out as given
INTERRUPTED = 130  # Ctrl-C, as a shell numbers it
READER_GONE = 141  # nobody reads the output any more: as a shell numbers SIGPIPE


class Failure(Exception):
    """Printed as `mbasic: <text>` on stderr by `main`, the one place that does; the process ends with `status`."""

    def __init__(self, text: str, *, status: int = BAD_USAGE) -> None:
        super().__init__(text)
        self.status = status
