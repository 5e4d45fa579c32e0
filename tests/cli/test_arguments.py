"""Every command explains itself; arguments about the machine: file numbers and the longest record."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbasic_core.cli.main import main, parser

PROGRAM = '10 OPEN "R",15,"REC",200:FIELD 15,100 AS A$,100 AS B$:LSET B$="end":PUT 15,2:GET 15,2:PRINT B$;LOF(15)\n'


def shown(arguments: list[str], typed: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, write_through=True))
    status = main(arguments)
    sys.stdout.flush()
    return status, out.getvalue().decode()


@pytest.mark.parametrize("before", [True, False])
def test_more_files_and_longer_records(before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.bas").write_text(PROGRAM)
    more = ["--files", "15", "--record-size", "200"]
    status, text = shown([*more, "run", "p.bas"] if before else ["run", *more, "p.bas"], b"", monkeypatch)
    assert (status, text.split()) == (0, ["end", "4"])
    assert len(Path("REC").read_bytes()) == 400


def test_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.bas").write_text(PROGRAM)
    assert shown(["run", "p.bas"], b"", monkeypatch) == (1, "Bad file number in 10\n")
    assert shown(["run", "--files=15", "p.bas"], b"", monkeypatch) == (1, "Illegal function call in 10\n")


def test_direct_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    line = b'OPEN "O",5,"X":PRINT LOF(5)\n'
    assert "Bad file number" in shown([], line, monkeypatch)[1]
    assert " 0" in shown(["--files", "5"], line, monkeypatch)[1]


@pytest.mark.parametrize("wrong", [["--files", "0"], ["--files", "16"], ["--files", "x"], ["--record-size", "40000"]])
def test_what_the_original_does_not_take(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args(wrong)
    assert caught.value.code == 2
    assert "a number from 1 to" in capsys.readouterr().err


def every_command(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield top
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from every_command(command)


def test_each_command_says_what_it_does_and_what_its_arguments_are() -> None:
    commands = {command.prog: command for command in every_command(parser())}
    assert {"mbasic", "mbasic run", "mbasic stores", "mbasic store check", "mbasic sessions copy"} <= commands.keys()
    assert [prog for prog, command in commands.items() if not (command.description or "").endswith(".")] == []
    unexplained = [
        (prog, action.metavar or action.option_strings)
        for prog, command in commands.items()
        for action in command._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert unexplained == []
