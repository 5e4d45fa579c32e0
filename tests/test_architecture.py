"""The house rules that a linter does not know."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "mbasic_core"
STORES = sorted([*(ROOT / "plugins").glob("*/src/*/"), *(ROOT / "examples").glob("*/src/*/")])
SOURCES = ("mbasic_core", "plugins", "examples", "benchmarks", "tests")
PURE = ("numeric", "language", "runtime", "compiler", "machine")
MODULES = sorted([*CORE.rglob("*.py"), *(module for store in STORES for module in store.rglob("*.py"))])


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module or ""


def names(path: Path) -> Iterator[str]:
    """Dotted names used in a file: `os.environ`, `print`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_no_module_is_longer_than_400_lines(module: Path) -> None:
    assert lines(module) <= 400


def test_half_of_the_modules_have_at_most_150_lines() -> None:
    assert statistics.median(lines(module) for module in MODULES) <= 150


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_a_store_is_one_to_three_short_modules(store: Path) -> None:
    modules = list(store.rglob("*.py"))
    assert 1 <= len(modules) <= 3
    assert all(lines(module) <= 200 for module in modules)


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_every_module_says_what_it_is(module: Path) -> None:
    assert ast.get_docstring(tree(module))


def test_only_config_reads_the_environment() -> None:
    readers = {relative(module) for module in MODULES if {"os.environ", "os.getenv"} & set(names(module))}
    assert readers == {"mbasic_core/config.py"}


def test_the_core_imports_no_store() -> None:
    found = [
        module for module in CORE.rglob("*.py") if any(name.startswith("mbasic_store_") for name in imported(module))
    ]
    assert found == []


def test_nothing_unpickles() -> None:
    banned = {"pickle", "marshal", "shelve", "dill"}
    assert [relative(module) for module in MODULES if banned & set(imported(module))] == []


def test_nicegui_is_imported_only_by_the_web_package() -> None:
    outside = [module for module in MODULES if CORE / "web" not in module.parents]
    assert [
        relative(module) for module in outside if any(name.split(".")[0] == "nicegui" for name in imported(module))
    ] == []


@pytest.mark.parametrize("package", PURE)
def test_below_the_session_nothing_talks_to_the_world(package: str) -> None:
    for module in sorted((CORE / package).rglob("*.py")):
        assert not {"print", "input", "open"} & set(called(module)), relative(module)
        assert not {"sys.stdin", "sys.stdout", "sys.stderr"} & set(names(module)), relative(module)
        assert not {"time", "asyncio", "threading", "os", "io", "socket"} & set(imported(module)), relative(module)
        assert not any(isinstance(node, (ast.Await, ast.AsyncFunctionDef)) for node in ast.walk(tree(module)))


def called(path: Path) -> Iterator[str]:
    """Names of the plain functions that a file calls."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_events_are_frozen_and_slotted() -> None:
    for node in tree(CORE / "machine" / "events.py").body:
        if isinstance(node, ast.ClassDef) and node.decorator_list:
            decorator = ast.unparse(node.decorator_list[0])
            assert "frozen=True" in decorator, node.name
            assert "slots=True" in decorator, node.name


def test_every_distribution_is_typed() -> None:
    assert [relative(folder) for folder in (CORE, *STORES) if not (folder / "py.typed").is_file()] == []


def test_no_exception_is_swallowed() -> None:
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
                silent = all(isinstance(statement, (ast.Pass, ast.Continue)) for statement in node.body)
                assert not (broad and silent), f"{relative(module)}:{node.lineno}"


def test_every_exception_from_a_check_has_its_reason() -> None:
    mark = re.compile(r"# (?:noqa|type: ignore)(?:: [A-Z]+\d+(?:, [A-Z]+\d+)*|\[[\w,-]+\])?(.*)")
    sources = [*ROOT.glob("*.py"), *(path for name in SOURCES for path in (ROOT / name).rglob("*.py"))]
    marked = [
        (f"{relative(path)}:{number}", found[1])
        for path in sources
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if path != Path(__file__) and (found := mark.search(line))
    ]
    assert len(marked) > 50
    assert [place for place, reason in marked if not re.search(r"[a-z]{3}", reason)] == []
