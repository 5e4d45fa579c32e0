"""The program as parsed lines in order: a cache over the tokenised text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast
from mbasic_core.language.parser import parse_line, statement_starts
from mbasic_core.language.tokens import Tok
from mbasic_core.runtime.control import Exhausted
from mbasic_core.runtime.position import DIRECT, DONE, END, STATEMENTS, Position, at, index_of, line_of
from mbasic_core.runtime.state import State

__all__ = ["Listing"]

_TOKENS: dict[type[ast.Statement], int] = {
    ast.Common: int(Tok.COMMON),
    ast.Data: int(Tok.DATA),
    ast.For: int(Tok.FOR),
    ast.Next: int(Tok.NEXT),
    ast.Wend: int(Tok.WEND),
    ast.While: int(Tok.WHILE),
}
"""The byte that a line with such a statement has in it."""

LONGEST = 2048
"""Bytes of a line: what 255 typed characters become is shorter; a file may hold anything."""

PARSED_AT_ONCE = 50
"""Lines that a search parses before others get their turn."""

_parsed = lru_cache(maxsize=4096)(parse_line)
"""Lines recur: in each run, after each edit, in every session of the process."""


class Listing:
    """Parses each line once, when it is first asked for."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._parsed: dict[int, tuple[ast.Statement, ...]] = {}
        self._numbers: list[int] | None = None
        self._bearing: dict[tuple[type[ast.Statement], ...], list[int]] = {}

    def forget(self) -> None:
        """The program changed."""
        self._parsed.clear()
        self._numbers = None
        self._bearing.clear()

    def forget_direct(self) -> None:
        """Another direct-mode line is to be executed."""
        self._parsed.pop(DIRECT, None)

    @property
    def numbers(self) -> list[int]:
        """All line numbers, ascending."""
        if self._numbers is None:
            self._numbers = sorted(self._state.program)
        return self._numbers

    def statements(self, line: int) -> tuple[ast.Statement, ...]:
        """A line's statements; an empty line has one remark, so that it has a position."""
        found = self._parsed.get(line)
        if found is None:
            tokens = self._state.direct if line == DIRECT else self._state.program[line]
            if len(tokens) <= LONGEST:
                found = _parsed(tokens) or (ast.Rem(),)
            if found is None or len(found) > STATEMENTS:
                found = (ast.Bad(ErrorCode.OUT_OF_MEMORY),)
            self._parsed[line] = found
        return found

    def holds(self, position: Position) -> bool:
        """Whether there is a statement."""
        line = line_of(position)
        return (line == DIRECT or line in self._state.program) and index_of(position) < len(self.statements(line))

    def statement(self, position: Position) -> ast.Statement:
        """The statement at that place."""
        return self.statements(line_of(position))[index_of(position)]

    def first(self) -> Position:
        """The program's first statement; END when there is none."""
        numbers = self.numbers
        return at(numbers[0]) if numbers else END

    def after(self, line: int) -> Position:
        """The start of the next line; END behind the last one, DONE behind the direct-mode line."""
        if line == DIRECT:
            return DONE
        numbers = self.numbers
        place = bisect_right(numbers, line)
        return at(numbers[place]) if place < len(numbers) else END

    def following(self, position: Position) -> Position:
        """The next statement in the text."""
        line = line_of(position)
        if index_of(position) + 1 < len(self.statements(line)):
            return position + 1
        return self.after(line)

    def whole(self, position: Position) -> Position:
        """Where the statement begins that has a part at this place: MBASIC knows only places behind a colon.

        What follows THEN and ELSE belongs to the IF, and so does another IF there; NEXT J,I is one statement.
        """
        line, index = line_of(position), index_of(position)
        statements, starts = self.statements(line), self._starts(line)
        while index and index not in starts:
            at_else = isinstance(statements[index - 1], ast.Else)
            decided = [i for i, s in enumerate(statements) if isinstance(s, ast.If) and s.otherwise == index]
            index = decided[0] if at_else and decided else index - 1
        return at(line, index)

    def behind(self, position: Position) -> Position:
        """What follows the statement that has a part at this place: the next colon, as RESUME NEXT finds it."""
        line, index = line_of(position), index_of(self.whole(position))
        later = [start for start in self._starts(line) if index < start < len(self.statements(line))]
        return at(line, later[0]) if later else self.after(line)

    def _starts(self, line: int) -> tuple[int, ...]:
        tokens = self._state.direct if line == DIRECT else self._state.program[line]
        return statement_starts(tokens) if len(tokens) <= LONGEST else ()

    def find(self, line: int) -> Position:
        """The start of a line; raises Undefined line number."""
        if line not in self._state.program:
            raise BasicError(ErrorCode.UNDEFINED_LINE)
        return at(line)

    def search(self, start: Position, *kinds: type[ast.Statement]) -> Iterator[tuple[Position, ast.Statement]]:
        """The statements of some kinds at or behind a place, without a look into lines that lack their tokens."""
        if start < 0:
            return
        line, index = line_of(start), index_of(start)
        lines = [line] if line == DIRECT else self._lines_with(kinds)
        for place in range(bisect_left(lines, line), len(lines)):
            number = lines[place]
            first = index if number == line else 0
            for at_index, statement in enumerate(self.statements(number)[first:], first):
                if isinstance(statement, kinds):
                    yield at(number, at_index), statement

    def parse(self, *kinds: type[ast.Statement]) -> None:
        """Parse the lines that may have some kinds of statement, so that `search` is quick.

        Raises Exhausted when these were many: asked again, it gets further.
        """
        most = len(self._parsed) + PARSED_AT_ONCE
        for line in self._lines_with(kinds):
            self.statements(line)
            if len(self._parsed) > most:
                raise Exhausted

    def opening(self, position: Position, opens: type[ast.Statement], closes: type[ast.Statement]) -> Position | None:
        """The FOR of a NEXT: the last one before it in the text that is not closed before it; None when there is none.

        Raises Exhausted when many lines had to be parsed: asked again, it gets further.
        """
        line, depth, most = line_of(position), 1, len(self._parsed) + PARSED_AT_ONCE
        lines = [line] if line == DIRECT else self._lines_with((opens, closes))
        for place in range(bisect_right(lines, line) - 1, -1, -1):
            number = lines[place]
            statements = self.statements(number)
            for index in range(index_of(position) if number == line else len(statements), 0, -1):
                if isinstance(statements[index - 1], (opens, closes)):
                    depth += 1 if isinstance(statements[index - 1], closes) else -1
                    if not depth:
                        return at(number, index - 1)
            if len(self._parsed) > most:
                raise Exhausted
        return None

    def _lines_with(self, kinds: tuple[type[ast.Statement], ...]) -> list[int]:
        """The numbers of the lines that have the token of one of the kinds of statement, ascending."""
        found = self._bearing.get(kinds)
        if found is None:
            program, tokens = self._state.program, [_TOKENS[kind] for kind in kinds]
            found = [number for number in self.numbers if any(token in program[number] for token in tokens)]
            self._bearing[kinds] = found
        return found

    def matching(self, position: Position, opens: type[ast.Statement], closes: type[ast.Statement]) -> Position | None:
        """The NEXT of a FOR, the WEND of a WHILE: the first one behind it in the text that closes it.

        Raises Exhausted when many lines had to be parsed: asked again, it gets further.
        """
        depth, most = 1, len(self._parsed) + PARSED_AT_ONCE
        for place, statement in self.search(self.following(position), opens, closes):
            if len(self._parsed) > most:
                raise Exhausted
            depth += 1 if isinstance(statement, opens) else -1
            if not depth:
                return place
        return None
