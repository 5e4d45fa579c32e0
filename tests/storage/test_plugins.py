"""Loading of plugins: one that is broken, in whatever way, is reported and stops nobody."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from mbasic_core.storage.plugins import installed_entry_points, load_plugins

GOOD = """
from mbasic_core.storage import StoreSpec, hookimpl

@hookimpl
def mbasic_stores():
    return [StoreSpec("{scheme}", None, "A store.")]
"""
HOOK = "from mbasic_core.storage import StoreSpec, hookimpl\n@hookimpl\ndef mbasic_stores():\n    "


class Plugins:
    """Writes plugin modules, and names them by entry points."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.points: list[EntryPoint] = []

    def add(self, name: str, source: str) -> None:
        module = f"plugin_{self._directory.parent.name.replace('-', '_')}_{name}"
        (self._directory / f"{module}.py").write_text(source)
        self.points.append(EntryPoint(name, module, "mbasic"))


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plugins:
    directory = tmp_path / "site"
    directory.mkdir()
    monkeypatch.syspath_prepend(str(directory))
    return Plugins(directory)


def test_a_good_plugin_offers_its_stores(plugins: Plugins) -> None:
    plugins.add("one", GOOD.format(scheme="one"))
    plugins.add("two", GOOD.format(scheme="two"))
    offers, broken = load_plugins(plugins.points)
    assert [offer.spec.scheme for offer in offers] == ["one", "two"]
    assert broken == []


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import no_such_driver_anywhere", "ModuleNotFoundError: No module named 'no_such_driver_anywhere'"),
        ("1 / 0", "ZeroDivisionError"),
        ("def (", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("x = 1", "implements no hook"),
        (HOOK + "raise KeyError('url')", "KeyError: 'url'"),
        (HOOK + "return None", "TypeError"),
        (HOOK + "return ['memory:']", "'memory:' where a StoreSpec is due"),
        (HOOK + "return [StoreSpec('No Scheme', None, '')]", "'No Scheme', which no URL can have"),
        (HOOK + "return [StoreSpec(7, None, '')]", "7, which no URL can have"),
        (HOOK + "return [StoreSpec('new', None, '', api=2)]", "made for storage API 2, this mbasic-core speaks 1"),
        (HOOK.replace("stores()", "stores(unknown)") + "return []", "PluginValidationError"),
        (HOOK.replace("mbasic_stores", "mbasic_storez") + "return []", "unknown hook 'mbasic_storez'"),
    ],
)
def test_a_broken_plugin_is_reported_and_the_others_serve(plugins: Plugins, source: str, cause: str) -> None:
    plugins.add("good", GOOD.format(scheme="good"))
    plugins.add("broken", source)
    plugins.add("better", GOOD.format(scheme="better"))
    offers, broken = load_plugins(plugins.points)
    assert [offer.spec.scheme for offer in offers] == ["good", "better"]
    assert [plugin.name for plugin in broken] == ["broken"]
    assert cause in broken[0].cause


def test_a_module_that_is_not_there_is_reported(plugins: Plugins) -> None:
    plugins.points.append(EntryPoint("gone", "module_that_was_uninstalled", "mbasic"))
    plugins.points.append(EntryPoint("odd", "sys:no_such_attribute", "mbasic"))
    _, broken = load_plugins(plugins.points)
    assert [plugin.name for plugin in broken] == ["gone", "odd"]
    assert "AttributeError" in broken[1].cause


def test_every_plugin_with_an_unknown_hook_is_reported_not_the_first_alone(plugins: Plugins) -> None:
    for name in ("a", "b"):
        plugins.add(name, HOOK.replace("mbasic_stores", f"hook_{name}") + "return []")
    _, broken = load_plugins(plugins.points)
    assert sorted(plugin.name for plugin in broken) == ["a", "b"]


def test_one_module_named_twice_serves_once(plugins: Plugins) -> None:
    plugins.add("one", GOOD.format(scheme="one"))
    plugins.points.append(EntryPoint("again", plugins.points[0].value, "mbasic"))
    offers, broken = load_plugins(plugins.points)
    assert [offer.spec.scheme for offer in offers] == ["one"]
    assert [plugin.name for plugin in broken] == ["again"]


def test_one_wrong_spec_leaves_a_plugins_other_schemes(plugins: Plugins) -> None:
    plugins.add("half", HOOK + "return [StoreSpec('old', None, '', api=0), StoreSpec('fine', None, '')]")
    offers, broken = load_plugins(plugins.points)
    assert [offer.spec.scheme for offer in offers] == ["fine"]
    assert [plugin.schemes for plugin in broken] == [("old",)]


def test_the_memory_store_comes_by_its_entry_point() -> None:
    assert "memory" in {point.name for point in installed_entry_points()}
    assert "memory" in {offer.spec.scheme for offer in load_plugins(installed_entry_points())[0]}


def test_listing_the_stores_imports_no_driver() -> None:
    script = """
import sys
from mbasic_core.storage import StoreRegistry
schemes = list(StoreRegistry().specs())
assert "memory" in schemes, schemes
drivers = [name for name in ("redis", "nicegui") if name in sys.modules]
assert not drivers, drivers
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
