"""The command's arguments, and errors as messages and exit statuses."""

from __future__ import annotations

import ast
import signal
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from mbasic_core import __main__ as entry
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


def test_ctrl_c_is_quiet_while_the_command_is_still_being_imported() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "mbasic_core", "stores"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:  # one for each module that has been imported
            if line.endswith(" mbasic_core.cli\n"):
                process.send_signal(signal.SIGINT)
                break
        output, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == ""
    assert all(line.startswith("import time:") for line in rest.splitlines()), rest


def test_the_installed_command_is_that_module() -> None:
    [script] = [point for point in distribution("mbasic-core").entry_points if point.group == "console_scripts"]
    assert (script.name, script.load()) == ("mbasic", entry.main)


def test_what_is_imported_before_the_command_is_quiet_is_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import mbasic_core.__main__; print(set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout) <= {"__future__", "mbasic_core", "mbasic_core.__main__"}
