"""What may be imported, and what an import costs."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import mbasic_core

PACKAGES = ["mbasic_core", "mbasic_core.storage", "mbasic_core.machine", "mbasic_core.session", "mbasic_core.testing"]
HEAVY = {"nicegui", "fastapi", "pluggy", "asyncio", "redis", "sqlite3", "platformdirs", "importlib.metadata", "logging"}


def modules_after(code: str) -> set[str]:
    """Names of the modules that a fresh interpreter has loaded when it has run `code`."""
    show = "\nimport sys\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code + show], capture_output=True, text=True, check=True, input="")
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("package", PACKAGES)
def test_the_public_names_are_sorted_and_exist(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__all__ == sorted(module.__all__)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_the_package_offers_the_machine_and_its_errors() -> None:
    assert mbasic_core.__all__ == ["BasicError", "ErrorCode", "Machine", "__version__"]
    assert mbasic_core.Machine.__module__.startswith("mbasic_core.machine")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        getattr(mbasic_core, "nothing")  # noqa: B009 - the name must not be known to the type checker


def test_a_store_author_does_not_load_the_interpreter() -> None:
    loaded = modules_after("import mbasic_core.storage")
    assert not {name for name in loaded if name.startswith(("mbasic_core.machine", "mbasic_core.session", "nicegui"))}


def test_running_a_program_loads_nothing_heavy(tmp_path: pytest.TempPathFactory) -> None:
    program = f"{tmp_path}/p.bas"
    with open(program, "w", encoding="ascii") as stream:
        stream.write('10 PRINT "HI"\n')
    loaded = modules_after(f"from mbasic_core.cli.main import main; main(['run', {program!r}])")
    assert "mbasic_core.machine" in loaded
    assert not HEAVY & loaded


def test_direct_mode_loads_nothing_heavy() -> None:
    assert not HEAVY & modules_after("from mbasic_core.cli.main import main; main([])")
