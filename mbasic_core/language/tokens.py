"""The token table of MBASIC 5.21: which byte of a stored line stands for which word, operator or constant.

Values: tokenised program files of MBASIC 5.21. A line is stored as these bytes and ends with a zero; functions are two
bytes, the first of them `FUNCTION`.
"""

from __future__ import annotations

from enum import IntEnum


class Tok(IntEnum):
    """Bytes of a stored line that the crunch, the lister and the parser name."""

    OCTAL = 0x0B  # & constants and line numbers: two bytes follow, low byte first
    HEX = 0x0C
    LINE_POINTER = 0x0D  # only in the memory of a running MBASIC
    LINE = 0x0E
    BYTE = 0x0F  # 10-255 in one byte
    DIGIT = 0x11  # 0; the ten digits are 0x11-0x1A
    INT = 0x1C
    SINGLE = 0x1D
    DOUBLE = 0x1F
    END = 0x81
    FOR = 0x82
    NEXT = 0x83
    DATA = 0x84
    INPUT = 0x85
    DIM = 0x86
    READ = 0x87
    LET = 0x88
    GOTO = 0x89
    RUN = 0x8A
    IF = 0x8B
    RESTORE = 0x8C
    GOSUB = 0x8D
    RETURN = 0x8E
    REM = 0x8F
    STOP = 0x90
    PRINT = 0x91
    CLEAR = 0x92
    LIST = 0x93
    NEW = 0x94
    ON = 0x95
    NULL = 0x96
    WAIT = 0x97
    DEF = 0x98
    POKE = 0x99
    CONT = 0x9A
    OUT = 0x9D
    LPRINT = 0x9E
    LLIST = 0x9F
    WIDTH = 0xA1
    ELSE = 0xA2
    TRON = 0xA3
    TROFF = 0xA4
    SWAP = 0xA5
    ERASE = 0xA6
    EDIT = 0xA7
    ERROR = 0xA8
    RESUME = 0xA9
    DELETE = 0xAA
    AUTO = 0xAB
    RENUM = 0xAC
    DEFSTR = 0xAD
    DEFINT = 0xAE
    DEFSNG = 0xAF
    DEFDBL = 0xB0
    LINE_ = 0xB1
    WHILE = 0xB4
    WEND = 0xB5
    CALL = 0xB6
    WRITE = 0xB7
    COMMON = 0xB8
    CHAIN = 0xB9
    OPTION = 0xBA
    RANDOMIZE = 0xBB
    SYSTEM = 0xBD
    OPEN = 0xBF
    FIELD = 0xC0
    GET = 0xC1
    PUT = 0xC2
    CLOSE = 0xC3
    LOAD = 0xC4
    MERGE = 0xC5
    FILES = 0xC6
    NAME = 0xC7
    KILL = 0xC8
    LSET = 0xC9
    RSET = 0xCA
    SAVE = 0xCB
    RESET = 0xCC
    TO = 0xCE
    THEN = 0xCF
    TAB = 0xD0
    STEP = 0xD1
    USR = 0xD2
    FN = 0xD3
    SPC = 0xD4
    NOT = 0xD5
    ERL = 0xD6
    ERR = 0xD7
    STRING = 0xD8
    USING = 0xD9
    INSTR = 0xDA
    QUOTE = 0xDB  # the apostrophe that begins a remark
    VARPTR = 0xDC
    INKEY = 0xDD
    GREATER = 0xEF
    EQUAL = 0xF0
    LESS = 0xF1
    PLUS = 0xF2
    MINUS = 0xF3
    TIMES = 0xF4
    DIVIDE = 0xF5
    POWER = 0xF6
    AND = 0xF7
    OR = 0xF8
    XOR = 0xF9
    EQV = 0xFA
    IMP = 0xFB
    MOD = 0xFC
    BACKSLASH = 0xFD
    FUNCTION = 0xFF


_ODD_SPELLINGS = {
    Tok.LINE_: "LINE",
    Tok.TAB: "TAB(",
    Tok.SPC: "SPC(",
    Tok.STRING: "STRING$",
    Tok.INKEY: "INKEY$",
    Tok.QUOTE: "'",
    Tok.GREATER: ">",
    Tok.EQUAL: "=",
    Tok.LESS: "<",
    Tok.PLUS: "+",
    Tok.MINUS: "-",
    Tok.TIMES: "*",
    Tok.DIVIDE: "/",
    Tok.POWER: "^",
    Tok.BACKSLASH: "\\",
}

SPELLINGS: dict[int, str] = {
    int(token): _ODD_SPELLINGS.get(token, token.name) for token in Tok if Tok.END <= token < Tok.FUNCTION
}
"""How LIST writes each one-byte token."""

SPECIAL: dict[str, int] = {spelling: token for token, spelling in SPELLINGS.items() if not spelling[0].isalpha()}
"""The tokens of `+ - * / ^ \\ ' > = <`."""

KEYWORDS: dict[str, int] = {spelling: token for token, spelling in SPELLINGS.items() if spelling[0].isalpha()}
"""Words with a one-byte token, `TAB(` and `SPC(` with their parenthesis."""

FUNCTIONS: dict[str, int] = {
    name: token
    for first, names in (
        (0x81, "LEFT$ RIGHT$ MID$ SGN INT ABS SQR RND SIN LOG EXP COS TAN ATN FRE INP POS LEN STR$ VAL ASC CHR$ PEEK"),
        (0x98, "SPACE$ OCT$ HEX$ LPOS CINT CSNG CDBL FIX"),
        (0xAB, "CVI CVS CVD"),
        (0xAF, "EOF LOC LOF MKI$ MKS$ MKD$"),
    )
    for token, name in enumerate(names.split(), first)
}
"""Words whose token is `Tok.FUNCTION` and this byte."""

FUNCTION_NAMES: dict[int, str] = {token: name for name, token in FUNCTIONS.items()}

LINE_TAKERS: frozenset[int] = frozenset(
    {
        Tok.RESTORE, Tok.AUTO, Tok.RENUM, Tok.DELETE, Tok.EDIT, Tok.RESUME, Tok.ERL, Tok.ELSE, Tok.RUN, Tok.LIST,
        Tok.LLIST, Tok.GOTO, Tok.THEN, Tok.GOSUB,
    }
)  # fmt: skip
"""Words after which a number is a line number, up to the next word, name or colon. RETURN is none of them."""

BLANKS = b" \t\n"
"""What is skipped between the parts of a statement."""

OPERANDS: dict[int, int] = {
    Tok.OCTAL: 2, Tok.HEX: 2, Tok.LINE_POINTER: 2, Tok.LINE: 2, Tok.BYTE: 1, Tok.INT: 2, Tok.SINGLE: 4, Tok.DOUBLE: 8,
    **{Tok.DIGIT + digit: 0 for digit in range(10)},
}  # fmt: skip
"""Tokens of constants and the number of bytes that follow each."""
