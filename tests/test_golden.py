"""Every case recorded from the real interpreter (tests/golden/README.md), run in this process."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.repl import run_session
from mbasic_core.cli.run import run_program
from mbasic_core.cli.source import decode_program

GOLDEN = Path(__file__).with_name("golden")
ANSWERS = (".out", ".echo", ".noecho", ".nl")


def load_score() -> ModuleType:
    """The scoring script, for its rules of comparison."""
    spec = importlib.util.spec_from_file_location("golden_score", GOLDEN / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCORE = load_score()
CASES = {f"{area}/{name}": (kind, Path(base)) for area, name, kind, _, base in SCORE.cases(str(GOLDEN))}
KNOWN = [line for line in (GOLDEN / "known_failures.txt").read_text().splitlines() if line and not line.startswith("#")]


def sibling(base: Path, ending: str) -> Path:
    return base.with_name(base.name + ending)


def play(kind: str, base: Path) -> str:
    """What a case prints; a program that runs out of input keeps what it printed until then."""
    stdout = io.BytesIO()
    try:
        if kind == "session":
            script = sibling(base, ".session").read_bytes() + b"SYSTEM\n"
            run_session(io.BytesIO(script), stdout)
        else:
            keyboard = sibling(base, ".in")
            stdin = io.BytesIO(keyboard.read_bytes() if keyboard.exists() else b"")
            run_program(decode_program(sibling(base, ".bas").read_bytes()), stdin, stdout)
    except Failure:
        pass  # the transcript up to here is compared
    return stdout.getvalue().decode("latin-1")


def parameters() -> list[object]:
    return [
        pytest.param(
            name, id=name, marks=[pytest.mark.xfail(reason="listed as not passing yet")] if name in KNOWN else []
        )
        for name in CASES
    ]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", parameters())
def test_prints_what_the_real_interpreter_prints(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, base = CASES[name]
    if (disk := sibling(base, ".files")).is_dir():
        shutil.copytree(disk, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    expected = [sibling(base, end).read_bytes().decode("latin-1") for end in ANSWERS if sibling(base, end).exists()]
    printed = play(kind, base)
    if kind == "session":
        allowed = [SCORE.norm_session(text) for text in expected]
        assert SCORE.norm_session(printed) in allowed or SCORE.norm_session(SCORE.drop_first_ok(printed)) in allowed
    else:
        assert SCORE.norm(printed) in [SCORE.norm(text) for text in expected]
    for wanted in sibling(base, ".outfiles").glob("*"):
        assert wanted.name in os.listdir(tmp_path)
        assert SCORE.canon(wanted.name, (tmp_path / wanted.name).read_bytes()) == SCORE.canon(
            wanted.name, wanted.read_bytes()
        )


def test_the_list_of_known_failures_is_sorted_and_names_cases() -> None:
    assert sorted(set(KNOWN)) == KNOWN
    assert [name for name in KNOWN if name not in CASES] == []
