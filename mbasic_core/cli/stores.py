"""`mbasic stores`: which session stores are installed, what is wrong with the others, and which one is in use."""

from __future__ import annotations

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.trial import describe, try_store
from mbasic_core.config import Settings, SettingsError, source_of
from mbasic_core.storage import StoreError, StoreRegistry, redact

__all__ = ["stores"]


def stores(registry: StoreRegistry | None = None, *, url: str | None = None) -> int:
    """Print the schemes and where each comes from, broken plugins with their causes, and the store that is selected.

    The last line tells which it is, what selects it, and its traits. url: selects another one, as `--store` does.

    Returns 0, also when something is broken; raises Failure (status 2) for settings that cannot be used.
    """
    registry = registry or StoreRegistry()
    rows = [("SCHEME", "DISTRIBUTION", "VERSION", "SUMMARY")]
    rows += [
        (f"{offer.spec.scheme}:", offer.distribution, offer.version, offer.spec.summary) for offer in registry.offers()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for plugin in registry.broken():
        print(f"broken: {plugin}")
    print(f"\nselected: {_selected(registry, url)}")
    return 0


def _selected(registry: StoreRegistry, given: str | None) -> str:
    overrides = {"store_url": given}
    try:
        why = source_of("store_url", overrides)
        settings = Settings.load(overrides)
    except SettingsError as problem:
        raise Failure(str(problem)) from problem
    url = redact(settings.store_url)
    try:
        return f"{url} by {why} ({describe(try_store(registry, settings))})"
    except StoreError as trouble:
        return f"{url} by {why} cannot be used now: {trouble}"
