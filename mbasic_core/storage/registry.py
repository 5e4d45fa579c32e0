"""The stores at hand: which URL schemes are served, by what, and what to install for one that is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from importlib.metadata import EntryPoint
from pathlib import Path

from mbasic_core.storage.errors import Rejected, StoreError
from mbasic_core.storage.plugins import BrokenPlugin, Offer, installed_entry_points, load_plugins
from mbasic_core.storage.spec import SessionStore, StoreConfig, StoreSpec
from mbasic_core.storage.urls import redact, scheme_of

__all__ = ["StoreRegistry", "UnknownScheme"]

_PACKAGES = {  # schemes whose package is not called mbasic-store-<scheme>
    "rediss": "mbasic-store-redis",
    "redis+unix": "mbasic-store-redis",
    "redis+sentinel": "mbasic-store-redis",
    "redis+cluster": "mbasic-store-redis",
    "valkey": "mbasic-store-redis",
}
_NEAR = 0.7  # of difflib's likeness: one wrong, missing or swapped letter in a short word


class UnknownScheme(Rejected):
    """No store can be made for this URL scheme; the text says what is installed, what is broken, and what to install.

    scheme: as asked for. installed: the schemes that work. package: the distribution that should serve it.
    """

    def __init__(self, text: str, *, scheme: str, installed: tuple[str, ...], package: str) -> None:
        super().__init__(text)
        self.scheme = scheme
        self.installed = installed
        self.package = package


class StoreRegistry:
    """All store plugins that `entry_points` names, loaded when first needed; installed ones by default.

    A package adds schemes, configuration selects one of them by URL; nothing is ever picked silently.

    Example:
        store = StoreRegistry().create("memory:", data_dir=Path.home() / ".local/share/mbasic")
    """

    def __init__(self, entry_points: Callable[[], Iterable[EntryPoint]] = installed_entry_points) -> None:
        self._entry_points = entry_points
        self._loaded = False
        self._offers: dict[str, Offer] = {}
        self._broken: list[BrokenPlugin] = []

    def load(self) -> None:
        """Load the plugins, once; called by every other method. A broken plugin is noted, never raised."""
        if self._loaded:
            return
        self._loaded = True
        offers, self._broken = load_plugins(self._entry_points())
        claims: dict[str, list[Offer]] = {}
        for offer in offers:
            claims.setdefault(offer.spec.scheme, []).append(offer)
        for scheme, claimants in claims.items():
            if len(claimants) == 1:
                self._offers[scheme] = claimants[0]
                continue
            names = " and ".join(sorted(f"{offer.distribution} {offer.version}" for offer in claimants))
            cause = f"the scheme {scheme}: is claimed by {names}, so none of them gets it; uninstall all but one"
            for offer in claimants:
                self._broken.append(BrokenPlugin(scheme, offer.distribution, offer.version, cause, (scheme,)))

    def specs(self) -> dict[str, StoreSpec]:
        """Return the specs that can be used, by scheme, sorted."""
        self.load()
        return {scheme: offer.spec for scheme, offer in sorted(self._offers.items())}

    def offers(self) -> list[Offer]:
        """Return the specs that can be used with the distribution and version each comes from, sorted by scheme."""
        self.load()
        return [offer for _, offer in sorted(self._offers.items())]

    def broken(self) -> list[BrokenPlugin]:
        """Return the installed plugins, and single schemes, that cannot be used, with the cause of each."""
        self.load()
        return list(self._broken)

    def create(
        self, url: str, *, namespace: str = "mbasic:", timeout: float = 3.0, data_dir: Path, create: bool = True
    ) -> SessionStore:
        """Return the store that `url` names, not yet opened.

        Raises `UnknownScheme` when nothing usable serves its scheme, `Rejected` when the URL makes no sense to the
        store or its driver cannot be imported. See `StoreConfig` for the options.
        """
        scheme = scheme_of(url)
        self.load()
        offer = self._offers.get(scheme)
        if offer is None:
            raise self._unknown(scheme)
        config = StoreConfig(url, namespace=namespace, timeout=timeout, data_dir=data_dir, create=create)
        try:
            store: object = offer.spec.factory(config)
            if not isinstance(store, SessionStore):
                raise TypeError(f"its factory returned {store!r} where a SessionStore is due")
            return store
        except StoreError:
            raise
        except Exception as error:  # a call of foreign code, which may import a driver
            cause = f"{offer.distribution} {offer.version} raised {type(error).__name__}: {error}"
            raise Rejected(f"cannot make a store for {redact(url)}: {cause}") from error

    def _unknown(self, scheme: str) -> UnknownScheme:
        package = _PACKAGES.get(scheme, f"mbasic-store-{scheme}")
        installed = tuple(self.specs())
        served = ", ".join(installed) or "none"
        culprits = [plugin for plugin in self._broken if _may_serve(plugin, scheme, package)]
        if culprits:
            reasons = "; ".join(dict.fromkeys(str(plugin) for plugin in culprits))
            text = f"{reasons} (asked for the scheme {scheme!r}; usable: {served})"
        else:
            text = f"no store for the scheme {scheme!r} is installed; "
            text += f"did you mean {near!r}? Else " if (near := self._nearest(scheme)) else ""
            text += f"try: pip install {package} (usable: {served})"
            text += "".join(f"; {plugin}" for plugin in self._broken if not plugin.schemes)
        return UnknownScheme(text, scheme=scheme, installed=installed, package=package)

    def _nearest(self, scheme: str) -> str:
        """Return the scheme that may have been meant by one that nobody knows, or ""."""
        known = {*self._offers, *_PACKAGES, "redis", "sqlite"}
        return "" if scheme in known else next(iter(get_close_matches(scheme, sorted(known), 1, _NEAR)), "")


def _may_serve(plugin: BrokenPlugin, scheme: str, package: str) -> bool:
    """Whether a broken plugin is likely the one for `scheme`; what could not be loaded is judged by its names."""
    if plugin.schemes:
        return scheme in plugin.schemes
    distribution = plugin.distribution.lower().replace("_", "-")
    return distribution == package or plugin.name in (scheme, package.removeprefix("mbasic-store-"))
