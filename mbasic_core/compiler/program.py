"""The program as executable steps: one Python function a statement, built when it is first reached.

A step carries out its statement and returns the position of the next one, or, after what may take long, leaves it in
the state and raises Halt("go"). Positions are plain integers, so nothing that is stored refers to generated code, and
the whole cache may vanish at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

from mbasic_core.compiler import expressions, functions, operators
from mbasic_core.compiler.emitter import Emitter, Operand, StaticError
from mbasic_core.compiler.listing import Listing
from mbasic_core.compiler.operations import Operations
from mbasic_core.compiler.statements import BUILDERS
from mbasic_core.compiler.statements.context import Context
from mbasic_core.compiler.zeros import Zeros
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language import ast
from mbasic_core.runtime.control import Exhausted, Finished, Halt, Suspend
from mbasic_core.runtime.disk import Disk
from mbasic_core.runtime.items import Value
from mbasic_core.runtime.position import DIRECT, END, Position, at, index_of, line_of
from mbasic_core.runtime.state import State
from mbasic_core.runtime.variables import SIZES, head_bytes, type_of

__all__ = ["Program", "Step"]

Step = Callable[[], Position]

DEEPEST_CALL = 64
"""User functions that may be at work within one another, however large the stack is."""
LONG = 24
"""Parts of a statement with which it takes as long as many others."""
MUCH_WORK = 100
"""Parts of user functions' expressions, computed in one statement, with which it does."""
MOST_WORK = 10_000
"""As many of them as may be: some thousandths of a second."""
CALL_BYTES = 24
"""What a user function takes on the real stack, about."""
PARAMETER_BYTES = 100
"""Where the parameters of a user function must end, in the place that is there for them."""
Execute = Callable[[ast.Statement, Position], Position]
"""Carries out a statement that the compiler leaves to the machine; answers where to go on."""


class _Steps(dict[Position, Step]):
    """Steps by position; a missing one is built."""

    __slots__ = ("_build",)

    def __init__(self, build: Callable[[Position], Step]) -> None:
        super().__init__()
        self._build = build

    def __missing__(self, position: Position) -> Step:
        step = self[position] = self._build(position)
        return step


class Program:
    """The cache of steps over a state's program and direct-mode line."""

    def __init__(self, state: State, execute: Execute, disk: Disk) -> None:
        self._state = state
        self._execute = execute
        self.credit = 0
        """Statements that may be built before `Exhausted` is raised; building takes as long as running hundreds."""
        self._depth = 0
        self._work = 0
        """Parts of user functions' expressions that the statement has computed."""
        self._functions: dict[tuple[str, Position], tuple[Callable[[tuple[Value, ...]], Value], int]] = {}
        self.listing = Listing(state)
        self._zeros = Zeros(state, self.listing)
        self.operations = Operations(state, self.listing, disk, forget=self.forget_steps)
        self.steps: dict[Position, Step] = _Steps(self._build)
        self.operations.memory.survey()
        names = self.operations.names
        names["user_function"] = self._user_function
        names["again"] = self._again

    def forget(self) -> None:
        """The program's text changed."""
        self.listing.forget()
        self._zeros.forget()
        self.operations.memory.forget()
        self.forget_steps()

    def forget_steps(self) -> None:
        """What the statements were compiled for (types of names, arrays' dimensions) changed."""
        self.steps.clear()
        self._functions.clear()

    def forget_direct(self) -> None:
        """Another direct-mode line is to be executed."""
        self.listing.forget_direct()
        for position in [p for p in self.steps if line_of(p) == DIRECT]:
            del self.steps[position]

    def stops(self, position: Position) -> bool:
        """Whether a program that gets there is to stop before it: at the start of a line with a breakpoint."""
        state = self._state
        if index_of(position) or line_of(position) not in state.breakpoints:
            return False
        begun = state.waiting.reply is not None or state.waiting.count or state.progress
        return not begun and position != state.passed

    def watch(self, line: int) -> None:
        """A line has a breakpoint now, or has it no more."""
        self.steps.pop(at(line), None)

    def evaluate(self, expr: ast.Expr) -> Value:
        """The value of an expression now, for statements that the machine carries out."""
        out = self._emitter()
        try:
            out.emit(f"return {expressions.value(out, expr).code}")
        except StaticError as error:
            out.fail(error.code)
        found: Value = self._function(out)()
        return found

    def assign(self, target: ast.Target, value: Value) -> None:
        """Give a variable a value of its own type."""
        out = self._emitter()
        key = out.variables.key(target.name, target.suffix)
        try:
            expressions.assign(out, target, Operand("value", type_of(key)))
        except StaticError as error:
            out.fail(error.code)
        self._function(out, "value")(value)

    def _emitter(self) -> Emitter:
        return Emitter(self._state.variables)

    def _again(self, position: Position) -> None:
        self.steps.pop(position, None)

    def _build(self, position: Position) -> Step:
        if position < 0:
            return _finish
        if not index_of(position) and line_of(position) in self._state.breakpoints:
            return self._watched(position)
        return self._built(position)

    def _watched(self, position: Position) -> Step:
        """The first step of a line with a breakpoint: no other line pays for it.

        The statement is built when it is to be carried out, since a FOR that is built has its variable.
        """
        state = self._state
        built = None if self.stops(position) else self._built(position)

        def step() -> Position:
            if built is None:
                del self.steps[position]
            if built is None or self.stops(position):
                raise Halt("breakpoint")
            state.passed = END
            try:
                return built()
            except (Exhausted, Suspend):  # it is not done, and begins again
                state.passed = position
                raise

        return step

    def _built(self, position: Position) -> Step:
        if self.credit <= 0:
            raise Exhausted
        self.credit -= 1
        statement = self.listing.statement(position)
        following = self.listing.following(position)
        builder = BUILDERS.get(type(statement))
        if builder is None:
            return self._carried_out(statement, following)
        out = self._emitter()
        out.passed = self._zeros.passed(position)
        if out.passed is not None:
            self._state.variables.marked = True
        try:
            if not isinstance(statement, ast.DefFn):
                _hoist(out, list(_input_calls(statement)))
            builder(Context(out, self.listing, position, following), statement)
        except StaticError as error:
            out.fail(error.code)
        if out.provisional:
            out.lines.insert(0, f" again({position})")
        step, parts = self._function(out), list(ast.parts(statement))
        if len(parts) >= LONG or any(isinstance(part, ast.Call) and part.name == "FRE" for part in parts):
            return self._counted(step, much=-1)
        return self._counted(step, much=MUCH_WORK) if any(isinstance(part, ast.FnCall) for part in parts) else step

    def _carried_out(self, statement: ast.Statement, following: Position) -> Step:
        """A step that the machine carries out; as it may take long, the machine asks its host before the next one."""

        def step() -> Position:
            self._work = 0
            self._state.pc = self._execute(statement, following)
            raise Halt("go")

        return step

    def _counted(self, made: Step, *, much: int) -> Step:
        """A step whose user functions' work counts; with more than `much` the machine asks its host before the next."""

        def step() -> Position:
            self._work = 0
            following = made()
            if self._work > much:
                self._state.pc = following
                raise Halt("go")
            return following

        return step

    def _function(self, out: Emitter, parameters: str = "") -> Callable[..., Any]:
        scope: dict[str, Any] = {}
        text = f"def step({parameters}):\n" + "\n".join(out.lines or [" pass"])
        exec(_compiled(text), self.operations.names, scope)  # noqa: S102  (text made here, from the parsed program)
        made: Callable[..., Any] = scope["step"]
        return made

    def _user_function(self, key: str, args: tuple[Value, ...]) -> Value:
        """FNname(args); raises Undefined user function, or Out of memory for one that calls itself on and on.

        So do functions that call others twice, which call others twice: no statement can be broken off in its middle.
        """
        place = self._state.functions.get(key)
        if place is None:
            raise BasicError(ErrorCode.UNDEFINED_USER_FUNCTION)
        found = self._functions.get((key, place))
        if found is None:
            found = self._functions[key, place] = self._define(place, key)
        function, size = found
        self._work += size
        if self._work > MOST_WORK:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)
        if self._depth:
            self.operations.stack.deep(self._depth * CALL_BYTES)
            if self._depth >= DEEPEST_CALL:
                raise BasicError(ErrorCode.OUT_OF_MEMORY)
        self._depth += 1
        try:
            return function(args)
        finally:
            self._depth -= 1

    def _define(self, place: Position, key: str) -> tuple[Callable[[tuple[Value, ...]], Value], int]:
        """What computes a user function, and the parts of its expression."""
        statement = self.listing.statement(place)
        assert isinstance(statement, ast.DefFn)
        out = self._emitter()
        count = len(statement.parameters)
        out.emit(f"if len(args)!={count}:raise BasicError({int(ErrorCode.SYNTAX)})")
        keys = [out.variables.key(p.name, p.suffix) for p in statement.parameters]
        slots = [out.variables.slot(k) for k in keys]
        for number, parameter in enumerate(keys):
            kind = type_of(parameter)
            wrong = "not " if kind == "$" else ""
            out.emit(f"if {wrong}type(args[{number}]) is str:raise BasicError({int(ErrorCode.TYPE_MISMATCH)})")
            passed = Operand(f"args[{number}]", "$" if kind == "$" else "X")
            out.emit(f"a{number}={operators.store_value(out, passed, kind)}")
            out.emit(f"o{number}=v[{slots[number]}]")
        if sum(head_bytes(parameter) + SIZES[type_of(parameter)] for parameter in keys) >= PARAMETER_BYTES:
            out.fail(ErrorCode.ILLEGAL_FUNCTION_CALL)
        out.emit("try:")
        out.depth += 1
        for number, slot in enumerate(slots):
            out.emit(f"v[{slot}]=a{number}")
        try:
            result = expressions.value(out, statement.body)
            out.emit(f"return {operators.store_value(out, result, type_of(key))}")
        except StaticError as error:
            out.fail(error.code)
        out.depth -= 1
        out.emit("finally:")
        for number, slot in reversed(list(enumerate(slots))):
            out.emit(f" v[{slot}]=o{number}")
        out.emit(" pass")
        return self._function(out, "args"), sum(1 for _ in ast.parts(statement.body))


def _hoist(out: Emitter, calls: list[ast.Call]) -> None:
    """INPUT$ may have to wait, so it is done before anything else in its statement, when the keys for all are there."""
    counts = [[expressions.integer(out, arg) for arg in call.args] for call in calls]
    typed = [codes[0] for codes in counts if len(codes) == 1]
    if len(typed) > 1:
        out.emit(f"need_keys({'+'.join(typed)})")
    for call, codes in zip(calls, counts, strict=True):
        out.hoisted[id(call)] = functions.input_keys(out, codes)


def _finish() -> Position:
    raise Finished


@lru_cache(maxsize=4096)
def _compiled(text: str) -> CodeType:
    """Statements recur: in each run, after each edit, in every session of the process."""
    return compile(text, "<basic>", "exec")


def _input_calls(node: object) -> Iterator[ast.Call]:
    if isinstance(node, ast.Call) and node.name == "INPUT$":
        yield node
    elif isinstance(node, ast.Node):
        for name in getattr(type(node), "__dataclass_fields__", ()):
            yield from _input_calls(getattr(node, name))
    elif isinstance(node, tuple):
        for part in node:
            yield from _input_calls(part)
