"""`--strict`: no more memory than the real machine had."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mbasic_core.cli.main import main, parser
from mbasic_core.config import Settings
from mbasic_core.machine import Output, Prompt
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.session.engine import MachineEngine


@pytest.mark.parametrize(
    ("options", "status", "shown"),
    [
        (["run"], 0, b"30000 elements\n"),
        (["run", "--strict"], 1, b"Out of memory in 10\n"),
        (["--strict", "run"], 1, b"Out of memory in 10\n"),
    ],
)
def test_a_program_that_is_too_large_for_the_real_machine(
    options: list[str], status: int, shown: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.bas"
    path.write_text('10 DIM A%(15000),B%(15000)\n20 PRINT "30000 elements"\n')
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys, "stdout", out)
    assert main([*options, str(path)]) == status
    out.flush()
    assert out.buffer.getvalue() == shown  # type: ignore[attr-defined]  # the bytes above


def test_direct_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"DIM A(8000)\n")))
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["--strict"]) == 0
    out.flush()
    assert b"Out of memory" in out.buffer.getvalue()  # type: ignore[attr-defined]  # the bytes above


def test_the_server() -> None:
    assert parser().parse_args(["web"]).strict is None
    assert parser().parse_args(["web", "--strict"]).strict == "yes"
    assert parser().parse_args(["--strict", "web"]).strict == "yes"
    assert Settings.load({"strict": "yes"}, {}).strict
    assert not Settings.load({"strict": None}, {"MBASIC_STRICT": "no"}).strict


def test_sessions() -> None:
    for strict, shown in ((True, "Out of memory"), (False, "Ok")):
        machine = MachineEngine(strict=strict).make(b"", StateDisk())
        machine.feed_line("DIM A(8000)")
        text = "".join(event.text for event in machine.advance(100) if isinstance(event, Output | Prompt))
        assert shown in text
        assert ("Out of memory" in text) == strict
