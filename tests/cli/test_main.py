"""The command's arguments, and errors as messages and exit statuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mbasic_core import __version__
from mbasic_core.cli import main as module
from mbasic_core.cli.failure import Failure
from mbasic_core.cli.main import main


def failing_with(error: BaseException) -> object:
    def dispatch(_options: object) -> int:
        raise error

    return dispatch


def test_a_failure_is_one_line_and_its_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "_dispatch", failing_with(Failure("no luck", status=7)))
    assert main(["stores"]) == 7
    assert capsys.readouterr() == ("", "mbasic: no luck\n")


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(module, "_dispatch", failing_with(KeyboardInterrupt()))
    assert main(["stores"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_dispatch", failing_with(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        main(["stores"])


@pytest.mark.parametrize("arguments", [["run"], ["run", "a", "b"], ["fly"], ["web", "--nonsense"], ["--stor"]])
def test_bad_arguments_are_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: mbasic" in capsys.readouterr().err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"mbasic {__version__}\n"


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("run", "web", "stores"))


def test_python_m_is_the_same_command(tmp_path: Path) -> None:
    program = tmp_path / "p.bas"
    program.write_text('10 PRINT "HI"\n')
    done = subprocess.run([sys.executable, "-m", "mbasic_core", "run", program], capture_output=True, check=True)
    assert done.stdout == b"HI\n"
