"""Loading of store plugins, each behind a guard of its own, so that one broken package never stops the host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import cast

import pluggy

from mbasic_core.storage import hookspecs
from mbasic_core.storage.spec import API, StoreSpec

__all__ = ["BrokenPlugin", "Offer", "installed_entry_points", "load_plugins"]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")


@dataclass(frozen=True, slots=True)
class Offer:
    """A spec together with the distribution and version that it comes from ("mbasic-store-redis", "0.1.0")."""

    spec: StoreSpec
    distribution: str
    version: str


@dataclass(frozen=True, slots=True)
class BrokenPlugin:
    """An installed plugin, or one of its schemes, that cannot be used, and why.

    name: of the entry point. schemes: those known to be affected; empty when the plugin could not say what it serves.
    cause: for the operator, with the exception's class, in one line.
    """

    name: str
    distribution: str
    version: str
    cause: str
    schemes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.distribution} {self.version} is installed but broken: {self.cause}"


def installed_entry_points() -> Iterable[EntryPoint]:
    """Return the entry points of all installed store plugins."""
    return entry_points(group=hookspecs.GROUP)


def load_plugins(points: Iterable[EntryPoint]) -> tuple[list[Offer], list[BrokenPlugin]]:
    """Load every plugin that `points` name; return what they offer, and what is broken. Never raises for a plugin.

    Broken is what cannot be imported, is no valid plugin, implements a hook that does not exist, fails in its hook,
    answers anything but a list of `StoreSpec`, or was made for another API.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    points_by_key = {f"{index} {point.name}": point for index, point in enumerate(points)}
    broken: list[BrokenPlugin] = []
    for key, point in points_by_key.items():
        try:
            plugin = point.load()
            manager.register(plugin, name=key)
        except (Exception, SystemExit) as error:  # noqa: BLE001 import of foreign code
            broken.append(_broken(point, error))
            continue
        if not manager.get_hookcallers(plugin):
            broken.append(_broken(point, "it implements no hook (is @hookimpl missing on mbasic_stores?)"))
    for key, fault in _unknown_hooks(manager):
        broken.append(_broken(points_by_key[key], fault))
    offers: list[Offer] = []
    for implementation in manager.hook.mbasic_stores.get_hookimpls():
        point = points_by_key[implementation.plugin_name]
        try:
            specs = list(cast("list[object]", implementation.function()))
        except (Exception, SystemExit) as error:  # noqa: BLE001 a call of foreign code
            broken.append(_broken(point, error))
            continue
        for spec in specs:
            if isinstance(spec, StoreSpec) and not _fault(spec)[0]:
                offers.append(Offer(spec, *_origin(point)))
            else:
                broken.append(_broken(point, *_fault(spec)))
    return offers, broken


def _unknown_hooks(manager: pluggy.PluginManager) -> Iterator[tuple[str, Exception]]:
    """Unregister and yield each plugin with a hook that does not exist; pluggy's own check stops at the first."""
    while True:
        try:
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            key = manager.get_name(error.plugin)
            assert key is not None
            manager.unregister(name=key)
            yield key, error
        else:
            return


def _fault(spec: object) -> tuple[str, tuple[str, ...]]:
    """Return what is wrong with a spec ("" if nothing), and the scheme that it concerns if that is known."""
    if not isinstance(spec, StoreSpec):
        return f"its mbasic_stores hook returned {spec!r} where a StoreSpec is due", ()
    if not _SCHEME.fullmatch(str(spec.scheme)):
        return f"it claims the scheme {spec.scheme!r}, which no URL can have", ()
    if spec.api != API:
        text = f"its store for {spec.scheme}: was made for storage API {spec.api}, this mbasic-core speaks {API}"
        return text, (spec.scheme,)
    return "", ()


def _broken(point: EntryPoint, cause: BaseException | str, schemes: tuple[str, ...] = ()) -> BrokenPlugin:
    text = cause if isinstance(cause, str) else f"{type(cause).__name__}: {cause}"
    return BrokenPlugin(point.name, *_origin(point), " ".join(text.split()), schemes)


def _origin(point: EntryPoint) -> tuple[str, str]:
    if point.dist is None:  # made by hand, as tests do
        return point.value, "(no version)"
    return point.dist.name, point.dist.version
