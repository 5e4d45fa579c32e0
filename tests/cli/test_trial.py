"""The words for what a store is good for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbasic_core.cli.trial import describe, try_store
from mbasic_core.config import Settings
from mbasic_core.storage import StoreRegistry, Traits


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        (Traits("process", durable=False), "scope process, not durable"),
        (Traits("network", durable=True, max_bytes=512), "scope network, durable, records up to 512 bytes"),
    ],
)
def test_traits_in_words(traits: Traits, words: str) -> None:
    assert describe(traits) == words


def test_the_memory_store_answers(tmp_path: Path) -> None:
    traits = try_store(StoreRegistry(), Settings(data_dir=tmp_path))
    assert (traits.scope, traits.durable) == ("process", False)
