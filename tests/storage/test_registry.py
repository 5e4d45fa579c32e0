"""The registry: one store for each scheme, and messages that say what to do where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from mbasic_core.storage import (
    Rejected,
    SessionStore,
    StoreConfig,
    StoreRegistry,
    StoreSpec,
    UnknownScheme,
    hookimpl,
)


class Installed(Distribution):
    """A distribution that needs no files."""

    def __init__(self, name: str, version: str) -> None:
        self._text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


class Point(EntryPoint):
    """An entry point that answers a plugin made here, or raises what its import would."""

    def load(self) -> object:
        answer = vars(self)["answer"]
        if isinstance(answer, Exception):
            raise answer
        return answer


def point(answer: object, name: str, distribution: str | None = None, version: str = "0.1") -> EntryPoint:
    made = Point(name, f"mbasic_store_{name}", "mbasic")
    vars(made).update(answer=answer, dist=Installed(distribution or f"mbasic-store-{name}", version))
    return made


def plugin(*specs: StoreSpec) -> ModuleType:
    module = ModuleType("plugin")

    def mbasic_stores() -> list[StoreSpec]:
        return list(specs)

    vars(module)["mbasic_stores"] = hookimpl(mbasic_stores)
    return module


def registry(*points: EntryPoint) -> StoreRegistry:
    def entry_points() -> Iterable[EntryPoint]:
        return points

    return StoreRegistry(entry_points)


def never(_: StoreConfig) -> SessionStore:
    raise AssertionError("nobody asked for this store")


def create(stores: StoreRegistry, url: str) -> SessionStore:
    return stores.create(url, data_dir=Path("/nowhere"))


def test_the_factory_gets_what_was_configured() -> None:
    seen: list[StoreConfig] = []

    def factory(config: StoreConfig) -> SessionStore:
        seen.append(config)
        raise Rejected("seen")

    stores = registry(point(plugin(StoreSpec("a", factory, "")), "a"))
    with pytest.raises(Rejected, match="seen"):
        stores.create("A:?x=1", namespace="n:", timeout=1.5, data_dir=Path("/data"))
    assert seen == [StoreConfig("A:?x=1", namespace="n:", timeout=1.5, data_dir=Path("/data"))]


def test_specs_are_sorted_and_say_where_they_come_from() -> None:
    stores = registry(
        point(plugin(StoreSpec("z", never, "last"), StoreSpec("m", never, "middle")), "z", version="2.0"),
        point(plugin(StoreSpec("a", never, "first")), "a"),
    )
    assert list(stores.specs()) == ["a", "m", "z"]
    assert [(offer.distribution, offer.version) for offer in stores.offers()] == [
        ("mbasic-store-a", "0.1"),
        ("mbasic-store-z", "2.0"),
        ("mbasic-store-z", "2.0"),
    ]
    assert stores.broken() == []


def test_plugins_are_loaded_once() -> None:
    calls = 0

    def entry_points() -> Iterable[EntryPoint]:
        nonlocal calls
        calls += 1
        return []

    stores = StoreRegistry(entry_points)
    stores.load()
    assert (stores.specs(), stores.broken(), calls) == ({}, [], 1)


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("redis://:secret@x", "mbasic-store-redis"),
        ("rediss://x", "mbasic-store-redis"),
        ("redis+sentinel://x", "mbasic-store-redis"),
        ("sqlite:", "mbasic-store-sqlite"),
        ("etcd://x", "mbasic-store-etcd"),
    ],
)
def test_a_scheme_that_nobody_serves_names_the_package_to_install(url: str, package: str) -> None:
    stores = registry(point(plugin(StoreSpec("memory", never, "")), "memory"))
    with pytest.raises(UnknownScheme, match=f"pip install {package}") as unknown:
        create(stores, url)
    assert unknown.value.package == package
    assert unknown.value.installed == ("memory",)
    assert unknown.value.scheme == url.partition(":")[0]
    assert "usable: memory" in str(unknown.value)
    assert "secret" not in str(unknown.value)


@pytest.mark.parametrize("url", ["redis://x", "rediss://x"])
def test_a_broken_plugin_is_fatal_for_its_own_scheme_only(url: str) -> None:
    reached: list[str] = []

    def factory(config: StoreConfig) -> SessionStore:
        reached.append(config.url)
        raise Rejected("made")

    stores = registry(
        point(ModuleNotFoundError("No module named 'redis'"), "redis"),
        point(plugin(StoreSpec("memory", factory, "")), "memory"),
    )
    with pytest.raises(Rejected, match="made"):
        create(stores, "memory:")
    assert reached == ["memory:"]
    broken = "mbasic-store-redis 0.1 is installed but broken: ModuleNotFoundError: No module named 'redis'"
    with pytest.raises(UnknownScheme, match=broken) as unknown:
        create(stores, url)
    assert "pip install" not in str(unknown.value)
    assert [str(plugin) for plugin in stores.broken()] == [broken]


def test_a_broken_plugin_of_another_name_is_at_least_mentioned() -> None:
    stores = registry(point(ValueError("bad day"), "acme", "acme-stores", "3.1"))
    with pytest.raises(UnknownScheme, match=r"pip install mbasic-store-foo.*acme-stores 3.1 is installed but broken"):
        create(stores, "foo:")


def test_a_store_for_another_api_is_fatal_for_its_own_scheme_only() -> None:
    stores = registry(point(plugin(StoreSpec("new", never, "", api=2), StoreSpec("old", never, "")), "mixed"))
    assert list(stores.specs()) == ["old"]
    with pytest.raises(UnknownScheme, match=r"mbasic-store-mixed 0\.1 is installed but broken: .*API 2.*speaks 1"):
        create(stores, "new:")


def test_a_scheme_claimed_twice_is_an_error_that_names_both() -> None:
    stores = registry(
        point(plugin(StoreSpec("redis", never, ""), StoreSpec("only", never, "")), "one", "acme-redis", "1.0"),
        point(plugin(StoreSpec("redis", never, "")), "redis"),
    )
    assert list(stores.specs()) == ["only"]
    with pytest.raises(UnknownScheme, match=r"claimed by acme-redis 1\.0 and mbasic-store-redis 0\.1"):
        create(stores, "redis://x")
    assert {plugin.distribution for plugin in stores.broken()} == {"acme-redis", "mbasic-store-redis"}


def test_a_factory_that_fails_is_rejected_without_the_password() -> None:
    def factory(_: StoreConfig) -> SessionStore:
        raise ImportError("no driver")

    stores = registry(point(plugin(StoreSpec("a", factory, "")), "a"))
    with pytest.raises(Rejected, match=r"mbasic-store-a 0\.1 raised ImportError: no driver") as refused:
        create(stores, "a://user:secret@host")
    assert "secret" not in str(refused.value)


def test_what_a_factory_returns_must_be_a_store() -> None:
    wrong = StoreSpec("a", lambda _: None, "")  # type: ignore[arg-type,return-value]  # which is its mistake
    stores = registry(point(plugin(wrong), "a"))
    with pytest.raises(Rejected, match=r"mbasic-store-a 0\.1 raised TypeError: its factory returned None"):
        create(stores, "a:")


def test_what_is_wrong_with_a_plugin_is_one_line() -> None:
    stores = registry(point(ImportError("no driver\n\n  build it"), "a"))
    with pytest.raises(UnknownScheme, match=r"broken: ImportError: no driver build it"):
        create(stores, "a:")


def test_the_installed_memory_store_can_be_made() -> None:
    store = create(StoreRegistry(), "memory:")
    assert isinstance(store, SessionStore)


@pytest.mark.parametrize(
    ("scheme", "near"),
    [
        ("rediz", "redis"),
        ("reds", "redis"),
        ("sqllite", "sqlite"),
        ("sqlite3", "sqlite"),
        ("redis+sentinal", "redis+sentinel"),
        ("memroy", "memory"),
    ],
)
def test_a_scheme_with_a_typo_gets_the_near_one_said(tmp_path: Path, scheme: str, near: str) -> None:
    with pytest.raises(UnknownScheme, match=re.escape(f"did you mean {near!r}? Else try: pip install mbasic-store-")):
        StoreRegistry().create(f"{scheme}:x", data_dir=tmp_path)


@pytest.mark.parametrize("scheme", ["foo", "rediss", "postgresql", "valkey"])
def test_a_scheme_that_is_none_s_typo_gets_no_guess(tmp_path: Path, scheme: str) -> None:
    registry = StoreRegistry(list)
    with pytest.raises(UnknownScheme) as unknown:
        registry.create(f"{scheme}://x", data_dir=tmp_path)
    assert "mean" not in str(unknown.value)
