"""The Python text of one function while it is being written."""

from __future__ import annotations

from dataclasses import dataclass, field

from mbasic_core.errors import ErrorCode
from mbasic_core.runtime.variables import Variables

__all__ = ["Emitter", "Operand", "StaticError"]


class StaticError(Exception):
    """The statement is bound to fail here, whatever the values: what was emitted so far still runs first."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Operand:
    """Python text of a value without side effects, and what is known of its type.

    I int, S float, N int or float (an integer result that may have overflowed to single), D double, X any number,
    $ string.
    """

    code: str
    type: str
    zero: int = 0
    """Of a constant that is zero: the byte that is left when it becomes a single or a double (`mbf.ZEROS`)."""


@dataclass(slots=True)
class Emitter:
    """Lines of a function body; values that cost something are kept in numbered locals."""

    variables: Variables
    lines: list[str] = field(default_factory=list)
    depth: int = 1
    used: int = 0
    hoisted: dict[int, Operand] = field(default_factory=dict)
    """INPUT$ calls by identity, already executed at the start of the statement."""
    passed: int | None = None
    """Third byte of the single or double constant passed last; None: nothing looks at the bytes of zeros."""
    provisional: bool = False
    """The text depends on a variable that does not exist yet: compile again next time."""

    def emit(self, line: str) -> None:
        """Add a line of code, indented as it stands."""
        self.lines.append(" " * self.depth + line)

    def keep(self, code: str, type_: str) -> Operand:
        """A new local with that value."""
        name = f"t{self.used}"
        self.used += 1
        self.emit(f"{name}={code}")
        return Operand(name, type_)

    def name(self) -> str:
        """A new local."""
        self.used += 1
        return f"t{self.used - 1}"

    def fail(self, code: ErrorCode) -> None:
        """Add what raises the error when the program gets there."""
        self.emit(f"raise BasicError({int(code)})")
