"""Everything that is checked: bare `nox` runs what continuous integration runs; `nox -l` lists the rest."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

import nox
import nox.command

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["dev", "lint", "types", "imports", "build", "plugins", "faults", "e2e", "cluster", "tests"]

PROJECT = nox.project.load_toml("pyproject.toml")
PLUGINS = sorted(str(path.parent) for path in Path("plugins").glob("*/pyproject.toml"))
EXAMPLES = sorted(str(path.parent) for path in Path("examples").glob("*/pyproject.toml"))
SOURCES = ["mbasic_core", *(f"{plugin}/src" for plugin in [*PLUGINS, *EXAMPLES])]
APART = ("build", "cluster", "e2e", "faults")  # of the tests: those that need a browser, an index or broken servers
UNIT = [f"--ignore=tests/{folder}" for folder in APART]
LOWEST_REDIS = "5.0.1"


def editable(session: nox.Session, *groups: str) -> None:
    """Install the core, every store of this repository in place, and dependency groups of pyproject.toml."""
    wanted = [arguments for group in groups for arguments in nox.project.dependency_groups(PROJECT, group)]
    sources = [argument for path in (".", *PLUGINS) for argument in ("-e", path)]
    session.install(*sources, *wanted)


def server_free_environment() -> dict[str, str | None]:
    """What a developer may have exported for a server of their own must not reach the tests."""
    return {name: None for name in os.environ if name.startswith(("MBASIC_", "NICEGUI_"))}


def chromium(session: nox.Session) -> str | None:
    """Path of the system's Chromium or of Debian's package; None: Playwright has one of its own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for name in names:
        if found := shutil.which(name):
            return found
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        session.run("apt-get", "update", "-qq", external=True, success_codes=range(256))
        session.run(
            "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core",
            external=True, success_codes=range(256), env={"DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
        if found := shutil.which("chromium"):
            return found
    try:
        session.run("playwright", "install", "chromium")
    except nox.command.CommandFailed:
        session.error("no Chromium for the browser tests: install one (Debian: apt-get install chromium) and try again")
    return None


@nox.session
def dev(session: nox.Session) -> None:
    """A development environment with everything editable, in .nox/dev."""
    editable(session, "dev")
    session.run("mbasic", "stores")
    session.log(f"a developer's environment is ready: source {session.virtualenv.location}/bin/activate")


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: rules and format."""
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy, strict, over the core and every store."""
    editable(session, "types")
    session.run("mypy", *SOURCES)


@nox.session
def imports(session: nox.Session) -> None:
    """The layers and the other import contracts."""
    editable(session, "imports")
    session.run("lint-imports", "--no-cache")


@nox.session
def tests(session: nox.Session) -> None:
    """Unit, property and golden tests."""
    editable(session, "test")
    arguments = session.posargs or ["-n", "auto"]
    session.run("pytest", "tests", *UNIT, *arguments, env=server_free_environment())


@nox.session
@nox.parametrize("redis", [LOWEST_REDIS, "newest"])
def plugins(session: nox.Session, redis: str) -> None:
    """The stores' own tests: all of them with the newest redis-py, the Redis store also with the lowest it allows."""
    editable(session, "test")
    lowest = redis == LOWEST_REDIS
    session.install(f"redis=={LOWEST_REDIS}" if lowest else "redis", *([] if lowest else ["--upgrade"]))
    for example in EXAMPLES:
        session.install("-e", example)
    folders = [f"{plugin}/tests" for plugin in [*PLUGINS, *EXAMPLES] if not lowest or plugin.endswith("redis")]
    folders = [folder for folder in folders if Path(folder).is_dir()]
    session.run("pytest", *folders, *(session.posargs or ["-n", "auto"]), env=server_free_environment())


@nox.session
def faults(session: nox.Session) -> None:
    """Sessions over servers that fail in every way; prints what a user sees, and how long it takes."""
    editable(session, "test")
    arguments = session.posargs or ["-n", "3", "-rP", "--show-capture=stdout"]
    session.run("pytest", "tests/faults", *arguments, env=server_free_environment())


@nox.session
def e2e(session: nox.Session) -> None:
    """The page in a real Chromium against server processes of its own."""
    editable(session, "e2e")
    env = server_free_environment()
    if browser := chromium(session):
        env["CHROMIUM"] = browser
    session.run("pytest", "tests/e2e", *session.posargs, env=env)


@nox.session
def cluster(session: nox.Session) -> None:
    """Several processes on one Redis behind real balancers; then a minute of chaos: `nox -s cluster -- -k rolling`."""
    editable(session, "cluster")
    env = server_free_environment()
    if browser := chromium(session):
        env["CHROMIUM"] = browser
    session.run("pytest", "tests/cluster", *session.posargs, env=env)
    if not session.posargs:
        session.run("python", "-m", "tests.cluster.chaos", "--duration", "60", env=env)


@nox.session
def build(session: nox.Session) -> None:
    """All wheels, installed in bare environments and tried there."""
    session.install("uv", *nox.project.dependency_groups(PROJECT, "test"))
    session.run("pytest", "tests/build", *session.posargs, env=server_free_environment())


@nox.session
def bench(session: nox.Session) -> None:
    """Speed against CPython: `nox -s bench -- -k sieve,nest`; then what sessions cost in Redis and SQLite."""
    editable(session, "test")
    session.run("python", "benchmarks/bench.py", "--engine", "mbasic run {prog}", *session.posargs)
    session.run("python", "benchmarks/sessions.py", env=server_free_environment())


@nox.session
def soak(session: nox.Session) -> None:
    """Long random runs, which print seeds and counts: `nox -s soak -- --seed=5 --factor=100`; more goes to pytest.

    First the random tests, so many times over; then a million lines and 100,000 programs by the grammar, and lines that
    look for new places of the code.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000_000)
    parser.add_argument("--factor", type=int, default=50)
    options, others = parser.parse_known_args(session.posargs)
    guided = sys.platform == "linux" and sys.version_info < (3, 14)
    editable(session, "fuzz" if guided else "test")
    env = server_free_environment()
    env |= {"HYPOTHESIS_PROFILE": "soak", "MBASIC_TEST_SOAK": f"{options.seed}:{options.factor}"}
    session.log(f"seed {options.seed}, {options.factor} times the usual number of cases, 20000 examples of a property")
    arguments = ["-m", "hypothesis or chance", f"--hypothesis-seed={options.seed}", "--hypothesis-show-statistics"]
    session.run("pytest", "tests", *UNIT, *arguments, "--timeout=3600", "-n", "auto", *others, env=env)
    session.run("python", "-m", "tests.fuzz", f"--seed={options.seed}", env=env)
    if guided:
        session.run("python", "-m", "tests.fuzz.guided", f"-seed={options.seed}", "-runs=200000", env=env)


if __name__ == "__main__":
    sys.exit("run `nox`, not this file")
