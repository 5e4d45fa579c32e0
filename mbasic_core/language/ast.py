"""What a line of BASIC means: frozen nodes for expressions and for the flattened statements of a line.

A line parses to a flat tuple of statements; (line, index) names a statement everywhere: in FOR frames, in the place to
go on, in snapshots. Flattening rules:

- IF is followed by the statements of its THEN branch, then by `Else` (which ends the line when run into) and those of
  its ELSE branch; `If.otherwise` is the index to go to when the condition is false, None the next line. `IF X THEN 100`
  is `If` followed by `Goto`.
- `NEXT J,I` is two `Next`; `DIM A(1),B(2)` two `Dim`; `READ A,B` stays one `Read`.
- Bad syntax is a statement of its own behind what could be parsed, because MBASIC runs a statement up to the error:
  `PRINT 1;)` is `Print` (without its newline) followed by `Bad`.
"""

from __future__ import annotations

from dataclasses import dataclass

Number = int | float | tuple[int, int]
"""A numeric constant by type: % int, ! float, # (mantissa, exponent)."""


class Node:
    """Base of all nodes."""

    __slots__ = ()


class Expr(Node):
    """Something with a value."""

    __slots__ = ()


class Statement(Node):
    """One step of a program."""

    __slots__ = ()


# --- expressions


@dataclass(frozen=True, slots=True)
class Num(Expr):
    value: Number


@dataclass(frozen=True, slots=True)
class Str(Expr):
    value: str


@dataclass(frozen=True, slots=True)
class Var(Expr):
    """A scalar; `suffix` is one of `% ! # $`, or "" when the DEFtype table decides at run time. Upper case."""

    name: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Index(Expr):
    """An array element."""

    name: str
    suffix: str
    subscripts: tuple[Expr, ...]


Target = Var | Index


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """`op` is "-", "+" or "NOT"."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    r"""`op` is one of ^ * / \ MOD + - = <> < > <= >= AND OR XOR EQV IMP."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A built-in function or system variable by its MBASIC name (`LEFT$`, `RND`, `ERR`, `INKEY$`, ...).

    The parser has checked how many arguments there are. `USRn` is `Call("USR", (Num(n), argument))`; `EOF`, `LOC`,
    `LOF` and `VARPTR(#n)` (as `VARPTR#`) take the file number as an expression; `INSTR` has two or three arguments;
    `INPUT$` has one or two (count, file).
    """

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class VarPtr(Expr):
    target: Target


@dataclass(frozen=True, slots=True)
class FnCall(Expr):
    """FNname(args); `name` without the FN."""

    name: str
    suffix: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class BadExpr(Expr):
    """The body of a function with wrong syntax: evaluating it raises the error `code` in the calling statement."""

    code: int


# --- items of PRINT


@dataclass(frozen=True, slots=True)
class Tab(Node):
    column: Expr


@dataclass(frozen=True, slots=True)
class Spc(Node):
    count: Expr


@dataclass(frozen=True, slots=True)
class Separator(Node):
    """`,` or `;`."""

    mark: str


PrintItem = Expr | Tab | Spc | Separator


# --- statements of programs


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
    """PRINT, PRINT#, LPRINT, each [USING]; `newline` says whether the statement ends its line."""

    items: tuple[PrintItem, ...]
    newline: bool
    file: Expr | None = None
    using: Expr | None = None
    printer: bool = False


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
    """ON selector GOTO or GOSUB lines."""

    selector: Expr
    lines: tuple[int, ...]
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


# --- files


@dataclass(frozen=True, slots=True)
class Open(Statement):
    mode: Expr
    file: Expr
    name: Expr
    length: Expr | None


@dataclass(frozen=True, slots=True)
class Close(Statement):
    """CLOSE; no files means all. RESET is `Close` with `reset`."""

    files: tuple[Expr, ...] = ()
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Field(Statement):
    file: Expr
    fields: tuple[tuple[Expr, Target], ...]


@dataclass(frozen=True, slots=True)
class GetPut(Statement):
    put: bool
    file: Expr
    record: Expr | None


@dataclass(frozen=True, slots=True)
class LSet(Statement):
    """LSET, and RSET when `right`."""

    target: Target
    value: Expr
    right: bool


@dataclass(frozen=True, slots=True)
class Kill(Statement):
    name: Expr


@dataclass(frozen=True, slots=True)
class Name(Statement):
    old: Expr
    new: Expr


@dataclass(frozen=True, slots=True)
class Files(Statement):
    pattern: Expr | None


# --- commands


@dataclass(frozen=True, slots=True)
class LineRange(Node):
    """`10-50`, `10-`, `-50`, `10`, `.` (current line, as -1); None at an open end. `10` alone has both ends equal."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Run(Statement):
    line: int | None = None
    name: Expr | None = None
    keep_files: bool = False


@dataclass(frozen=True, slots=True)
class List(Statement):
    range: LineRange | None
    printer: bool = False


@dataclass(frozen=True, slots=True)
class New(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Delete(Statement):
    range: LineRange


@dataclass(frozen=True, slots=True)
class Cont(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Auto(Statement):
    start: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Renum(Statement):
    new: int | None
    old: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Edit(Statement):
    line: int


@dataclass(frozen=True, slots=True)
class Load(Statement):
    name: Expr
    run: bool


@dataclass(frozen=True, slots=True)
class Save(Statement):
    """`mode` is "" (tokenised), "A" or "P"."""

    name: Expr
    mode: str


@dataclass(frozen=True, slots=True)
class Merge(Statement):
    name: Expr


@dataclass(frozen=True, slots=True)
class Chain(Statement):
    name: Expr
    merge: bool
    line: Expr | None
    all: bool
    delete: LineRange | None


@dataclass(frozen=True, slots=True)
class Common(Statement):
    """COMMON: scalars as (name, suffix, False), arrays as (name, suffix, True)."""

    variables: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class System(Statement):
    pass
