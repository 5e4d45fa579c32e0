"""The recorded answers of MBASIC 5.21 itself, and a fault that keeps count."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mbasic_core.errors import ErrorCode
from mbasic_core.numeric.mbf import Value, double_bytes, double_value, single_bytes, single_value

_FOLDER = Path(__file__).resolve().parents[1] / "vectors"

Rows = list[list[Any]]


class Faults(list[ErrorCode]):
    """A fault that lets the calculation go on and remembers what it was told."""

    def __call__(self, code: ErrorCode) -> None:
        self.append(code)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture(scope="session")
def rows() -> Callable[[str], Rows]:
    """rows("rnd") are the rows of tests/vectors/rnd.json."""

    def read(name: str) -> Rows:
        found: Rows = json.loads((_FOLDER / f"{name}.json").read_text(encoding="ascii"))["rows"]
        assert found
        return found

    return read


@pytest.fixture(scope="session")
def from_hex() -> Callable[[str], Value]:
    """The number of 8 (single) or 16 (double) hex digits."""

    def value(text: str) -> Value:
        data = bytes.fromhex(text)
        return single_value(data) if len(data) == 4 else double_value(data)

    return value


@pytest.fixture(scope="session")
def as_row() -> Callable[[Value], tuple[str, Any]]:
    """(type letter, hex digits or integer) of a number, as the rows give it."""

    def row(value: Value) -> tuple[str, Any]:
        if isinstance(value, float):
            return "s", single_bytes(value).hex()
        if isinstance(value, tuple):
            return "d", double_bytes(value).hex()
        return "i", value

    return row
