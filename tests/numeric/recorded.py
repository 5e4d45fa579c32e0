"""What MBASIC 5.21 itself answered (tests/vectors/*.json), and how its rows write numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.mbf import DOUBLE_ZERO, Value, double_bytes, double_value, single_bytes, single_value

_FOLDER = Path(__file__).resolve().parents[1] / "vectors"
INFINITIES = {"ffff7fff", "ffffffff", "ffffffffffff7fff", "ffffffffffffffff"}


class Faults(list[ErrorCode]):
    """A fault that lets the calculation go on and remembers what it was told."""

    def __call__(self, code: ErrorCode) -> None:
        self.append(code)


def no_fault(code: ErrorCode) -> None:
    """A fault for calculations that must have none."""
    raise AssertionError(code)


def raising(code: ErrorCode) -> None:
    """The fault of a program that has ON ERROR GOTO."""
    raise BasicError(code)


def rows(name: str) -> list[list[Any]]:
    """The rows of tests/vectors/<name>.json."""
    found: list[list[Any]] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="ascii"))["rows"]
    assert found
    return found


def number(text: str) -> Value:
    """The number written as 4 (integer), 8 (single) or 16 (double) hex digits."""
    data = bytes.fromhex(text)
    if len(data) == 2:
        return int.from_bytes(data, "little", signed=True)
    return single_value(data) if len(data) == 4 else double_value(data)


def single(text: str) -> float:
    """The single written as 8 hex digits."""
    return single_value(bytes.fromhex(text))


def written(value: Value) -> tuple[str, str | int]:
    """(type letter, hex digits or, for an integer, its value) of a number; the rows have zeros with nothing left."""
    if isinstance(value, float):
        return "s", single_bytes(value or 0.0).hex()
    if isinstance(value, tuple):
        return "d", double_bytes(value if value[0] else DOUBLE_ZERO).hex()
    return "i", value
