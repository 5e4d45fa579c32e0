"""What is built: the files in the wheels, and what installing and removing them does."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

Bare = Callable[[], Any]
REDIS = {"redis:", "rediss:", "redis+unix:", "redis+sentinel:", "redis+cluster:"}


def files(wheels: Path, distribution: str) -> set[str]:
    """Names in a wheel, without its metadata."""
    [wheel] = wheels.glob(f"{distribution.replace('-', '_')}-*.whl")
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def test_the_core_carries_the_memory_store_and_all_its_data(wheels: Path) -> None:
    names = files(wheels, "mbasic-core")
    assert {name.split("/")[0] for name in names} == {"mbasic_core", "mbasic_store_memory"}
    assert {"mbasic_core/py.typed", "mbasic_store_memory/py.typed"} <= names
    root = Path(__file__).parents[2]
    kept = {
        path.relative_to(root).as_posix()
        for path in (root / "mbasic_core").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert kept <= names


@pytest.mark.parametrize("name", ["redis", "sqlite"])
def test_a_store_carries_its_module_alone(wheels: Path, name: str) -> None:
    names = files(wheels, f"mbasic-store-{name}")
    assert {entry.split("/")[0] for entry in names} == {f"mbasic_store_{name}"}
    assert f"mbasic_store_{name}/py.typed" in names


def test_the_memory_distribution_is_empty(wheels: Path) -> None:
    assert files(wheels, "mbasic-store-memory") == set()


@pytest.mark.parametrize("name", ["core", "store-memory", "store-redis", "store-sqlite"])
def test_a_wheel_made_from_the_source_distribution_is_the_same(
    wheels: Path, wheels_of_sources: Path, name: str
) -> None:
    assert len(list(wheels_of_sources.glob(f"mbasic_{name.replace('-', '_')}-*.tar.gz"))) == 1
    assert files(wheels_of_sources, f"mbasic-{name}") == files(wheels, f"mbasic-{name}")


@pytest.mark.parametrize(
    ("name", "licence"),
    [("core", "MIT AND OFL-1.1"), ("store-memory", "MIT"), ("store-redis", "MIT"), ("store-sqlite", "MIT")],
)
def test_a_wheel_carries_the_texts_of_its_licences(wheels: Path, name: str, licence: str) -> None:
    [wheel] = wheels.glob(f"mbasic_{name.replace('-', '_')}-*.whl")
    archive = zipfile.ZipFile(wheel)
    [metadata] = [entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA")]
    told = message_from_bytes(archive.read(metadata))
    assert told["License-Expression"] == licence
    texts = {
        entry: archive.read(metadata.replace("METADATA", f"licenses/{entry}"))
        for entry in told.get_all("License-File", [])
    }
    assert texts["LICENSE"].startswith(b"MIT License")
    fonts = [text for entry, text in texts.items() if "fonts/OFL-" in entry]
    assert len(fonts) == (3 if name == "core" else 0)
    assert all(b"SIL OPEN FONT LICENSE" in text for text in fonts)


def test_the_core_alone_runs_programs_and_keeps_sessions_in_memory(bare: Bare) -> None:
    environment = bare()
    assert not {name for name in environment.distributions() if "redis" in name or "sqlite" in name}
    assert environment.schemes() == {"memory:"}
    (environment.folder / "square.bas").write_text("10 INPUT A\n20 PRINT A*A\n")
    done = environment.mbasic("run", "square.bas", typed="5\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "? \n 25 \n", "")
    missing = environment.mbasic("web", "--no-browser", "--port", "0", "--store", "rediss://127.0.0.1/0")
    assert missing.returncode == 2
    assert "pip install mbasic-store-redis" in missing.stderr


def test_a_store_is_there_while_its_package_is(bare: Bare) -> None:
    environment = bare()
    environment.install("mbasic-store-redis")
    assert environment.schemes() == {"memory:", *REDIS}
    environment.install("mbasic-store-sqlite")
    assert environment.schemes() == {"memory:", "sqlite:", *REDIS}
    environment.uninstall("mbasic-store-redis")
    assert environment.schemes() == {"memory:", "sqlite:"}


def test_a_store_of_ones_own_installs_and_its_test_runs(bare: Bare) -> None:
    environment = bare()
    assert environment.mbasic("store", "new", "shelf").returncode == 0
    environment.install(f"mbasic-store-shelf[test] @ file://{environment.folder}/mbasic-store-shelf")
    assert environment.schemes() == {"memory:", "shelf:"}
    checked = environment.mbasic("store", "check", "shelf:")
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    project = environment.folder / "mbasic-store-shelf"
    command = [environment.python, "-m", "pytest", "-q", "-k", "hook or every_byte"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout


def test_extras_name_the_stores(bare: Bare) -> None:
    environment = bare()
    environment.install("mbasic-core[redis,sqlite]")
    assert {"mbasic-store-redis", "mbasic-store-sqlite", "redis"} <= environment.distributions()


def test_the_memory_store_outlives_its_package(bare: Bare) -> None:
    environment = bare()
    environment.install("mbasic-store-memory")
    assert environment.schemes() == {"memory:"}
    environment.uninstall("mbasic-store-memory")
    assert environment.schemes() == {"memory:"}


def test_a_broken_plugin_is_named_and_stops_nothing(bare: Bare) -> None:
    environment = bare()
    metadata = environment.site / "mbasic_store_bad-3.2.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: mbasic-store-bad\nVersion: 3.2.1\n")
    (metadata / "entry_points.txt").write_text("[mbasic]\nbad = mbasic_store_bad\n")
    (environment.site / "mbasic_store_bad.py").write_text("import no_such_driver\n")
    assert environment.schemes() == {"memory:"}
    shown = environment.mbasic("stores").stdout
    assert "mbasic-store-bad 3.2.1" in shown
    assert "no_such_driver" in shown
    asked = environment.mbasic("web", "--no-browser", "--port", "0", "--store", "bad://x")
    assert asked.returncode == 2
    assert "no_such_driver" in asked.stderr
