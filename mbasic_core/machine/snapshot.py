"""A machine's state as bytes and back: msgpack with packed arrays, checked field by field when it comes in.

What is loaded is data from elsewhere: types, sizes and ranges are checked, and anything odd raises SnapshotError
before a machine sees it. No pickle, nothing is executed.
"""

from __future__ import annotations

from typing import Any

import msgpack

from mbasic_core.errors import BasicError
from mbasic_core.machine import packing
from mbasic_core.machine.packing import SnapshotError, expect
from mbasic_core.runtime.position import DIRECT, Position, index_of, line_of
from mbasic_core.runtime.state import FOR, GOSUB, WHILE, ErrorTrap, Frame, State, Waiting

__all__ = ["FORMAT", "SnapshotError", "SnapshotTooNew", "dump", "load"]

FORMAT = 1
"""Raised by one whenever a reader of the former format could not understand what is written."""

_BOOLS = ("running", "tron", "protected")
_INTS = (
    "data_offset",
    "column",
    "width",
    "printer_column",
    "printer_width",
    "current",
    "stack_size",
    "auto_line",
    "auto_step",
    "progress",
)
_LARGEST = 1 << 30


class SnapshotTooNew(SnapshotError):
    """The snapshot was written by a newer release; nothing is wrong with it."""


def dump(state: State) -> bytes:
    """The state as bytes; `load` gives an equal one."""
    fields: dict[str, Any] = {name: getattr(state, name) for name in _BOOLS + _INTS}
    fields |= {
        "format": FORMAT,
        "program": [[number, tokens] for number, tokens in state.program.items()],
        "variables": packing.pack_variables(state.variables),
        "functions": state.functions,
        "stack": state.stack,
        "pc": state.pc,
        "direct": state.direct,
        "resume": state.resume,
        "data": state.data,
        "trap": [state.trap.line, state.trap.code, state.trap.at_line, state.trap.position],
        "waiting": [state.waiting.kind, state.waiting.count, state.waiting.newline, _text(state.waiting.reply)],
        "typed": [_text(line) for line in state.typed],
        "keys": _text(state.keys),
        "rnd": state.rnd,
        "mode": state.mode,
        "files": [[number, *packing.pack_file(file)] for number, file in state.files.items()],
        "breakpoints": state.breakpoints,
        "memory": [[address, byte] for address, byte in state.memory.items()],
    }
    packed: bytes = msgpack.packb(fields)
    return packed


def load(data: bytes) -> State:
    """The state that `dump` wrote; raises SnapshotError for anything else, SnapshotTooNew for a later format."""
    try:
        fields = msgpack.unpackb(data, strict_map_key=False)
    except (ValueError, msgpack.UnpackException) as error:
        raise SnapshotError(f"not a snapshot: {error}") from error
    expect(isinstance(fields, dict), "a snapshot is a map")
    written = fields.get("format")
    expect(isinstance(written, int) and written >= 1, "format")
    if written > FORMAT:
        raise SnapshotTooNew(f"format {written}; this release reads up to {FORMAT}")
    try:
        return _state(fields)
    except KeyError as error:
        raise SnapshotError(f"field missing: {error}") from error
    except (TypeError, ValueError, OverflowError, RecursionError, BasicError) as error:
        raise SnapshotError(f"malformed: {error}") from error


def _state(fields: dict[str, Any]) -> State:
    state = State()
    for name in _BOOLS:
        expect(isinstance(fields[name], bool), name)
        setattr(state, name, fields[name])
    for name in _INTS:
        setattr(state, name, _integer(fields[name], name, -1, _LARGEST))
    expect(1 <= state.width <= 255 and 1 <= state.printer_width <= 255, "width")
    for number, tokens in _list(fields["program"], "program"):
        expect(isinstance(tokens, bytes), "tokens")
        state.program[_integer(number, "line number", 0, 65529)] = tokens
    packing.unpack_variables(fields["variables"], state.variables)
    expect(isinstance(fields["direct"], bytes), "direct")
    state.direct = fields["direct"]
    slots = len(state.variables.values)
    state.stack[:] = [_frame(frame, state, slots) for frame in _list(fields["stack"], "stack")]
    expect(isinstance(fields["functions"], dict), "functions")
    for key, place in fields["functions"].items():
        packing.name(key)
        state.functions[key] = _place(place, state)
    state.pc = _place(fields["pc"], state)
    state.data = _place(fields["data"], state)
    state.resume = None if fields["resume"] is None else _place(fields["resume"], state)
    line, code, at_line, position = _list(fields["trap"], "trap")
    state.trap = ErrorTrap(
        _integer(line, "trap", 0, 65529),
        _integer(code, "trap", 0, 255),
        _integer(at_line, "trap", 0, DIRECT),
        _place(position, state),
    )
    kind, count, newline, reply = _list(fields["waiting"], "waiting")
    expect(kind in ("", "line", "keys") and isinstance(newline, bool), "waiting")
    answer = None if reply is None else _string(reply, "reply")
    state.waiting = Waiting(kind, _integer(count, "waiting", 0, 255), newline, answer)
    state.typed = [_string(line, "typed") for line in _list(fields["typed"], "typed")]
    state.keys = _string(fields["keys"], "keys")
    rnd = tuple(_integer(byte, "rnd", 0, 255) for byte in _list(fields["rnd"], "rnd"))
    expect(len(rnd) == len(state.rnd), "rnd")
    state.rnd = rnd
    expect(fields["mode"] in ("", "auto"), "mode")
    state.mode = fields["mode"]
    for number, *file in _list(fields["files"], "files"):
        state.files[_integer(number, "file number", 1, 255)] = packing.unpack_file(file)
    state.breakpoints = [_integer(n, "breakpoints", 0, 65529) for n in _list(fields["breakpoints"], "breakpoints")]
    for address, byte in _list(fields["memory"], "memory"):
        state.memory[_integer(address, "address", 0, 65535)] = _integer(byte, "byte", 0, 255)
    return state


def _frame(frame: Any, state: State, slots: int) -> Frame:
    frame = _list(frame, "frame")
    kind = frame[0] if frame else None
    if kind == GOSUB and len(frame) == 2:
        return (GOSUB, _place(frame[1], state))
    if kind == WHILE and len(frame) == 3:
        return (WHILE, _place(frame[1], state), _place(frame[2], state))
    expect(kind == FOR and len(frame) == 5, "frame")
    slot = _integer(frame[1], "frame", 0, slots - 1)
    number = type(state.variables.values[slot])
    expect(number in (int, float), "loop variable")
    limit, step = (number(part) if type(part) is number else _refuse("loop bounds") for part in frame[2:4])
    return (FOR, slot, limit, step, _place(frame[4], state))


def _refuse(what: str) -> Any:
    raise SnapshotError(what)


def _place(value: Any, state: State) -> Position:
    """A position in a line that exists; which statements the line has is seen when the machine gets there."""
    position = _integer(value, "position", -2, DIRECT << 10 | 1023)
    if position >= 0:
        line = line_of(position)
        expect(line in state.program or line == DIRECT, f"no line {line}")
        tokens = state.direct if line == DIRECT else state.program[line]
        expect(index_of(position) <= len(tokens) + 1, "statement")
    return position


def _integer(value: Any, what: str, low: int, high: int) -> int:
    expect(type(value) is int and low <= value <= high, what)
    return int(value)


def _list(value: Any, what: str) -> list[Any]:
    expect(isinstance(value, list), what)
    return list(value)


def _text(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1", "replace")


def _string(value: Any, what: str) -> str:
    expect(isinstance(value, bytes), what)
    return str(value, "latin-1")
