"""How far a long command has come."""

from __future__ import annotations

import pytest

from mbasic_core.cli import progress
from mbasic_core.cli.progress import Progress, counted


def test_a_quick_command_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("records", total=2) as steps:
        steps.step(2)
    assert steps.done == 2
    assert capsys.readouterr() == ("", "")


def test_elsewhere_a_line_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_ELSEWHERE", 0.0)
    with Progress("records", total=12_000) as steps:
        steps.step(1_500)
        steps.step()
    assert capsys.readouterr().err == "1,500 of 12,000 records\n1,501 of 12,000 records\n"


def test_on_a_terminal_one_line_that_changes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_ON_TERMINAL", 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with Progress("ids") as steps:
        steps.step()
    shown = capsys.readouterr().err
    assert "1 ids" in shown
    assert "\n" not in shown
    assert shown.endswith(f"\r{'':<78}\r")


def test_numbers_agree_with_their_nouns() -> None:
    assert [counted(number, "record") for number in (0, 1, 1234)] == ["0 records", "1 record", "1,234 records"]
