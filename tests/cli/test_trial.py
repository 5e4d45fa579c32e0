"""The words for what a store is good for."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from mbasic_core.cli.trial import describe, try_store
from mbasic_core.config import Settings
from mbasic_core.storage import StoreRegistry, Traits
from mbasic_store_memory import MemoryStore


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        (Traits("process", durable=False), "scope process, not durable"),
        (Traits("network", durable=True, max_bytes=512), "scope network, durable, records up to 512 bytes"),
    ],
)
def test_traits_in_words(traits: Traits, words: str) -> None:
    assert describe(traits) == words


@pytest.mark.parametrize(("for_good", "said"), [(False, []), (True, ["I forget"])])
def test_what_a_store_warns_of_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, for_good: bool, said: list[str]
) -> None:
    """An error is about what happened, and will not be said again."""

    async def talks(_: MemoryStore) -> None:
        logger = logging.getLogger("mbasic_store_memory")
        logger.info("here I am")
        logger.warning("I forget")
        logger.error("I have moved what was damaged")

    async def answers(_: MemoryStore) -> None:
        pass

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(MemoryStore, "open", talks)
    monkeypatch.setattr(MemoryStore, "ping", answers)
    monkeypatch.setattr(MemoryStore, "traits", Traits("process", durable=False), raising=False)
    try_store(StoreRegistry(), Settings(data_dir=tmp_path), for_good=for_good)
    assert caplog.messages == [*said, "I have moved what was damaged"]


def test_the_memory_store_answers(tmp_path: Path) -> None:
    traits = try_store(StoreRegistry(), Settings(data_dir=tmp_path))
    assert (traits.scope, traits.durable) == ("process", False)
