"""Variables in a snapshot: numbers packed tightly, and every value checked on its way in."""

from __future__ import annotations

import re
import sys
from array import array
from typing import Any

from mbasic_core.numeric import mbf
from mbasic_core.runtime.disk import file_name
from mbasic_core.runtime.state import FieldPart, OpenFile
from mbasic_core.runtime.variables import TOP, Variables, type_of

__all__ = [
    "SnapshotError",
    "expect",
    "name",
    "pack_file",
    "pack_variables",
    "single",
    "unpack_file",
    "unpack_variables",
]

_NAME = re.compile(r"[A-Z][A-Z0-9.]{0,39}[%!#$]")
_MOST_ELEMENTS = 1 << 22


class SnapshotError(ValueError):
    """The bytes are not a state that a machine may run."""


def expect(holds: bool, what: str) -> None:
    """Raises SnapshotError unless it holds."""
    if not holds:
        raise SnapshotError(what)


def name(key: Any) -> str:
    """A full variable name, checked."""
    expect(isinstance(key, str) and _NAME.fullmatch(key) is not None, "name")
    return str(key)


def pack_variables(variables: Variables) -> dict[str, Any]:
    """All variables as plain data; slots keep their order, since FOR frames name them by number."""
    scalars = [[key, _pack_one(variables.values[slot], type_of(key))] for key, slot in variables.slots.items()]
    arrays = []
    for key, bounds in variables.arrays().items():
        cells = _flat(variables.cells[variables.array_slots[key]], len(bounds))
        arrays.append([key, list(bounds), *_pack_many(cells, type_of(key))])
    fields = {
        "types": "".join(variables.types),
        "scalars": scalars,
        "defined": list(variables.defined),
        "arrays": arrays,
        "base": variables.base,
        "base_fixed": variables.base_fixed,
    }
    if zeros := _zeros(variables):
        fields["zeros"] = zeros
    if variables.top != TOP:
        fields["top"] = variables.top
    if variables.spent:
        fields["spent"] = variables.spent
    if variables.placed:
        fields["placed"] = [[at, key, list(place), text.encode("latin-1")] for at, key, place, text in variables.placed]
    return fields


def unpack_variables(packed: Any, variables: Variables) -> None:
    """Fill fresh variables from `pack_variables`; raises SnapshotError."""
    expect(isinstance(packed, dict), "variables")
    types = packed["types"]
    expect(isinstance(types, str) and len(types) == 26 and set(types) <= set("ISD$"), "types")
    variables.types[:] = list(types)
    for key, value in packed["scalars"]:
        expect(name(key) not in variables.slots, "a variable twice")
        variables.values[variables.slot(key)] = _unpack_one(value, type_of(key))
    for key in packed["defined"]:
        expect(isinstance(key, str) and key in variables.slots, "defined")
        variables.defined[key] = None
    base, fixed = packed["base"], packed["base_fixed"]
    expect(base in (0, 1) and type(base) is int and isinstance(fixed, bool), "base")
    variables.base, variables.base_fixed = base, fixed
    for key, bounds, form, data in packed["arrays"]:
        slot = variables.array_slot(name(key))
        expect(variables.cells[slot] is None, "an array twice")
        variables.cells[slot] = _nested(bounds, base, _unpack_many(form, data, type_of(key)))
        variables.bounds[slot] = tuple(bounds)
    _unpack_memory(packed, variables)
    for key, place, byte in packed.get("zeros", ()):
        _mark(variables, name(key), place, byte)


def _unpack_memory(packed: dict[str, Any], variables: Variables) -> None:
    """What is only written when it says something."""
    top, spent = packed.get("top", TOP), packed.get("spent", 0)
    expect(type(top) is int and 0 < top <= 0xFFFF and type(spent) is int and 0 <= spent < 1 << 31, "memory")
    variables.top, variables.spent = top, spent
    for address, key, subscripts, text in packed.get("placed", ()):
        expect(type(address) is int and 0 <= address <= 0xFFFF and name(key).endswith("$"), "text")
        expect(isinstance(subscripts, list) and all(type(number) is int for number in subscripts), "text")
        expect(isinstance(text, bytes) and 0 < len(text) <= 255, "text")
        variables.placed.append((address, key, tuple(subscripts), text.decode("latin-1")))


def _zeros(variables: Variables) -> list[list[Any]]:
    """The singles that are zero and have a byte left: full name, place in an array or -1, the byte."""
    found: list[list[Any]] = []
    for key, slot in variables.slots.items():
        value = variables.values[slot]
        if type(value) is float and not value and mbf.ZERO_BYTES.get(id(value)):
            found.append([key, -1, mbf.ZERO_BYTES[id(value)]])
    if variables.marked:
        for key, bounds in variables.arrays().items():
            if type_of(key) == "S":
                cells = _flat(variables.cells[variables.array_slots[key]], len(bounds))
                places = ((place, mbf.ZERO_BYTES.get(id(cell), 0)) for place, cell in enumerate(cells) if not cell)
                found += [[key, place, byte] for place, byte in places if byte]
    return found


def _mark(variables: Variables, key: str, place: Any, byte: Any) -> None:
    """Put the zero with that byte where `_zeros` found it."""
    expect(type(place) is int and type(byte) is int and 0 < byte <= 255 and type_of(key) == "S", "zero")
    if place < 0:
        expect(key in variables.slots and variables.values[variables.slots[key]] == 0.0, "zero")
        variables.values[variables.slots[key]] = mbf.ZEROS[byte]
        return
    variables.marked = True
    cells: Any = variables.cells[variables.array_slots[key]]
    expect(cells is not None, "zero")
    inner = 1
    for bound in variables.bounds[variables.array_slots[key]]:
        inner *= bound + 1 - variables.base
    expect(place < inner, "zero")
    while isinstance(cells[0], list):
        inner //= len(cells)
        cells, place = cells[place // inner], place % inner
    expect(cells[place] == 0.0, "zero")
    cells[place] = mbf.ZEROS[byte]


def pack_file(file: OpenFile) -> list[Any]:
    """An open file as plain data."""
    fields = [[part.variable, part.width, part.start] for part in file.fields]
    return [
        file.name, file.mode, file.length, file.offset, file.column, file.buffer, file.record, file.past_end, fields,
    ]  # fmt: skip


def unpack_file(packed: list[Any]) -> OpenFile:
    """An open file from `pack_file`; raises SnapshotError."""
    title, mode, length, offset, column, buffer, record, past_end, parts = packed
    expect(isinstance(title, str) and mode in ("I", "O", "R"), "file")
    for number in (length, offset, column, record):
        expect(type(number) is int and 0 <= number < 1 << 31, "file")
    expect(0 <= length <= 32767 and isinstance(buffer, bytes) and isinstance(past_end, bool), "file")
    expect(mode != "R" or len(buffer) == length, "file buffer")
    fields = []
    for variable, width, start in parts:
        expect(isinstance(variable, list) and len(variable) > 0 and name(variable[0]).endswith("$"), "field")
        expect(all(type(subscript) is int for subscript in variable[1:]), "field")
        expect(type(width) is int and type(start) is int and 0 <= start <= start + width <= length, "field")
        fields.append(FieldPart(variable, width, start))
    return OpenFile(file_name(title), mode, length, offset, column, buffer, record, past_end, fields)


def _flat(cells: Any, depth: int) -> list[Any]:
    if depth == 1:
        return list(cells)
    return [value for row in cells for value in _flat(row, depth - 1)]


def _nested(bounds: Any, base: int, values: list[Any]) -> list[Any]:
    expect(isinstance(bounds, list) and 0 < len(bounds) <= 255, "dimensions")
    total = 1
    for bound in bounds:
        expect(type(bound) is int and base <= bound <= 32767, "dimension")
        total *= bound + 1 - base
    expect(total == len(values) <= _MOST_ELEMENTS, "number of elements")
    for bound in reversed(bounds[1:]):
        size = bound + 1 - base
        values = [values[start : start + size] for start in range(0, len(values), size)]
    return values


def _pack_one(value: Any, type_: str) -> Any:
    if type_ == "D":
        return mbf.double_bytes(value)
    return value.encode("latin-1") if type_ == "$" else value


def _unpack_one(value: Any, type_: str) -> Any:
    if type_ == "$":
        expect(isinstance(value, bytes) and len(value) <= 255, "string")
        return value.decode("latin-1")
    if type_ == "D":
        expect(isinstance(value, bytes) and len(value) == 8, "double")
        return mbf.double_value(value)
    if type_ == "I":
        expect(type(value) is int and -32768 <= value <= 32767, "integer")
        return value
    return single(value)


def single(value: Any) -> float:
    """A float in the machine's range, cut to the 24 bits of a single."""
    expect(type(value) is float and _in_range(value), "single")
    return mbf.single_value(mbf.single_bytes(value))


def _in_range(value: float) -> bool:
    return mbf.SINGLE_MIN <= value <= mbf.SINGLE_MAX or -mbf.SINGLE_MAX <= value <= -mbf.SINGLE_MIN or value == 0.0


def _pack_many(values: list[Any], type_: str) -> tuple[str, Any]:
    if type_ == "$":
        return "$", [value.encode("latin-1") for value in values]
    if type_ == "D":
        return "D", b"".join(map(mbf.double_bytes, values))
    if type_ == "I":
        return "h", _little(array("h", values)).tobytes()
    packed = array("f", values)
    if packed.tolist() == values:
        return "f", _little(packed).tobytes()
    return "d", _little(array("d", values)).tobytes()


def _unpack_many(form: Any, data: Any, type_: str) -> list[Any]:
    allowed = {"$": ("$",), "D": ("D",), "I": ("h",), "S": ("f", "d")}[type_]
    expect(form in allowed, "form of an array")
    if form == "$":
        return [_unpack_one(value, "$") for value in data]
    expect(isinstance(data, bytes) and len(data) <= 8 * _MOST_ELEMENTS, "array")
    if form == "D":
        expect(len(data) % 8 == 0, "array")
        zeros = mbf.DOUBLE_ZEROS
        return [
            mbf.double_value(data[i : i + 8]) if data[i + 7] else zeros[data[i + 6]] for i in range(0, len(data), 8)
        ]
    values = array(form)
    values.frombytes(data)
    numbers = _little(values).tolist()
    if form == "h":
        return list(numbers)
    if form == "d":
        return [single(number) for number in numbers]
    expect(all(map(_in_range, numbers)), "single")
    return list(numbers)


def _little(values: Any) -> Any:
    """The same bytes on every machine."""
    if sys.byteorder == "big":
        values.byteswap()
    return values
