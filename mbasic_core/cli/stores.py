"""`mbasic stores`: which session stores are installed, what is wrong with the others, and which one is in use."""

from __future__ import annotations

from pathlib import Path

from mbasic_core.cli.failure import UNUSABLE, Failure
from mbasic_core.cli.trial import describe, try_store
from mbasic_core.config import Settings, SettingsError, source_of
from mbasic_core.storage import StoreError, StoreRegistry, redact

__all__ = ["stores"]


def stores(registry: StoreRegistry | None = None, *, url: str | None = None, config: str | None = None) -> int:
    """Print the schemes and where each comes from, broken plugins with their causes, and the store that is selected.

    The last line tells which it is, what selects it, and its traits. It is opened for that as a server opens it, which
    may begin a file. url: selects another one, as `--store` does; config: names the settings' file, as `--config` does.

    Returns 0 when the selected store answers, also when plugins are broken that it does not need. Raises Failure when
    it cannot be used (status 1, after everything is printed), or for settings without sense (status 2).
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
    overrides, file = {"store_url": url}, Path(config) if config else None
    try:
        why, settings = source_of("store_url", overrides, file=file), Settings.load(overrides, file=file)
    except SettingsError as problem:
        raise Failure(str(problem)) from problem
    selected = f"{redact(settings.store_url)} by {why}"
    try:
        print(f"\nselected: {selected} ({describe(try_store(registry, settings, for_good=True))})")
    except StoreError as trouble:
        print(f"\nselected: {selected} (cannot be used now)")
        raise Failure(f"the selected store cannot be used now: {trouble}", status=UNUSABLE) from trouble
    return 0
