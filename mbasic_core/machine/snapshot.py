"""A machine's state as bytes and back: msgpack with packed arrays, checked field by field when it comes in.

What is loaded is data from elsewhere: types, sizes and ranges are checked, and anything odd raises SnapshotError
before a machine sees it. No pickle, nothing is executed.
"""

from __future__ import annotations

from typing import Any

import msgpack

from mbasic_core.compiler.listing import Listing
from mbasic_core.errors import BasicError
from mbasic_core.language import ast
from mbasic_core.machine import packing
from mbasic_core.machine.editing import LONGEST_LINE
from mbasic_core.machine.packing import SnapshotError, expect
from mbasic_core.runtime.position import DIRECT, DONE, END, Position, at, line_of
from mbasic_core.runtime.state import FOR, GOSUB, WHILE, Edit, ErrorTrap, Frame, State, Waiting

__all__ = ["FORMAT", "SnapshotError", "SnapshotTooNew", "dump", "load"]

FORMAT = 1
"""Raised by one whenever a reader of the former format could not understand what is written.

A field that is written only when it says something (`loading`, `edit`, ...) may be missing in what is read.
"""

_BOOLS = ("running", "tron", "protected")
_INTS = {
    "data_offset": (-1, 1 << 16),
    "column": (0, 1 << 60),
    "width": (1, 255),
    "printer_column": (0, 255),
    "printer_width": (1, 255),
    "current": (0, DIRECT),
    "stack_size": (1, 65535),
    "auto_line": (0, 2 * DIRECT),
    "auto_step": (1, DIRECT),
    "progress": (0, DIRECT),
}
"""Whole numbers and the range of each."""


class SnapshotTooNew(SnapshotError):
    """The snapshot was written by a newer release; nothing is wrong with it."""


def dump(state: State) -> bytes:
    """The state as bytes; `load` gives an equal one."""
    fields: dict[str, Any] = {name: getattr(state, name) for name in (*_BOOLS, *_INTS)}
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
    if state.stopped_in >= 0:
        fields["stopped_in"] = state.stopped_in
    if state.at_breakpoint:
        fields["at_breakpoint"] = True
    if state.passed != END:
        fields["passed"] = state.passed
    if state.loading:
        fields["loading"] = _text(state.loading)
    if state.edits:
        fields["edits"] = state.edits
    if state.muted:
        fields["muted"] = True
    if not state.edits_errors:
        fields["edits_errors"] = False
    if (edit := state.edit) is not None:
        fields["edit"] = [edit.line, _text(edit.text), edit.at, edit.count, edit.command, edit.typed]
    packed: bytes = msgpack.packb(fields)
    return packed


def load(data: bytes) -> State:
    """The state that `dump` wrote; raises SnapshotError for anything else, SnapshotTooNew for a later format."""
    try:
        fields = msgpack.unpackb(data, strict_map_key=False)
    except (ValueError, TypeError, OverflowError, RecursionError, msgpack.UnpackException) as error:
        raise SnapshotError(f"not a snapshot: {error}") from error
    expect(isinstance(fields, dict), "a snapshot is a map")
    written = fields.get("format")
    expect(type(written) is int and written >= 1, "format")
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
        setattr(state, name, _boolean(fields[name], name))
    for name, (low, high) in _INTS.items():
        setattr(state, name, _integer(fields[name], name, low, high))
    for number, tokens in _list(fields["program"], "program"):
        expect(isinstance(tokens, bytes), "tokens")
        state.program[_integer(number, "line number", 0, 65529)] = tokens
    packing.unpack_variables(fields["variables"], state.variables)
    expect(isinstance(fields["direct"], bytes), "direct")
    state.direct = fields["direct"]
    places = _Places(state)
    state.stack[:] = [_frame(frame, state, places) for frame in _list(fields["stack"], "stack")]
    expect(isinstance(fields["functions"], dict), "functions")
    for key, place in fields["functions"].items():
        state.functions[packing.name(key)] = places.function(place)
    state.pc = places.any(fields["pc"])
    state.data = places.program(fields["data"])
    state.resume = None if fields["resume"] is None else places.program(fields["resume"])
    line, code, at_line, position = _list(fields["trap"], "trap")
    expect(line == 0 or line in state.program, "trap")
    state.trap = ErrorTrap(
        _integer(line, "trap", 0, 65529),
        _integer(code, "trap", 0, 255),
        _integer(at_line, "trap", 0, DIRECT),
        places.failed(position),
    )
    kind, count, newline, reply = _list(fields["waiting"], "waiting")
    expect(kind in ("", "line", "keys", "pause") and isinstance(newline, bool), "waiting")
    answer = None if reply is None else _string(reply, "reply")
    expect(state.running or not kind, "waiting")
    state.waiting = Waiting(kind, _integer(count, "waiting", 0, 1 << 16), newline, answer)
    state.typed = [_string(line, "typed") for line in _list(fields["typed"], "typed")]
    state.keys = _string(fields["keys"], "keys")
    rnd = tuple(_integer(byte, "rnd", 0, 255) for byte in _list(fields["rnd"], "rnd"))
    expect(len(rnd) == len(state.rnd), "rnd")
    state.rnd = rnd
    expect(fields["mode"] in ("", "auto") and not (fields["mode"] and state.running), "mode")
    state.mode = fields["mode"]
    state.muted, state.edits_errors = (_boolean(fields.get(n, n != "muted"), n) for n in ("muted", "edits_errors"))
    if "edit" in fields:
        state.edit = _edit(fields["edit"])
        expect(state.edit.typed or state.edit.line in state.program, "edit")
    state.loading = _string(fields.get("loading", b""), "loading")
    expect(not (state.loading and (state.running or state.mode)), "loading")
    state.edits = _integer(fields.get("edits", 0), "edits", -1, 1 << 60)
    for number, *file in _list(fields["files"], "files"):
        state.files[_integer(number, "file number", 1, 255)] = packing.unpack_file(file)
    state.breakpoints = [_integer(n, "breakpoints", 0, 65529) for n in _list(fields["breakpoints"], "breakpoints")]
    state.stopped_in = _integer(fields.get("stopped_in", -1), "stopped_in", -1, 65529)
    state.at_breakpoint = _boolean(fields.get("at_breakpoint", False), "at_breakpoint")
    state.passed = places.program(fields.get("passed", END))
    for address, byte in _list(fields["memory"], "memory"):
        state.memory[_integer(address, "address", 0, 65535)] = _integer(byte, "byte", 0, 255)
    return state


class _Places:
    """Checks positions: the machine goes to them without a look."""

    def __init__(self, state: State) -> None:
        self._listing = Listing(state)

    def any(self, value: Any) -> Position:
        """A statement that exists, END or DONE."""
        position = _integer(value, "position", DONE, at(DIRECT + 1))
        expect(position < 0 or self._listing.holds(position), "no such statement")
        return position

    def program(self, value: Any) -> Position:
        """A statement of the program, or END."""
        position = self.any(value)
        expect(position != DONE and line_of(position) != DIRECT, "not in the program")
        return position

    def failed(self, value: Any) -> Position:
        """A statement that exists, or END."""
        position = self.any(value)
        expect(position != DONE, "no such statement")
        return position

    def function(self, value: Any) -> Position:
        """A DEF FN of the program."""
        position = self.program(value)
        expect(position != END and isinstance(self._listing.statement(position), ast.DefFn), "no function")
        return position


def _frame(frame: Any, state: State, places: _Places) -> Frame:
    kind, *rest = _list(frame, "frame")
    if kind == GOSUB:
        (back,) = rest
        return (GOSUB, places.any(back))
    if kind == WHILE:
        begin, behind = rest
        return (WHILE, places.any(begin), places.any(behind))
    expect(kind == FOR, "frame")
    slot, limit, step, body = rest
    _integer(slot, "loop variable", 0, len(state.variables.values) - 1)
    if type(state.variables.values[slot]) is int:
        _integer(limit, "limit", -32768, 32767)
        _integer(step, "step", -32768, 32767)
    else:
        expect(type(state.variables.values[slot]) is float, "loop variable")
        limit, step = packing.single(limit), packing.single(step)
    return (FOR, slot, limit, step, places.any(body))


def _edit(fields: Any) -> Edit:
    line, text, at, count, command, typed = _list(fields, "edit")
    content = _string(text, "edit")
    expect(len(content) <= LONGEST_LINE and command in ("", "I", "C", "S", "K"), "edit")
    return Edit(
        _integer(line, "edit", 0, DIRECT),
        content,
        _integer(at, "edit", 0, len(content)),
        _integer(count, "edit", 0 if command in ("", "I") else 1, 255),
        command,
        _boolean(typed, "edit"),
    )


def _boolean(value: Any, what: str) -> bool:
    expect(isinstance(value, bool), what)
    return bool(value)


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
