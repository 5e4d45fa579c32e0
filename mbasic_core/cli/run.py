"""`mbasic run FILE`: a program from start to end, as a filter from stdin to stdout."""

from __future__ import annotations

import sys
from typing import BinaryIO

from mbasic_core.cli.console import Console, standard_streams
from mbasic_core.cli.failure import BROKEN_OFF, INTERRUPTED, Failure
from mbasic_core.cli.source import read_program
from mbasic_core.errors import BasicError
from mbasic_core.machine.events import Failed, Output

__all__ = ["run", "run_program"]


def run(path: str, *, strict: bool = False, files: int = 3, record: int = 128) -> int:
    """Run a program file on the process's own stdin and stdout, with Ctrl-C as break key; returns the exit status.

    `strict`: with the memory of the real machine. `files`: file numbers; `record`: bytes of the longest record.
    """
    console = Console(*standard_streams(), prompts=False, strict=strict, files=files, record=record)
    program = read_program(path)
    with console.breakable():
        return _run(console, program)


def run_program(text: str, stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Run a program's text; returns 0, 1 after a BASIC error that stopped it, or 130 after a break key (^C in `stdin`).

    Raises Failure (status 1) when it waits for input and there is no more, and for a text that is no program.
    """
    return _run(Console(stdin, stdout, prompts=False), text)


def _run(console: Console, program: str | bytes) -> int:
    machine = console.machine
    try:
        machine.load_program(program) if isinstance(program, str) else machine.load_file(program)
    except BasicError as error:  # nothing runs then, and the message is no output of the program
        raise Failure(f"the program cannot be loaded: {error}", status=BROKEN_OFF) from error
    for event in machine.advance(1):
        if isinstance(event, Output):  # of a constant that is too large: it is no output of the program
            sys.stderr.write(event.text.replace("\r\n", "\n"))
    console.command("RUN")
    last = console.settle()
    if console.interrupted:
        return INTERRUPTED
    return BROKEN_OFF if isinstance(last, Failed) else 0
