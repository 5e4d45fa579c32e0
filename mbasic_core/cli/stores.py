"""`mbasic stores`: which session stores are installed, and what is wrong with those that cannot be used."""

from __future__ import annotations

from pathlib import Path

from mbasic_core.storage import StoreError, StoreRegistry, Traits

__all__ = ["describe_traits", "stores"]


def stores(registry: StoreRegistry | None = None) -> int:
    """Print a table of the schemes and where each comes from, then the broken plugins with their causes; returns 0."""
    registry = registry or StoreRegistry()
    rows = [("SCHEME", "DISTRIBUTION", "VERSION", "TRAITS", "SUMMARY")]
    for offer in registry.offers():
        spec = offer.spec
        rows.append(
            (f"{spec.scheme}:", offer.distribution, offer.version, _traits(registry, spec.scheme), spec.summary)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for plugin in registry.broken():
        print(f"broken: {plugin}")
    return 0


def describe_traits(traits: Traits) -> str:
    """Traits in a few words, for a table or a log line."""
    words = [f"scope {traits.scope}", "durable" if traits.durable else "not durable"]
    if traits.max_bytes is not None:
        words.append(f"records up to {traits.max_bytes} bytes")
    return ", ".join(words)


def _traits(registry: StoreRegistry, scheme: str) -> str:
    """What a store says of itself before it is opened; most know their traits only when connected."""
    try:
        store = registry.create(f"{scheme}:", data_dir=Path())
    except StoreError:
        return "known when open"
    traits = getattr(store, "traits", None)
    return describe_traits(traits) if traits else "known when open"
