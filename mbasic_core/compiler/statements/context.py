"""What a builder works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mbasic_core.compiler.emitter import Emitter, StaticError
from mbasic_core.compiler.listing import Listing
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.position import Position

__all__ = ["Builder", "Context"]


@dataclass(slots=True)
class Context:
    """One statement that is being compiled: where it stands and where its text goes."""

    out: Emitter
    listing: Listing
    position: Position
    following: Position

    def go(self, position: Position) -> None:
        """Emit the end of the step: the next one is at `position`."""
        self.out.emit(f"return {position}")

    def on(self) -> None:
        """Emit the end of the step: the next statement in the text follows."""
        self.go(self.following)

    def line(self, number: int) -> Position:
        """Where a jump to a line goes; an unknown line is an error when the statement gets there."""
        try:
            return self.listing.find(number)
        except BasicError:
            raise StaticError(ErrorCode.UNDEFINED_LINE) from None


Builder = Callable[[Context, Any], None]


def done(context: Context, _statement: ast.Statement) -> None:
    """A statement that does nothing when it is reached."""
    context.on()
