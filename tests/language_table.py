"""Makes docs/language.md from the code and the golden cases: `python -m tests.language_table --write`.

A row is a form (tests/language_forms.py). What carries it out is asked of the code: the parser for the form's sample,
then the compiler's builders and the machine's command tables. Its golden cases are those with a statement of the same
shape, or with the same keyword.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mbasic_core.compiler import expressions, operators
from mbasic_core.compiler.emitter import Emitter
from mbasic_core.compiler.statements import BUILDERS
from mbasic_core.compiler.statements.context import done
from mbasic_core.errors import BasicError
from mbasic_core.language import ast
from mbasic_core.language.crunch import crunch, split_number
from mbasic_core.language.items import data_end, skip_item
from mbasic_core.language.parser import parse_line
from mbasic_core.language.tokens import FUNCTION_NAMES, SPELLINGS, Tok
from mbasic_core.machine import Machine
from tests.language_forms import FUNCTIONS, OPERATORS, STATEMENTS

__all__ = ["Row", "functions", "kinds", "operators_", "render", "statements"]

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "language.md"
GOLDEN = ROOT / "tests" / "golden"
LINKS = 3
TYPES = {"I": "integer", "S": "single", "D": "double", "$": "text", "N": "integer or single", "X": "any number"}
NONE = "Illegal function call"
TOKENS_ONLY = "session/save_tok_all.session"
"""A program with all keywords that is saved and listed, never run."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    form: str
    words: frozenset[str]
    """The keywords that the form's sample has."""
    home: str
    """The module that carries it out, below `mbasic_core`; `NONE` when nothing does."""
    cases: tuple[str, ...]
    """Golden cases, `area/name.bas` or `area/name.session`."""
    gives: str = ""
    """The type of a function's value."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a golden case has in it."""

    name: str
    words: frozenset[str]
    shapes: frozenset[frozenset[str]]


def statements() -> dict[str, list[Row]]:
    """The rows of statements, by area."""
    cases = list(_cases())
    tables = _tables()
    return {
        area: [_statement(form, sample, cases, tables) for form, sample in forms] for area, forms in STATEMENTS.items()
    }


def kinds() -> set[type[ast.Statement]]:
    """The kinds of statements that have a row."""
    return {type(parse_line(crunch(sample, _ignore))[0]) for forms in STATEMENTS.values() for _, sample in forms}


def functions() -> dict[str, list[Row]]:
    """The rows of functions, by area."""
    cases = list(_cases())
    return {area: [_function(form, sample, cases) for form, sample in forms] for area, forms in FUNCTIONS.items()}


def operators_() -> list[Row]:
    """The rows of operators."""
    cases = list(_cases())
    home = _below(operators.__name__)
    return [_operator(form, sample, cases, home) for form, sample in OPERATORS]


def render() -> str:
    """The whole document."""
    parts = [_HEAD]
    for area, rows in statements().items():
        parts += [f"### {area}\n", "| statement | carried out in | golden cases |\n|---|---|---|"]
        parts += [f"| {_code(row.form)} | {_home(row)} | {_links(row)} |" for row in rows]
        parts[-1] += "\n"
    parts.append("## Functions\n")
    for area, rows in functions().items():
        parts += [f"### {area}\n", "| function | gives | worked out in | golden cases |\n|---|---|---|---|"]
        parts += [f"| {_code(row.form)} | {row.gives} | {_home(row)} | {_links(row)} |" for row in rows]
        parts[-1] += "\n"
    parts += [_OPERATORS, "| operator | golden cases |\n|---|---|"]
    parts += [f"| {_code(row.form)} | {_links(row)} |" for row in operators_()]
    return "\n".join(parts) + "\n"


# --- rows


def _statement(form: str, sample: str, cases: list[Case], tables: dict[type[ast.Statement], str]) -> Row:
    tokens = crunch(sample, _ignore)
    parsed = parse_line(tokens)
    assert not any(isinstance(statement, ast.Bad) for statement in parsed), sample
    wanted, words = _shape(parsed[0]), frozenset(_words(tokens))
    found = [case.name for case in cases if words <= case.words and any(wanted <= shape for shape in case.shapes)]
    return Row(form, words, tables.get(type(parsed[0]), NONE), tuple(found))


def _function(form: str, sample: str, cases: list[Case]) -> Row:
    tokens, item = _expression(sample)
    key = _key(item)
    home, gives = _compiled(item)
    variants = {
        _compiled(_expression(re.sub(r"\(1(\.5)?\)", f"({number})", sample))[1])[1] for number in ("1", "1.5", "1.5#")
    }
    if len(variants) > 1:
        gives = "the same type"
    elif isinstance(item, ast.FnCall):
        gives = "its name's type"
    found = tuple(case.name for case in cases if key in case.words)
    return Row(form, frozenset(_words(tokens)) - {"PRINT"}, home, found, gives)


def _expression(text: str) -> tuple[bytes, ast.Expr]:
    """The tokens of PRINT with an expression, and the expression."""
    tokens = crunch(f"PRINT {text}", _ignore)
    [statement] = parse_line(tokens)
    assert isinstance(statement, ast.Print), text
    [item] = statement.items
    assert isinstance(item, ast.Expr), text
    return tokens, item


def _compiled(item: ast.Expr) -> tuple[str, str]:
    """Where a function is worked out, and what it gives: what its compiled text calls last."""
    machine = Machine()
    out = Emitter(machine.state.variables)
    operand = expressions.value(out, item)
    last = out.lines[-1].strip() if out.lines else ""
    if last.startswith("raise"):
        return NONE, ""
    called = re.search(r"(\w+)\(", last)
    names = machine._program.operations.names
    module = getattr(names.get(called[1]), "__module__", "") if called else ""
    direct = not module.startswith("mbasic_core.") or "lambda" in str(names[called[1]] if called else "")
    return "compiler/functions.py" if direct else _below(module), TYPES[operand.type]


def _operator(form: str, sample: str, cases: list[Case], home: str) -> Row:
    tokens, item = _expression(sample)
    key = _key(item)
    return Row(form, frozenset(_words(tokens)) - {"PRINT"}, home, tuple(c.name for c in cases if key in c.words))


def _tables() -> dict[type[ast.Statement], str]:
    """Where each statement is carried out."""
    machine = Machine()
    commands: dict[type[ast.Statement], Callable[..., Any]] = dict(machine._commands._table)
    commands |= machine._commands.filing.table
    found = {node: _below(method.__module__) for node, method in commands.items()}
    for node, builder in BUILDERS.items():
        module = next((m.__name__ for m in _statement_modules() if node in m.BUILDERS), builder.__module__)
        found[node] = _below(module) if builder is not done else f"{_below(module)} (nothing to do)"
    return found


def _statement_modules() -> Iterator[Any]:
    package = sys.modules["mbasic_core.compiler.statements"]
    return (module for module in vars(package).values() if hasattr(module, "BUILDERS") and module is not package)


def _below(module: str) -> str:
    return module.removeprefix("mbasic_core.").replace(".", "/") + ".py"


# --- shapes


def _shape(node: Any) -> frozenset[str]:
    """The kind of a statement and what is given in it: a form is found where its own shape is part of a statement's."""
    marks = {type(node).__name__}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, bool) or field.name in ("mode", "type"):
            marks.add(f"{field.name}={value}")
        elif field.name == "line" and isinstance(value, int):
            marks.add(f"{field.name}={'0' if value == 0 else 'some'}")
        elif value not in (None, "", ()):
            marks.add(field.name)
        if field.name == "items":
            marks |= {type(item).__name__ for item in value if isinstance(item, ast.Tab | ast.Spc)}
    return frozenset(marks)


def _key(node: Any) -> str:
    """What an expression is, by its outermost part."""
    match node:
        case ast.Call("INPUT$", args):
            return f"INPUT$ {len(args)}"
        case ast.Call(name):
            return name
        case ast.Binary(op) | ast.Unary(op):
            return f"{op} {type(node).__name__}"
    return type(node).__name__


def _keys(node: object) -> Iterator[str]:
    """The keys of all expressions in a statement; FN's body and IF's condition are among them."""
    if isinstance(node, ast.Node):
        yield _key(node)
        for field in fields(node):  # type: ignore[arg-type]  # every node is a dataclass
            yield from _keys(getattr(node, field.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from _keys(part)


# --- golden cases


def _cases() -> Iterator[Case]:
    for path in sorted([*GOLDEN.glob("*/*.bas"), *GOLDEN.glob("*/*.session")]):
        words: set[str] = set()
        shapes: set[frozenset[str]] = set()
        for line in path.read_text("latin-1").splitlines():
            try:
                tokens = crunch(split_number(line)[1], _ignore)
            except BasicError:
                continue
            words |= _words(tokens)
            for statement in parse_line(tokens):
                shapes.add(_shape(statement))
                words.update(_keys(statement))
        yield Case(path.relative_to(GOLDEN).as_posix(), frozenset(words), frozenset(shapes))


def _words(tokens: bytes) -> set[str]:
    """The keywords in a line's tokens."""
    words: set[str] = set()
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token == ord('"'):
            place = tokens.find(b'"', place + 1) + 1 or len(tokens)
            continue
        if token == Tok.FUNCTION:
            words.add(FUNCTION_NAMES.get(tokens[place + 1] if place + 1 < len(tokens) else 0, ""))
        elif token in SPELLINGS:
            words.add(SPELLINGS[token])
        if token == Tok.REM:
            return words | ({"'"} if tokens[place + 1 : place + 2] == bytes((Tok.QUOTE,)) else set())
        place = data_end(tokens, place) if token == Tok.DATA else skip_item(tokens, place)
    return words


def _ignore(_code: object) -> None:
    """A constant that overflows is of no interest here."""


# --- text


def _code(text: str) -> str:
    return f"`{text}`"


def _home(row: Row) -> str:
    path, _, note = row.home.partition(" ")
    return row.home if row.home == NONE else f"[{path}](../mbasic_core/{path}){' ' + note if note else ''}"


def _links(row: Row) -> str:
    run = [name for name in row.cases if name != TOKENS_ONLY]
    links = [f"[{name.rpartition('.')[0]}](../tests/golden/{name})" for name in _varied(run or row.cases)]
    more = len(run) - len(links)
    note = f" and {more} more" if more > 0 else ""
    return ", ".join(links) + (note if run or not links else " (its tokens)")


def _varied(cases: Iterable[str]) -> list[str]:
    """A few cases, from different areas where possible."""
    first: dict[str, str] = {}
    for name in cases:
        first.setdefault(name.partition("/")[0], name)
    chosen = list(first.values())[:LINKS]
    chosen += [name for name in cases if name not in chosen][: LINKS - len(chosen)]
    return sorted(chosen)


_HEAD = """\
# The language, statement by statement

What of MBASIC 5.21 is there, in which module, and which cases recorded from the original use it. This page is made
from the code and the cases by `python -m tests.language_table --write`; tests fail when it is out of date, when a
keyword has no row, and when a row has no case and is not known for that. How the original differs is in
[differences.md](differences.md), how it computes in [numerics.md](numerics.md); programs that use most of this are in
[mbasic_core/examples](../mbasic_core/examples).

`[ ]` marks what may be left out. Names have up to 40 characters and end in `%` (integer), `!` (single), `#` (double) or
`$` (text); a name without any of them is single, or what DEFINT and its like say. Of each row's cases a few are named;
"its tokens" are of a program that is saved and listed but not run.

## Statements and commands
"""

_OPERATORS = """\
## Operators

From those that bind closest to the last. Relations also have the forms `<>`, `<=` and `>=`, with their two
characters in either order; `+` and relations work on text too.
"""


def main(arguments: list[str]) -> int:
    text = render()
    if "--write" in arguments:
        DOCUMENT.write_text(text, encoding="utf-8")
        return 0
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
