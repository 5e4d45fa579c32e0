"""The parse of one line: its statements so far, and the IFs that wait for an ELSE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from mbasic_core.errors import ErrorCode
from mbasic_core.language.ast import Bad, Else, Expr, Goto, If, Statement
from mbasic_core.language.parser.cursor import COLON, END, Cursor, SyntaxFault
from mbasic_core.language.tokens import Tok

_UNKNOWN = -1
"""An IF that was passed inside of a statement that could not be parsed: its ELSE leads nowhere."""


@dataclass(slots=True)
class LineParse:
    """A line while it is parsed: how far it is read, and the statements found so far."""

    cursor: Cursor
    statements: list[Statement] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    """Where the IFs stand that have no ELSE yet."""
    joined: bool = False
    """Whether another statement may follow without a colon: after THEN and ELSE."""
    starts: list[int] = field(default_factory=list)
    """The statements that begin the line or stand behind a colon; what goes on from another one is part of that."""

    def emit(self, statement: Statement) -> None:
        self.statements.append(statement)

    def run(self, parsers: Mapping[int, Callable[[LineParse], None]], otherwise: Callable[[LineParse], None]) -> None:
        """Parses to the end of the line; `otherwise` takes what begins with no known token."""
        cursor = self.cursor
        while (byte := cursor.peek()) != END:
            if byte == COLON:
                cursor.pos += 1
                self.joined = False
                continue
            if not self.joined:
                self.starts.append(len(self.statements))
            self.joined = False
            cursor.depth = 0
            try:
                parsers.get(byte, otherwise)(self)
            except SyntaxFault as fault:
                self.emit(Bad(fault.code))
                self.skip()
            if not self.joined and not cursor.ended:
                self.emit(Bad(ErrorCode.SYNTAX))
                self.skip()
        self.close()

    def skip(self) -> None:
        """Passes over the rest of the statement."""
        self.waiting += [_UNKNOWN] * self.cursor.skip_statement()

    def alone(self, statement: Statement) -> None:
        """A statement that does nothing unless the statement ends here."""
        if not self.cursor.ended:
            raise SyntaxFault
        self.emit(statement)

    def condition(self, value: Expr) -> None:
        """Begin an IF; its branches and its end are filled in when they are met."""
        self.waiting.append(len(self.statements))
        self.emit(If(value, None))

    def branch(self) -> None:
        """What follows THEN or ELSE: a line number to go to, or statements."""
        line = self.cursor.line_number()
        if line is None:
            self.joined = True
        else:
            self.emit(Goto(line))
            self.skip()

    def alternative(self) -> None:
        """ELSE: the alternative of the latest IF without one."""
        self.emit(Else())
        at = self.waiting.pop() if self.waiting else _UNKNOWN
        if at != _UNKNOWN:
            found = self.statements[at]
            assert isinstance(found, If)
            self.statements[at] = replace(found, otherwise=len(self.statements))
        self.branch()

    def close(self) -> None:
        """End the line: an IF whose ELSE would be behind it has none."""
        for at, statement in enumerate(self.statements):
            if isinstance(statement, If) and statement.otherwise == len(self.statements):
                self.statements[at] = replace(statement, otherwise=None)


def expect_equal(cursor: Cursor) -> None:
    """Takes the `=` token; raises SyntaxFault when something else stands there."""
    cursor.expect(Tok.EQUAL)
