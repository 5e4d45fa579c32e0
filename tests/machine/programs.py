"""Programs written at random by the grammar of BASIC, with a taste for what is nearly right."""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["FILES", "Writer"]

FILES = {
    "A": b'1,2,abc\r\n"q",5\r\n\x1a',
    "P.BAS": b"20 PRINT 2\r\n300 END\r\n",
    "Q.BAS": b"10 PRINT 1\r\n25 A=2\r\nPRINT\r\n",
}


def _listed(text: str) -> list[str]:
    """What stands between bars and line ends."""
    return [part.strip() for part in text.strip().replace("\n", "|").split("|")]


_NUMBERS = _listed(
    r"""
    0 | 1 | 2 | 3 | 10 | -1 | 255 | 256 | 32767 | -32768 | 65535 | 1.5 | .1 | 1E38 | 1E-38 | 1D30 | 3.14159#
    &HFFFF | &O17 | 1E10 | 99999999 | A | B | I | J | X% | Y# | Z! | I%
    """
)
_TEXTS = ['""', '"abc"', '"1E5"', '"&HFF"', '" 12,3"', "S$", "T$", "N$", "S$(1)", '"\x07\x09\xe9"']
_SCALARS = ["A", "B", "I", "J", "X%", "Y#", "S$", "T$", "Z!", "I%", "N$"]
_ARRAYS = ["A", "B%", "C#", "S$", "T"]
_OPERATORS = ["+", "-", "*", "/", "^", "\\", "=", "<", ">", "<=", ">=", "<>"]
_WORDS = [" MOD ", " AND ", " OR ", " XOR ", " EQV ", " IMP "]
_NUMERIC = _listed(
    r"""
    ABS | INT | FIX | SGN | SIN | COS | TAN | ATN | EXP | LOG | SQR | CINT | CSNG | CDBL | RND | PEEK | FRE | POS
    LPOS | INP | EOF | LOC | LOF | USR | USR3
    """
)
_OF_TEXT = ["LEN", "ASC", "VAL", "CVI", "CVS", "CVD"]
_TO_TEXT = ["CHR$", "STR$", "HEX$", "OCT$", "SPACE$", "MKI$", "MKS$", "MKD$"]
_FUNCTIONS = ["FNA", "FNB%", "FNC#", "FND$", "FNE"]
_NAMES = ['"A"', '"B.DAT"', '"P"', '"Q.BAS"', '"bad name??"', '""', '"A:X"', '"*.*"', "S$"]
_FORMATS = ['"###.##"', '"!"', '"\\ \\"', '"&"', '"**$##,.##^^^^-"', '"+#_#"', '""', "S$"]
_DATA = ["1", "abc", '"q,r"', "", "1E40", "&H1F", "-5.5", "  x y "]
_PLAIN = _listed(
    r"""
    RESUME | RESUME NEXT | RESUME 0 | RETURN | RETURN 10 | WEND | STOP | END | CLEAR | NEW | CONT | SYSTEM | RUN
    LIST | LIST 10- | LLIST | LIST . | DELETE 10-20 | DELETE . | RENUM | RENUM . | RENUM 100,10,5 | AUTO
    AUTO 100,5 | AUTO . | EDIT 10 | TRON | TROFF | CLOSE | CLOSE #1,#2 | FILES | RESET | RANDOMIZE | REM x | 'y
    ELSE | THEN 10 | CALL A | CALL A(B) | WAIT 1,2 | NULL 3 | TAB(3) | : | :: | PRINT ( | A= | LET A 3 | 1=2
    COMMON A,S$(),B% | OPTION BASE 0 | OPTION BASE 1 | OPTION BASE 2 | DEFINT A-Z | DEFSTR S,T | DEFDBL A
    DEFSNG I-N | DEFINT Z-A | WIDTH 255 | WIDTH 1 | WIDTH 40 | NEXT | NEXT I | NEXT J,I | NEXT I%
    """
)
_FILING = _listed(
    r"""
    OPEN {mode},#{file},{name} | CLOSE #{file} | PRINT#{file},{any} | WRITE#{file},{any} | INPUT#{file},{target}
    LINE INPUT#{file},{target} | FIELD #{file},{number} AS S$,{number} AS N$ | GET #{file} | GET #{file},{number}
    PUT #{file} | PUT #{file},{number} | KILL {name} | NAME {name} AS {name} | FILES {name} | SAVE {name}
    SAVE {name},A | SAVE {name},P | LOAD {name} | LOAD {name},R | MERGE {name} | RUN {name} | CHAIN {name}
    CHAIN {name},{line} | CHAIN MERGE {name},{number},ALL | CHAIN MERGE {name},10,DELETE 10-20
    """
)
_COMMON = _listed(
    r"""
    {target}={any} | {target}={any} | {target}={any} | PRINT {any};{any} | PRINT {any},{any};
    PRINT TAB({number});SPC({number}) | PRINT USING {format};{any} | WRITE {any},{any} | LPRINT {any}
    IF {number} THEN {line} | IF {number} THEN {line} ELSE {line} | FOR I={number} TO {number}
    FOR J={number} TO {number} STEP {number} | FOR I%={number} TO {number} | FOR S$=1 TO 2 | WHILE {number}
    GOTO {line} | GOSUB {line} | ON {number} GOTO {line},{line} | ON {number} GOSUB {line} | ON ERROR GOTO {line}
    RESUME {line} | ERROR {number} | DIM {array}({number}) | DIM {array}({number},{number}) | ERASE {array}
    DEF {function}(X)={any} | DEF {function}={any} | DEF {function}(S$,A)={any} | DATA {data},{data},{data}
    READ {target},{target} | RESTORE | RESTORE {line} | SWAP {target},{target} | INPUT {target}
    INPUT;{target},{target} | INPUT "p",{target} | LINE INPUT {target} | RANDOMIZE {number}
    MID$({target},{number})={text} | MID$(S$,{number},{number})={text} | LSET {target}={text} | RSET N$={text}
    WIDTH {number} | POKE {number},{number} | OUT {number},{number} | CLEAR ,,{number} | RUN {line}
    DEF USR0={number} | POKE VARPTR({target})+{small},{number} | PRINT PEEK(VARPTR({target})+{small});FRE("")
    POKE VARPTR(#{file})+{small},{number} | PRINT PEEK(&H68E8+{small}) | CLEAR ,{number} | X=VARPTR({target})
    POKE PEEK(X+1)+256*PEEK(X+2)+{small},65 | PRINT PEEK(PEEK(X+1)+256*PEEK(X+2)) | PRINT MKS$({number});MKD$(0)
    """
)
_TYPED = _listed(
    r"""
    RUN | RUN | CONT | GOTO 20 | GOSUB 10 | RETURN | NEXT | 20 | RESUME | WEND | LIST | FOR I=1 TO 3:PRINT I:NEXT
    NEXT:GOSUB 10:PRINT 1
    """
)


class Writer:
    """Writes what a source of chance decides."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._blanks: dict[str, Callable[[], str]] = {
            "any": lambda: self.expression(chance.choice((0, 1, 1, 2, 3))),
            "array": lambda: chance.choice(_ARRAYS),
            "data": lambda: chance.choice(_DATA),
            "file": lambda: chance.choice("1234"),
            "format": lambda: chance.choice(_FORMATS),
            "function": lambda: chance.choice(_FUNCTIONS),
            "line": lambda: str(chance.choice((0, 15, 65529, *range(10, 130, 10), *range(10, 130, 10)))),
            "mode": lambda: chance.choice(('"O"', '"I"', '"R"', '"X"', "S$")),
            "name": lambda: chance.choice(_NAMES),
            "number": lambda: self.number(chance.choice((0, 0, 1, 2))),
            "small": lambda: str(chance.randrange(9)),
            "target": self.target,
            "text": lambda: self.text(1),
        }

    def program(self, count: int = 0) -> str:
        """So many numbered lines; without a count up to 25."""
        lines = []
        for number in range(10, 10 * (count + 1 if count else self._chance.randint(2, 26)), 10):
            statements = ":".join(self.statement() for _ in range(self._chance.choice((1, 1, 1, 2, 3))))
            lines.append(f"{number} {statements}"[:255])
        return "\n".join(lines)

    def typed(self) -> str:
        """A line for direct mode."""
        chance = self._chance.random()
        if chance < 0.6:
            return self._chance.choice(_TYPED)
        return (self.statement() if chance < 0.8 else f"{self._chance.randrange(1, 13)}0 {self.statement()}")[:255]

    def statement(self) -> str:
        chance = self._chance.random()
        if chance < 0.02:
            junk = "".join(chr(self._chance.randrange(256)) for _ in range(self._chance.randrange(1, 20)))
            return junk.replace("\r", " ").replace("\n", " ").replace("\x1a", " ")
        kind = _COMMON if chance < 0.7 else _PLAIN if chance < 0.85 else _FILING
        return self._filled(self._chance.choice(kind))

    def _filled(self, form: str) -> str:
        pieces = form.split("{")
        for place, piece in enumerate(pieces[1:], 1):
            name, rest = piece.split("}", 1)
            pieces[place] = self._blanks[name]() + rest
        return "".join(pieces)

    def target(self) -> str:
        if self._chance.random() < 0.6:
            return self._chance.choice(_SCALARS)
        count = self._chance.choice((1, 1, 2))
        return f"{self._chance.choice(_ARRAYS)}({','.join(self.number(1) for _ in range(count))})"

    def expression(self, depth: int) -> str:
        return self.number(depth) if self._chance.random() < 0.7 else self.text(depth)

    def number(self, depth: int) -> str:
        chance = self._chance
        if depth <= 0 or chance.random() < 0.3:
            return chance.choice(_NUMBERS)
        deeper = depth - 1
        match chance.randrange(9):
            case 0 | 1 | 2:
                return self.number(deeper) + chance.choice(_OPERATORS + _WORDS) + self.number(deeper)
            case 3:
                return f"{chance.choice(('', '-', 'NOT ', '+'))}({self.number(deeper)})"
            case 4:
                return self._indexed(deeper)
            case 5:
                return f"{chance.choice(_NUMERIC)}({self.expression(deeper)})"
            case 6:
                return f"{chance.choice(_OF_TEXT)}({self.text(deeper)})"
            case 7:
                return f"{chance.choice(_FUNCTIONS)}({self.expression(deeper)})"
            case _:
                words = ("ERR", "ERL", "RND", "VARPTR(A)", "VARPTR(#1)", "FNE", f"INSTR(2,S$,{self.text(deeper)})")
                return chance.choice(words)

    def _indexed(self, depth: int) -> str:
        subscripts = ",".join(self.number(depth) for _ in range(self._chance.choice((1, 1, 2))))
        return f"{self._chance.choice(('A', 'B%', 'C#', 'T'))}({subscripts})"

    def text(self, depth: int) -> str:
        chance = self._chance
        if depth <= 0 or chance.random() < 0.3:
            return chance.choice(_TEXTS)
        deeper = depth - 1
        match chance.randrange(7):
            case 0 | 1:
                return f"{self.text(deeper)}+{self.text(deeper)}"
            case 2:
                return f"{chance.choice(('LEFT$', 'RIGHT$', 'MID$'))}({self.text(deeper)},{self.number(deeper)})"
            case 3:
                return f"MID$({self.text(deeper)},{self.number(deeper)},{self.number(deeper)})"
            case 4:
                return f"{chance.choice(_TO_TEXT)}({self.number(deeper)})"
            case 5:
                return f"STRING$({self.number(deeper)},{self.expression(deeper)})"
            case _:
                return chance.choice(("INKEY$", "INPUT$(1)", "INPUT$(1,#1)", "INPUT$(2)", "FND$(1)"))
