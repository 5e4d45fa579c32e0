"""`mbasic store new NAME`: a project for a store of one's own, which installs and passes its tests as it is written."""

from __future__ import annotations

import keyword
import re
from importlib.resources import files
from pathlib import Path
from shutil import rmtree
from string import Template

from mbasic_core.cli.failure import Failure

__all__ = ["new", "project"]

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40
_TAKEN = ("memory", "redis", "rediss", "sqlite", "valkey")


def new(name: str, directory: str = ".") -> int:
    """Write the project `mbasic-store-NAME` into `directory`; returns 0.

    Raises Failure (status 2) for a name that cannot be one, or when something of that name is there already.
    """
    plain = name.removeprefix("mbasic-store-")
    contents = project(plain)
    folder = Path(directory) / f"mbasic-store-{plain}"
    try:
        folder.mkdir()
    except FileExistsError:
        raise Failure(f"{folder} is there already, and nothing is written over it") from None
    except OSError as problem:
        raise Failure(f"cannot write {folder}: {problem.strerror}") from problem
    try:
        for path, text in contents.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as problem:
        rmtree(folder, ignore_errors=True)  # half a project would stand in the way of the next try
        raise Failure(f"cannot write {folder}: {problem.strerror}") from problem
    for path in contents:
        print(folder / path)
    print(f"\nNext: cd {folder} && pip install -e '.[test]' && pytest && mbasic store check {plain}:")
    return 0


def project(name: str) -> dict[str, str]:
    """The files of the project, by path; raises Failure for a name that cannot be one."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise Failure(
            f"{name!r} is no name for a store: small letters, digits and single -, beginning with a letter,"
            f" {_LONGEST} at most"
        )
    if name in _TAKEN or keyword.iskeyword(name):
        raise Failure(f"{name!r} is taken: choose another name")
    module = f"mbasic_store_{name.replace('-', '_')}"
    names = {"name": name, "module": module, "cls": "".join(word.capitalize() for word in name.split("-"))}
    places = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        f"src/{module}/__init__.py": "store.py",
        f"tests/test_{name.replace('-', '_')}_store.py": "test_store.py",
    }
    template = files("mbasic_core.cli.store") / "template"
    made = {
        path: Template((template / f"{source}.txt").read_text(encoding="utf-8")).substitute(names)
        for path, source in places.items()
    }
    return {**made, f"src/{module}/py.typed": ""}
