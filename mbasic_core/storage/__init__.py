"""The storage contract: everything that a store plugin imports, and the registry that finds plugins.

A plugin is one module with one hook:

    from mbasic_core.storage import SessionStore, StoreConfig, StoreSpec, hookimpl

    class MyStore(SessionStore): ...

    @hookimpl
    def mbasic_stores() -> list[StoreSpec]:
        return [StoreSpec("my", MyStore, "Keeps sessions in my database.")]

named by one entry point in its distribution, by custom called mbasic-store-<name>:

    [project.entry-points.mbasic]
    my = "mbasic_store_my"
"""

from mbasic_core.storage.errors import Conflict, Rejected, StoreError, Unavailable
from mbasic_core.storage.hookspecs import hookimpl
from mbasic_core.storage.plugins import BrokenPlugin
from mbasic_core.storage.registry import StoreRegistry, UnknownScheme
from mbasic_core.storage.spec import Record, SessionStore, StoreConfig, StoreSpec, Traits
from mbasic_core.storage.urls import redact

__all__ = [
    "BrokenPlugin",
    "Conflict",
    "Record",
    "Rejected",
    "SessionStore",
    "StoreConfig",
    "StoreError",
    "StoreRegistry",
    "StoreSpec",
    "Traits",
    "Unavailable",
    "UnknownScheme",
    "hookimpl",
    "redact",
]
