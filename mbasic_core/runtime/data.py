"""READ: the items of all DATA statements, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.language import ast
from mbasic_core.runtime.control import Located
from mbasic_core.runtime.items import BadItem, Value, item
from mbasic_core.runtime.position import END, Position, line_of
from mbasic_core.runtime.state import State

__all__ = ["DataReader", "Text"]


class Text(Protocol):
    """The program, statement by statement."""

    def first(self) -> Position: ...

    def following(self, position: Position) -> Position: ...

    def statement(self, position: Position) -> ast.Statement: ...

    def search(self, start: Position, *kinds: type[ast.Statement]) -> Iterator[tuple[Position, ast.Statement]]: ...


class DataReader:
    """`State.data` names the DATA statement being read and `State.data_offset` how much of it is used up."""

    def __init__(self, state: State, text: Text, fault: Fault) -> None:
        self._state = state
        self._text = text
        self._fault = fault

    def read(self, type_: str) -> Value:
        """The next item as a value of that type; raises Out of DATA, or Syntax error in the DATA statement's line."""
        state = self._state
        statement = self._text.statement(state.data) if state.data != END else None
        if not isinstance(statement, ast.Data) or not 0 <= state.data_offset <= len(statement.text):
            statement = self._seek()
        try:
            value, end = item(statement.text, state.data_offset, type_, self._fault)
        except BadItem:
            raise Located(ErrorCode.SYNTAX, line_of(state.data)) from None
        state.data_offset = end + 1
        return value

    def _seek(self) -> ast.Data:
        state = self._state
        place = self._text.first() if state.data == END else state.data
        if state.data != END and state.data_offset >= 0:
            place = self._text.following(place)
        for found, statement in self._text.search(place, ast.Data):
            assert isinstance(statement, ast.Data)
            state.data = found
            state.data_offset = 0
            return statement
        raise BasicError(ErrorCode.OUT_OF_DATA)

    def restore(self, place: Position) -> None:
        """RESTORE: go on with the first DATA statement at or behind a place."""
        self._state.data = place
        self._state.data_offset = -1 if place != END else 0
