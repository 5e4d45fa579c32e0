"""`mbasic` alone: BASIC's direct mode on the terminal, or on a script of lines to type."""

from __future__ import annotations

from typing import BinaryIO

from mbasic_core.cli.console import Console, standard_streams
from mbasic_core.machine.events import Quit

__all__ = ["repl", "run_session"]

_BANNER = "mbasic {version}, the language of MBASIC 5.21. SYSTEM ends it.\r\n"


def repl(*, strict: bool = False, files: int = 3, record: int = 128) -> int:
    """Talk with the person at the terminal, or with the script in stdin; returns the exit status.

    `strict`: with the memory of the real machine. `files`: file numbers; `record`: bytes of the longest record.
    """
    stdin, stdout = standard_streams()
    prompt = None
    if stdin.isatty() and stdout.isatty():
        from mbasic_core.cli.prompt import LinePrompt

        prompt = LinePrompt()
    console = Console(stdin, stdout, prompts=True, strict=strict, files=files, record=record, prompt=prompt)
    if stdin.isatty():
        from mbasic_core import __version__

        console.screen.write(_BANNER.format(version=__version__))
    try:
        with console.breakable():
            return _talk(console)
    finally:
        console.keyboard.release()


def run_session(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """The same on any two streams, without a banner; returns 0 after SYSTEM or at the end of `stdin`.

    Raises Failure (status 1) when a program waits for input and there is no more.
    """
    return _talk(Console(stdin, stdout, prompts=True))


def _talk(console: Console) -> int:
    console.screen.write("Ok\r\n")
    while not isinstance(console.settle(), Quit):
        if not console.line():
            break
    return 0
