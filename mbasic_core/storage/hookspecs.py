"""The one hook of a store plugin, and the marker for its implementation."""

from __future__ import annotations

from typing import cast

import pluggy

from mbasic_core.storage.spec import StoreSpec

__all__ = ["GROUP", "PROJECT", "hookimpl", "mbasic_stores"]

GROUP = "mbasic"  # entry-point group in which distributions name their plugin module
PROJECT = "mbasic"  # name that ties the two markers to the plugin manager

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def mbasic_stores() -> list[StoreSpec]:
    """Return one `StoreSpec` for each URL scheme that this plugin serves; import no driver and connect to nothing."""
    return cast("list[StoreSpec]", NotImplemented)  # pluggy never calls a specification
