"""`mbasic stores`: the table of what is installed."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from mbasic_core.cli.stores import describe_traits, stores
from mbasic_core.storage import StoreRegistry, Traits


def test_the_built_in_store_is_listed_with_its_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert stores() == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == ["SCHEME", "DISTRIBUTION", "VERSION", "TRAITS", "SUMMARY"]
    [memory] = [row for row in rows if row.startswith("memory:")]
    assert "mbasic-core" in memory


def test_a_broken_plugin_is_listed_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    points = [EntryPoint("bad", "no_such_module", "mbasic")]
    assert stores(StoreRegistry(lambda: points)) == 0
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("broken: ")
    assert "No module named 'no_such_module'" in last


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        (Traits("process", durable=False), "scope process, not durable"),
        (Traits("network", durable=True, max_bytes=512), "scope network, durable, records up to 512 bytes"),
    ],
)
def test_traits_in_words(traits: Traits, words: str) -> None:
    assert describe_traits(traits) == words
