"""Wheels of every distribution, and bare environments to try them in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = {
    "mbasic-core": ROOT,
    **{f"mbasic-store-{name}": ROOT / "plugins" / f"mbasic_store_{name}" for name in ("memory", "redis", "sqlite")},
}


def uv(*arguments: str | Path) -> str:
    """Run uv, which makes an environment in a second; returns what it printed."""
    binary = shutil.which("uv")
    if binary is None:
        pytest.skip("needs uv")
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Environment:
    """A virtual environment with nothing in it but what a test installs."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder = folder
        self._wheels = wheels
        uv("venv", "--quiet", "--python", sys.executable, folder)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site(self) -> Path:
        """Where packages are installed."""
        return next((self.folder / "lib").glob("python*")) / "site-packages"

    def install(self, *requirements: str) -> None:
        """Install distributions of this repository from their wheels, and what they need from the index."""
        uv(
            "pip",
            "install",
            "--quiet",
            "--python",
            self.python,
            "--find-links",
            self._wheels,
            "--prerelease=allow",
            *requirements,
        )

    def uninstall(self, distribution: str) -> None:
        uv("pip", "uninstall", "--quiet", "--python", self.python, distribution)

    def distributions(self) -> set[str]:
        return {line.split("==")[0] for line in uv("pip", "freeze", "--python", self.python).splitlines()}

    def mbasic(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run the installed command."""
        return subprocess.run(
            [self.folder / "bin" / "mbasic", *arguments],
            input=typed, capture_output=True, text=True, check=False, cwd=self.folder,
        )  # fmt: skip

    def schemes(self) -> set[str]:
        """The schemes that `mbasic stores` lists."""
        done = self.mbasic("stores")
        assert (done.returncode, done.stderr) == (0, "")
        table = done.stdout.partition("\n\n")[0].splitlines()[1:]
        return {line.split()[0] for line in table if not line.startswith("broken")}


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel of each distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    for source in DISTRIBUTIONS.values():
        uv("build", "--quiet", "--wheel", "--out-dir", folder, source)
    return folder


@pytest.fixture(scope="session")
def wheels_of_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same made by way of the source distributions, which are there too: what an index is given."""
    folder = tmp_path_factory.mktemp("sources")
    for source in DISTRIBUTIONS.values():
        uv("build", "--quiet", "--out-dir", folder, source)
    return folder


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Callable[[], Environment]:
    """Makes environments with the core installed, and nothing else."""

    def make() -> Environment:
        environment = Environment(tmp_path_factory.mktemp("bare") / "venv", wheels)
        environment.install("mbasic-core")
        return environment

    return make
