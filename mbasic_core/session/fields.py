"""Values from data that came from elsewhere: each has the type and range it must have, or the data is damaged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgpack

from mbasic_core.session.errors import RecordDamaged

__all__ = ["COUNT", "Fields", "unpack"]

COUNT = 2**62
"""Above any number that counts something."""
T = TypeVar("T")


def unpack(data: bytes) -> object:
    """Return what the msgpack bytes hold; RecordDamaged when they hold nothing whole."""
    try:
        value: object = msgpack.unpackb(data)
    except (ValueError, OverflowError, RecursionError) as error:  # msgpack's own exceptions are ValueErrors
        raise RecordDamaged(f"not msgpack: {error}") from error
    return value


@dataclass(frozen=True, slots=True)
class Fields:
    """A map with exactly the expected keys, whose values are checked as they are taken out."""

    values: dict[str, object]

    @classmethod
    def of(cls, value: object, keys: Iterable[str]) -> Fields:
        """Wrap `value`; RecordDamaged unless it is a map with exactly `keys`."""
        if not isinstance(value, dict):
            raise RecordDamaged("not a map")
        if value.keys() != set(keys):
            raise RecordDamaged(f"has the fields {sorted(map(str, value))[:20]}")
        return cls(value)

    def text(self, key: str, *, most: int, least: int = 0, pattern: str | None = None) -> str:
        """Return a string of `least` to `most` characters that wholly matches `pattern`."""
        return _text(key, self.values[key], most=most, least=least, pattern=pattern)

    def number(self, key: str, *, least: int = 0, most: int = COUNT) -> int:
        """Return an integer from `least` to `most`."""
        return _number(key, self.values[key], least=least, most=most)

    def flag(self, key: str) -> bool:
        """Return a truth value."""
        value = self.values[key]
        if not isinstance(value, bool):
            raise RecordDamaged(f"{key} is no truth value")
        return value

    def raw(self, key: str) -> bytes:
        """Return bytes."""
        value = self.values[key]
        if not isinstance(value, bytes):
            raise RecordDamaged(f"{key} is not bytes")
        return value

    def several(self, key: str, item: Callable[[str, object], T], *, most: int) -> list[T]:
        """Return a list of at most `most` values, each as `item(key, value)` answers it."""
        value = self.values[key]
        if not isinstance(value, list) or len(value) > most:
            raise RecordDamaged(f"{key} is no list of at most {most}")
        return [item(key, entry) for entry in value]

    def named(self, key: str, item: Callable[[str, object], T], *, most: int, name: int = 200) -> dict[str, T]:
        """Return a map of at most `most` values by names of up to `name` characters, read by `item(key, value)`."""
        value = self.values[key]
        if not isinstance(value, dict) or len(value) > most:
            raise RecordDamaged(f"{key} is no map of at most {most}")
        return {_text(key, inner, most=name, least=1): item(key, entry) for inner, entry in value.items()}


def _text(key: str, value: object, *, most: int, least: int = 0, pattern: str | None = None) -> str:
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise RecordDamaged(f"{key} is no text of {least} to {most} characters")
    if pattern is not None and re.fullmatch(pattern, value) is None:
        raise RecordDamaged(f"{key} does not look right")
    return value


def _number(key: str, value: object, *, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise RecordDamaged(f"{key} is no number from {least} to {most}")
    return value
