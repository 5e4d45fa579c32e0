"""The contract: what is frozen, what has a default, and `versions` for stores that do not bring their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from mbasic_core import storage
from mbasic_core.storage import (
    Conflict,
    Record,
    Rejected,
    SessionStore,
    StoreConfig,
    StoreError,
    StoreSpec,
    Traits,
    Unavailable,
)


class Least(SessionStore):
    """A store that implements what it must, and nothing more."""

    def __init__(self, records: dict[str, Record]) -> None:
        self.records = records
        self.loads: list[str] = []

    async def open(self) -> None:
        self.traits = Traits("process", durable=False)

    async def close(self) -> None: ...

    async def load(self, id: str) -> Record | None:
        self.loads.append(id)
        return self.records.get(id)

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None: ...

    async def touch(self, id: str, *, expected: str, ttl: float) -> None: ...

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        return id in self.records and expected is None

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        for id in filter(lambda id: id.startswith(prefix), self.records):
            yield id

    async def ping(self) -> None: ...


def test_versions_loads_each_record_once_unless_a_store_does_better() -> None:
    store = Least({"a": Record(b"", "1"), "b": Record(b"", "2")})
    assert asyncio.run(store.versions(iter(["a", "b", "absent", "a"]))) == {"a": "1", "b": "2"}
    assert store.loads == ["a", "b", "absent"]


def test_a_store_without_all_methods_cannot_be_made() -> None:
    class Incomplete(SessionStore):
        async def open(self) -> None: ...

    with pytest.raises(TypeError, match="abstract"):
        Incomplete()  # type: ignore[abstract]  # which is what is tested


def test_the_values_of_the_contract_are_frozen() -> None:
    for value, name in (
        (Record(b"", "1"), "data"),
        (Traits("host", durable=True), "durable"),
        (StoreSpec("a", Least, ""), "scheme"),  # type: ignore[arg-type]  # never called
        (StoreConfig("a:", data_dir=Path()), "url"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)
        assert not hasattr(value, "__dict__")


def test_the_defaults_of_the_contract() -> None:
    config = StoreConfig("a:", data_dir=Path("/data"))
    assert (config.namespace, config.timeout) == ("mbasic:", 3.0)
    assert StoreSpec("a", Least, "").api == 1  # type: ignore[arg-type]  # never called
    assert Traits("host", durable=True).max_bytes is None


def test_a_caller_may_catch_all_trouble_at_once() -> None:
    for error in (Conflict, Unavailable, Rejected):
        assert issubclass(error, StoreError)
        assert not issubclass(error, (OSError, LookupError))


def test_what_a_plugin_imports_is_sorted_and_there() -> None:
    assert storage.__all__ == sorted(storage.__all__)
    assert all(hasattr(storage, name) for name in storage.__all__)
