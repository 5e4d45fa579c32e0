"""The machine as a session uses it, and how one becomes bytes and is made of them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from mbasic_core.machine import Machine, snapshot
from mbasic_core.machine.events import Event
from mbasic_core.runtime.disk import Disk
from mbasic_core.runtime.state import State
from mbasic_core.session import limits
from mbasic_core.session.errors import RecordDamaged, RecordTooNew

__all__ = ["Engine", "Interpreter", "MachineEngine"]


class Interpreter(Protocol):
    """What a session needs of a machine; see mbasic_core.machine.Machine."""

    state: State

    def feed_line(self, text: str) -> None: ...
    def feed_keys(self, keys: str) -> None: ...
    def interrupt(self) -> None: ...
    def begin_program(self, text: str) -> None: ...
    def set_breakpoints(self, lines: Iterable[int]) -> None: ...
    def program_lines(self) -> Iterator[str]: ...
    def advance(self, budget: int, enough: Callable[[], bool] = ...) -> list[Event]: ...


class Engine(Protocol):
    """Makes machines, and saves them; another one can be given to a service."""

    def make(self, data: bytes, disk: Disk) -> Interpreter:
        """Return the machine of a snapshot, a new one for no bytes; raises RecordDamaged or RecordTooNew."""

    def dump(self, machine: Interpreter) -> bytes:
        """Return the snapshot of a machine."""


class MachineEngine:
    """The engine of MBASIC machines, whose arrays, and the texts in them, may take so many bytes.

    Those of a `strict` one have no more memory than the real machine.
    """

    def __init__(self, arrays: int = limits.ARRAYS, texts: int = limits.TEXTS, *, strict: bool = False) -> None:
        self._arrays = arrays
        self._texts = texts
        self._strict = strict

    def make(self, data: bytes, disk: Disk) -> Interpreter:
        """Return the machine of a snapshot, a new one for no bytes; raises RecordDamaged or RecordTooNew."""
        try:
            state = snapshot.load(data) if data else State()
        except snapshot.SnapshotTooNew as error:
            raise RecordTooNew(str(error)) from error
        except snapshot.SnapshotError as error:
            raise RecordDamaged(f"the machine: {error}") from error
        state.variables.limit, state.variables.texts = self._arrays, self._texts
        return Machine(state, disk, strict=self._strict)

    def dump(self, machine: Interpreter) -> bytes:
        """Return the snapshot of a machine."""
        return snapshot.dump(machine.state)
