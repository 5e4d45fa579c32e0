"""The whole of a BASIC machine as data: what a snapshot holds, and nothing else counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mbasic_core.numeric import rnd
from mbasic_core.runtime.position import END, Position
from mbasic_core.runtime.variables import Variables

__all__ = ["FOR", "GOSUB", "WHILE", "Edit", "ErrorTrap", "FieldPart", "Frame", "OpenFile", "State", "Waiting"]

GOSUB, FOR, WHILE = 0, 1, 2

Frame = tuple[Any, ...]
"""One entry of the control stack: (GOSUB, return position) | (FOR, slot, limit, step, position of the body) |
(WHILE, position of WHILE, position behind WEND)."""


@dataclass(slots=True)
class ErrorTrap:
    """ON ERROR GOTO and what it caught."""

    line: int = 0
    """Where ON ERROR GOTO goes; 0: nowhere."""
    code: int = 0
    """ERR."""
    at_line: int = 0
    """ERL."""
    position: Position = END
    """The statement that failed, for RESUME; END when no error is being handled."""


@dataclass(slots=True)
class Waiting:
    """What the program waits for from the keyboard."""

    kind: str = ""
    """"" nothing, "line" INPUT or LINE INPUT, "keys" INPUT$, "pause" any key (Ctrl-S)."""
    count: int = 0
    """Keys that INPUT$ still wants."""
    newline: bool = True
    """Whether Enter moves the cursor to a new line (`INPUT;` does not)."""
    reply: str | None = None
    """The line that was fed and the statement has not taken yet."""


@dataclass(slots=True)
class Edit:
    """A line that EDIT is at work on, between two keys."""

    line: int
    """Its number; of one that is being typed it does not count."""
    text: str
    at: int = 0
    """Characters to the left of the cursor."""
    count: int = 0
    """How often the command is to be done, as typed so far, or what is left of it (C)."""
    command: str = ""
    """"" a command comes next, else the command that needs a further character: I, C, S or K."""
    typed: bool = False
    """It is the line being typed (Ctrl-A), not one of the program."""


@dataclass(slots=True)
class FieldPart:
    """One variable of FIELD: it shows `width` bytes of the buffer from `start`."""

    variable: list[Any]
    """Full name, and the subscripts of an element."""
    width: int
    start: int = 0


@dataclass(slots=True)
class OpenFile:
    """An open file as data: the disk has the bytes, this is how far the program got."""

    name: str
    mode: str
    """"I", "O" or "R"."""
    length: int = 128
    """Bytes of a record."""
    offset: int = 0
    """Bytes read (I), or used of the buffer by PRINT# and INPUT# (R)."""
    column: int = 0
    buffer: bytes = b""
    """What was written and is not on the disk yet (O), or the record (R)."""
    record: int = 0
    past_end: bool = False
    fields: list[FieldPart] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """Everything a BASIC session is; all fields are plain data."""

    program: dict[int, bytes] = field(default_factory=dict)
    """Tokenised lines by number."""
    variables: Variables = field(default_factory=Variables)
    functions: dict[str, Position] = field(default_factory=dict)
    """DEF FN: full function name to the statement that defined it."""
    stack: list[Frame] = field(default_factory=list)
    running: bool = False
    """A program or a direct-mode line is being executed."""
    pc: Position = END
    """The statement to execute next."""
    direct: bytes = b""
    """The direct-mode line being executed, tokenised."""
    resume: Position | None = None
    """Where CONT goes on; None: it can't."""
    data: Position = END
    """The DATA statement being read; END: none yet."""
    data_offset: int = 0
    """Characters of that statement already read."""
    trap: ErrorTrap = field(default_factory=ErrorTrap)
    waiting: Waiting = field(default_factory=Waiting)
    typed: list[str] = field(default_factory=list)
    """Lines fed and not taken yet."""
    keys: str = ""
    """Keys typed ahead."""
    rnd: tuple[int, ...] = rnd.RESET
    column: int = 0
    width: int = 80
    printer_column: int = 0
    printer_width: int = 132
    muted: bool = False
    """Nothing is shown (Ctrl-O)."""
    tron: bool = False
    current: int = 0
    """The line number that `.` names."""
    stack_size: int = 512
    """Bytes of control stack, as CLEAR sets them."""
    protected: bool = False
    """The program came from a file saved with ,P: it may run but not be listed or saved."""
    mode: str = ""
    """A line-collecting command that is active in direct mode: "" or "auto"."""
    edit: Edit | None = None
    """The line being edited; keys go to it."""
    edits_errors: bool = True
    """Whether a Syntax error in the program begins to EDIT its line."""
    auto_line: int = 10
    auto_step: int = 10
    loading: str = ""
    """The text of program lines that are still to be entered, before anything typed is taken."""
    edits: int = 0
    """Changes of the program since a host gave its text; -1: that text could not be entered."""
    progress: int = 0
    """How far a command on many lines is that goes on in the next slice; LIST: the line that comes next."""
    files: dict[int, OpenFile] = field(default_factory=dict)
    file_numbers: int = field(default=3, compare=False)
    """File numbers that OPEN takes (BASIC-80 Reference Manual, start-up option /F); the host's choice, as the next."""
    longest_record: int = field(default=128, compare=False)
    """Bytes of the longest record of a random file (start-up option /S)."""
    breakpoints: list[int] = field(default_factory=list)
    """Lines before which a program stops; a host sets them."""
    stopped_in: int = -1
    """The line that a program stopped in last, by whatever was no END; -1: in none since RUN."""
    at_breakpoint: bool = False
    """It stopped there at a breakpoint."""
    passed: Position = END
    """The statement whose breakpoint was stopped at and is not to stop it again, until it has been carried out."""
    memory: dict[int, int] = field(default_factory=dict)
    """Bytes that POKE wrote, by address."""
