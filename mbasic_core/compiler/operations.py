"""What compiled statements call: the globals of their functions."""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import Any

from mbasic_core.compiler.listing import Listing
from mbasic_core.errors import BasicError, ErrorCode, message
from mbasic_core.language import ast
from mbasic_core.numeric import arithmetic, convert, double, functions, literals, mbf, rnd, single
from mbasic_core.numeric.format import hex_text, number_text, oct_text
from mbasic_core.runtime import strings
from mbasic_core.runtime.control import Exhausted, Halt, Located
from mbasic_core.runtime.data import DataReader
from mbasic_core.runtime.disk import Disk
from mbasic_core.runtime.files import Files
from mbasic_core.runtime.keyboard import Keyboard
from mbasic_core.runtime.memory import Memory
from mbasic_core.runtime.position import END, Position
from mbasic_core.runtime.printer import Printer
from mbasic_core.runtime.screen import Screen
from mbasic_core.runtime.stack import ControlStack
from mbasic_core.runtime.state import State
from mbasic_core.runtime.using import Using

__all__ = ["Operations"]


class Operations:
    """The operations that need the state, and `names`: everything that generated code may mention."""

    def __init__(self, state: State, listing: Listing, disk: Disk, *, forget: Callable[[], None]) -> None:
        self.state = state
        self.listing = listing
        self._forget = forget
        self.screen = Screen(state)
        self.printer = Printer(state)
        self.keyboard = Keyboard(state, self.screen, self.fault)
        self.data = DataReader(state, listing, self.fault)
        self.files = Files(state, disk, self.fault)
        self.memory = Memory(state, self.files)
        self.stack = ControlStack(state)
        self.names: dict[str, Any] = self._names()

    def fault(self, code: ErrorCode) -> None:
        """Overflow, Division by zero: printed, unless ON ERROR GOTO catches them (docs/numerics.md section 8)."""
        trap = self.state.trap
        if trap.line and trap.position == END:
            raise BasicError(code)
        self.screen.write(message(code))
        self.screen.newline()

    def draw(self, argument: float) -> float:
        """RND."""
        self.state.rnd, number = rnd.rnd(self.state.rnd, argument)
        return number

    def seed(self, number: int) -> None:
        """RANDOMIZE."""
        self.state.rnd = rnd.randomize(self.state.rnd, number)

    def set_trap(self, line: int) -> None:
        """ON ERROR GOTO; 0 inside the trap's routine hands the error on to the user."""
        trap = self.state.trap
        trap.line = line
        if not line and trap.position != END:
            raise Located(trap.code, trap.at_line, final=True)

    def resume(self, place: Position | None, behind: bool) -> Position:
        """Where RESUME goes; raises RESUME without error, which no ON ERROR GOTO catches."""
        trap = self.state.trap
        failed = trap.position
        if failed == END:
            trap.line = 0
            raise BasicError(ErrorCode.RESUME_WITHOUT_ERROR)
        trap.position = END
        trap.code = 0
        if place is not None:
            return place
        return self.listing.behind(failed) if behind else failed

    def erase(self, slot: int) -> None:
        self.state.variables.erase(slot)
        self._forget()

    def option_base(self, base: int) -> None:
        self.state.variables.set_base(base)
        self._forget()

    def define_types(self, letter: str, ranges: tuple[tuple[str, str], ...]) -> None:
        """DEFINT and the like: names in statements compiled so far may mean other variables now."""
        variables = self.state.variables
        before = variables.types[:]
        variables.set_types(letter, ranges)
        if variables.types != before:
            self._forget()

    def justify(self, variable: list[Any], old: str, new: str, right: bool) -> str:
        """LSET and RSET: the value that the variable gets; one that shows a FIELD buffer changes that."""
        made = new[: len(old)].rjust(len(old)) if right else new[: len(old)].ljust(len(old))
        self.files.assign(variable, old, made)
        return made

    def define_function(self, key: str, place: Position) -> None:
        self.state.functions[key] = place

    def takes_nothing(self, key: str) -> bool:
        """Whether a user function is defined that has no parameters."""
        place = self.state.functions.get(key)
        statement = None if place is None else self.listing.statement(place)
        return isinstance(statement, ast.DefFn) and not statement.parameters

    def _names(self) -> dict[str, Any]:
        state, variables, memory = self.state, self.state.variables, self.memory
        own = {
            name: getattr(self, name)
            for name in ("fault", "draw", "seed", "set_trap", "resume", "erase", "option_base", "define_types")
        }
        return {
            **own,
            "__builtins__": {
                "IndexError": IndexError, "TypeError": TypeError, "abs": abs, "float": float, "int": int, "len": len,
                "list": list, "type": type, "str": str,
            },
            "define_function": self.define_function, "takes_nothing": self.takes_nothing,
            "v": variables.values, "A": variables.cells, "stack": state.stack, "state": state, "trap": state.trap,
            "screen": self.screen, "printer": self.printer, "keyboard": self.keyboard,
            "NO_FRAME": (-1, -1, -1), "CHARACTERS": strings.CHARACTERS,
            "BasicError": BasicError, "Exhausted": Exhausted, "Halt": Halt, "Located": Located, "Using": Using,
            "floor": floor, "ZEROS": mbf.ZEROS, "DOUBLE_ZEROS": mbf.DOUBLE_ZEROS,
            "add_slow": single.add_slow, "mul_slow": single.mul_slow, "div_slow": single.div_slow,
            "mul": single.mul, "dadd": double.dadd, "dsub": double.dsub, "dmul": double.dmul,
            "ddiv": double.ddiv, "plus": arithmetic.plus, "minus": arithmetic.minus, "times": arithmetic.times,
            "over": arithmetic.over, "idiv": arithmetic.idiv, "mod": arithmetic.mod, "neg": convert.neg,
            "compare": arithmetic.compare,
            "csng": convert.csng, "cdbl": convert.cdbl, "cint": convert.cint, "int_": convert.int_, "fix": convert.fix,
            "sgn": convert.sgn, "abs_": convert.abs_,
            "sin": functions.sin, "cos": functions.cos, "tan": functions.tan, "atn": functions.atn,
            "log": functions.log, "exp": functions.exp, "sqr": functions.sqr, "power": functions.power,
            "val": literals.val, "number_text": number_text, "hex_text": hex_text, "oct_text": oct_text,
            "ascii_code": strings.ascii_code, "instr": strings.instr, "replace_middle": strings.replace_middle,
            "replace_by_itself": strings.replace_by_itself,
            "cvi": strings.cvi, "cvs": strings.cvs, "cvd": strings.cvd,
            "mki": strings.mki, "mks": strings.mks, "mkd": strings.mkd,
            "element": variables.element, "set_element": variables.set_element, "dim": variables.dim,
            "read": self.data.read, "restore": self.data.restore,
            "inkey": self.keyboard.inkey, "take_keys": self.keyboard.take, "need_keys": self.keyboard.need,
            "peek": memory.peek, "poke": memory.poke, "inp": memory.inp, "fre": memory.fre,
            "varptr": memory.varptr, "allot": memory.allot,
            "pos": lambda: state.column % 256 + 1, "lpos": lambda: state.printer_column + 1,
            "varptr_file": self.files.address,
            "eof": self.files.eof, "loc": self.files.loc, "lof": self.files.lof, "writer": self.files.writer,
            "reader": self.files.reader, "source": self.files.source, "justify": self.justify,
            "change_field": self.files.assign,
            "deep": self.stack.deep, "roomy": self.stack.roomy, "check_stack": self.stack.check,
            "drop_loop": self.stack.drop_loop,
            "find_loop": self.stack.find_loop, "enter_while": self.stack.enter_while,
            "leave_while": self.stack.leave_while, "find_while": self.stack.find_while,
        }  # fmt: skip
