"""Statements of programs."""

from __future__ import annotations

from dataclasses import dataclass

from mbasic_core.language.ast.expressions import Expr, PrintItem, Statement, Target, Var


@dataclass(frozen=True, slots=True)
class Bad(Statement):
    """What could not be parsed; running it raises the error `code` (2 Syntax error, 22 Missing operand, ...)."""

    code: int


@dataclass(frozen=True, slots=True)
class Let(Statement):
    target: Target
    value: Expr


@dataclass(frozen=True, slots=True)
class MidLet(Statement):
    """MID$(target, start [, length]) = value."""

    target: Target
    start: Expr
    length: Expr | None
    value: Expr


@dataclass(frozen=True, slots=True)
class Print(Statement):
    """PRINT, PRINT#, LPRINT, each [USING]; `newline` says whether the statement ends its line.

    `broken`: where the next value of USING should stand is none (a `Bad` follows); the format is gone through up to it.
    """

    items: tuple[PrintItem, ...]
    newline: bool
    file: Expr | None = None
    using: Expr | None = None
    printer: bool = False
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Write(Statement):
    items: tuple[Expr, ...]
    newline: bool = True
    file: Expr | None = None


@dataclass(frozen=True, slots=True)
class Input(Statement):
    """INPUT[;]["prompt"{;|,}] targets, and INPUT#; `question` adds "? ", `newline` is False for `INPUT;`.

    Without targets a line is read and forgotten: MBASIC sees what is wrong in the list of variables (a `Bad` that
    follows) only after it has got the line.
    """

    targets: tuple[Target, ...]
    prompt: str = ""
    question: bool = True
    newline: bool = True
    file: Expr | None = None


@dataclass(frozen=True, slots=True)
class LineInput(Statement):
    target: Target
    prompt: str = ""
    newline: bool = True
    file: Expr | None = None


@dataclass(frozen=True, slots=True)
class If(Statement):
    condition: Expr
    otherwise: int | None


@dataclass(frozen=True, slots=True)
class Else(Statement):
    """Ends a THEN branch that ran into it: on to the next line."""


@dataclass(frozen=True, slots=True)
class For(Statement):
    variable: Target
    start: Expr
    limit: Expr
    step: Expr | None


@dataclass(frozen=True, slots=True)
class Next(Statement):
    variable: Target | None


@dataclass(frozen=True, slots=True)
class While(Statement):
    condition: Expr


@dataclass(frozen=True, slots=True)
class Wend(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Goto(Statement):
    line: int


@dataclass(frozen=True, slots=True)
class Gosub(Statement):
    line: int


@dataclass(frozen=True, slots=True)
class Return(Statement):
    line: int | None = None


@dataclass(frozen=True, slots=True)
class OnGoto(Statement):
    """ON selector GOTO or GOSUB lines; None where a number is missing."""

    selector: Expr
    lines: tuple[int | None, ...]
    gosub: bool


@dataclass(frozen=True, slots=True)
class OnError(Statement):
    """ON ERROR GOTO line; 0 switches the trap off."""

    line: int


@dataclass(frozen=True, slots=True)
class Resume(Statement):
    """RESUME or RESUME 0 (`line` 0), RESUME NEXT (`next`), RESUME line."""

    line: int = 0
    next: bool = False


@dataclass(frozen=True, slots=True)
class Error(Statement):
    code: Expr


@dataclass(frozen=True, slots=True)
class Dim(Statement):
    """DIM of one array; a `Var` is DIM A without subscripts, which does nothing."""

    target: Target


@dataclass(frozen=True, slots=True)
class Erase(Statement):
    """ERASE of one array."""

    name: str
    suffix: str


@dataclass(frozen=True, slots=True)
class OptionBase(Statement):
    base: int


@dataclass(frozen=True, slots=True)
class Data(Statement):
    """DATA; `text` is everything between the keyword and the end of the statement, as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Read(Statement):
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Restore(Statement):
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DefFn(Statement):
    """DEF FNname(parameters) = body; `name` without the FN, parameters as Var."""

    name: str
    suffix: str
    parameters: tuple[Var, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class DefType(Statement):
    """DEFINT, DEFSNG, DEFDBL, DEFSTR: `type` is one of I S D $, `ranges` are pairs of letters, both included."""

    type: str
    ranges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DefUsr(Statement):
    number: int
    address: Expr


@dataclass(frozen=True, slots=True)
class Swap(Statement):
    left: Target
    right: Target


@dataclass(frozen=True, slots=True)
class Randomize(Statement):
    seed: Expr | None


@dataclass(frozen=True, slots=True)
class Rem(Statement):
    """REM or '."""


@dataclass(frozen=True, slots=True)
class Stop(Statement):
    pass


@dataclass(frozen=True, slots=True)
class End(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Clear(Statement):
    """CLEAR [,[memory][,stack]]; the old form's string space is `first`."""

    first: Expr | None = None
    memory: Expr | None = None
    stack: Expr | None = None


@dataclass(frozen=True, slots=True)
class Tron(Statement):
    on: bool


@dataclass(frozen=True, slots=True)
class Width(Statement):
    columns: Expr
    printer: bool = False


@dataclass(frozen=True, slots=True)
class Null(Statement):
    count: Expr


@dataclass(frozen=True, slots=True)
class Poke(Statement):
    address: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Out(Statement):
    port: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Wait(Statement):
    port: Expr
    mask: Expr
    select: Expr | None


@dataclass(frozen=True, slots=True)
class CallMachine(Statement):
    """CALL variable [(arguments)]."""

    address: Target
    args: tuple[Target, ...]
