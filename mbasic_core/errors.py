"""BASIC's errors: numbers, messages and the exception that carries them (BASIC-80 Reference Manual 5.21, appendix)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

__all__ = ["MESSAGES", "BasicError", "ErrorCode", "Fault", "message"]


class ErrorCode(IntEnum):
    """The number that ERR answers for an error."""

    NEXT_WITHOUT_FOR = 1
    SYNTAX = 2
    RETURN_WITHOUT_GOSUB = 3
    OUT_OF_DATA = 4
    ILLEGAL_FUNCTION_CALL = 5
    OVERFLOW = 6
    OUT_OF_MEMORY = 7
    UNDEFINED_LINE = 8
    SUBSCRIPT_OUT_OF_RANGE = 9
    DUPLICATE_DEFINITION = 10
    DIVISION_BY_ZERO = 11
    ILLEGAL_DIRECT = 12
    TYPE_MISMATCH = 13
    OUT_OF_STRING_SPACE = 14
    STRING_TOO_LONG = 15
    STRING_FORMULA_TOO_COMPLEX = 16
    CANT_CONTINUE = 17
    UNDEFINED_USER_FUNCTION = 18
    NO_RESUME = 19
    RESUME_WITHOUT_ERROR = 20
    UNPRINTABLE = 21
    MISSING_OPERAND = 22
    LINE_BUFFER_OVERFLOW = 23
    FOR_WITHOUT_NEXT = 26
    WHILE_WITHOUT_WEND = 29
    WEND_WITHOUT_WHILE = 30
    FIELD_OVERFLOW = 50
    INTERNAL = 51
    BAD_FILE_NUMBER = 52
    FILE_NOT_FOUND = 53
    BAD_FILE_MODE = 54
    FILE_ALREADY_OPEN = 55
    DISK_IO_ERROR = 57
    FILE_ALREADY_EXISTS = 58
    DISK_FULL = 61
    INPUT_PAST_END = 62
    BAD_RECORD_NUMBER = 63
    BAD_FILE_NAME = 64
    DIRECT_STATEMENT_IN_FILE = 66
    TOO_MANY_FILES = 67


MESSAGES: dict[int, str] = {
    1: "NEXT without FOR",
    2: "Syntax error",
    3: "RETURN without GOSUB",
    4: "Out of DATA",
    5: "Illegal function call",
    6: "Overflow",
    7: "Out of memory",
    8: "Undefined line number",
    9: "Subscript out of range",
    10: "Duplicate Definition",
    11: "Division by zero",
    12: "Illegal direct",
    13: "Type mismatch",
    14: "Out of string space",
    15: "String too long",
    16: "String formula too complex",
    17: "Can't continue",
    18: "Undefined user function",
    19: "No RESUME",
    20: "RESUME without error",
    21: "Unprintable error",
    22: "Missing operand",
    23: "Line buffer overflow",
    26: "FOR Without NEXT",
    29: "WHILE without WEND",
    30: "WEND without WHILE",
    50: "FIELD overflow",
    51: "Internal error",
    52: "Bad file number",
    53: "File not found",
    54: "Bad file mode",
    55: "File already open",
    57: "Disk I/O error",
    58: "File already exists",
    61: "Disk full",
    62: "Input past end",
    63: "Bad record number",
    64: "Bad file name",
    66: "Direct statement in file",
    67: "Too many files",
}


def message(code: int) -> str:
    """The text that MBASIC prints for an error number; numbers without a text of their own are unprintable errors."""
    return MESSAGES.get(code, MESSAGES[ErrorCode.UNPRINTABLE])


class BasicError(Exception):
    """An error of the BASIC program, trappable by ON ERROR GOTO; `code` is what ERR answers (1-255)."""

    def __init__(self, code: int) -> None:
        super().__init__(message(code))
        self.code = int(code)


Fault = Callable[[ErrorCode], None]
"""How arithmetic reports an Overflow or a Division by zero that prints and goes on (docs/numerics.md section 8).

It may return, and the operation then yields the infinity, or raise BasicError when ON ERROR GOTO is active.
"""
