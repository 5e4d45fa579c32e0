"""docs/dev/SESSION_STATE.md names every field of what a session holds, and none that is gone."""

from __future__ import annotations

import dataclasses
import re
from importlib import import_module
from pathlib import Path

import pytest

from mbasic_core.machine import snapshot
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.state import State
from mbasic_core.runtime.variables import Variables
from mbasic_core.session import Session
from mbasic_core.session.engine import MachineEngine
from mbasic_core.session.identifiers import new_root

PAGE = Path(__file__).parents[2] / "docs" / "dev" / "SESSION_STATE.md"
_SECTION = re.compile(r"^`(mbasic_core\.[\w.]+)\.(\w+)`(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TABLES = {(module, name): _ROW.findall(text) for module, name, text in _SECTION.findall(PAGE.read_text("utf-8"))}
LOCATIONS = {"record", "snapshot", "disk record", "memory"}


def fields_of(module: str, name: str) -> list[str]:
    kind = getattr(import_module(module), name)
    if kind is Session:
        return list(vars(Session("u", engine=MachineEngine(), root=new_root(), life=1)))
    if kind is StateDisk:
        return list(vars(StateDisk()))
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return list(kind.__slots__)


@pytest.mark.parametrize(("module", "name"), list(TABLES), ids=[name for _, name in TABLES])
def test_every_field_has_a_row(module: str, name: str) -> None:
    rows = TABLES[module, name]
    assert sorted(row[0] for row in rows) == sorted(fields_of(module, name))
    assert {where for _, _, where, _ in rows} <= LOCATIONS


def test_all_that_is_stored_is_looked_at() -> None:
    wanted = {"Head", "Body", "Session", "Console", "StateDisk"} | reachable(State)
    assert {name for _, name in TABLES} == wanted


def test_what_is_said_to_be_in_memory_only_is_all_that_a_snapshot_leaves_out() -> None:
    """By the words that a snapshot uses for its fields; those of the nested classes are packed by position."""
    stored = set(re.findall(r'"(\w+)"', Path(snapshot.__file__).read_text("utf-8")))
    for name, _, where, _ in TABLES["mbasic_core.runtime.state", "State"]:
        assert (name in stored) == (where == "snapshot"), name


def reachable(kind: type) -> set[str]:
    """Names of the dataclasses that the fields of one are made of."""
    state = import_module("mbasic_core.runtime.state")
    known = {name: getattr(state, name) for name in dir(state)} | {"Variables": Variables}
    found = {kind.__name__}
    for field in dataclasses.fields(kind):
        for word in re.findall(r"\w+", str(field.type)):
            other = known.get(word)
            if isinstance(other, type) and dataclasses.is_dataclass(other):
                found |= reachable(other)
    return found
