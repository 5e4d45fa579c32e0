"""The built-in functions: kinds of arguments, and what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mbasic_core.compiler import functions
from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric.convert import cdbl
from mbasic_core.runtime.items import Value
from tests.compiler.values import compiled, value


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("ABS(-5)", 5),
        ("ABS(-32768)", 32768.0),
        ("ABS(-1.5)", 1.5),
        ("ABS(-2#)", cdbl(2)),
        ('ASC("A")', 65),
        ("ATN(0)", 0.0),
        ("CDBL(1)", cdbl(1)),
        ("CHR$(233)", "\xe9"),
        ("CINT(2.5)", 3),
        ("CSNG(1#)", 1.0),
        ("CVI(MKI$(-5))", -5),
        ("CVS(MKS$(1.5))", 1.5),
        ("CVD(MKD$(1.5))", cdbl(1.5)),
        ("ERR", 0),
        ("ERL", 0.0),
        ("EXP(0)", 1.0),
        ("FIX(-1.5)", -1.0),
        ("INT(-1.5)", -2.0),
        ("INT(5)", 5),
        ("HEX$(-1)+OCT$(8)", "FFFF10"),
        ('INSTR("hello","l")', 3),
        ('INSTR(4,"hello","l")', 4),
        ('LEFT$("abc",2)', "ab"),
        ('LEFT$("abc",0)', ""),
        ('RIGHT$("abc",2)', "bc"),
        ('RIGHT$("abc",0)', ""),
        ('RIGHT$("abc",9)', "abc"),
        ('MID$("abcde",2)', "bcde"),
        ('MID$("abcde",2,3)', "bcd"),
        ('MID$("abcde",9,3)', ""),
        ('LEN("abc")', 3),
        ("LOG(1)", 0.0),
        ("LPOS(0)", 1),
        ("POS(0)", 1),
        ("PEEK(0)", 195),
        ("INP(5)", 255),
        ("SGN(-5)", -1),
        ("SPACE$(3)", "   "),
        ("SQR(4)", 2.0),
        ("STR$(5)", " 5"),
        ('STRING$(3,"xy")', "xxx"),
        ("STRING$(3,65)", "AAA"),
        ('VAL("1.5x")=1.5', -1),
        ('VAL("")', 0),
        ("INKEY$", ""),
    ],
)
def test_values(text: str, result: Value) -> None:
    found = value(text)
    assert found == result
    assert isinstance(found, str) == isinstance(result, str)


ILLEGAL = ErrorCode.ILLEGAL_FUNCTION_CALL
MISMATCH = ErrorCode.TYPE_MISMATCH


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('ASC("")', ILLEGAL),
        ("CHR$(256)", ILLEGAL),
        ("CHR$(-1)", ILLEGAL),
        ("CHR$(40000)", ErrorCode.OVERFLOW),
        ("CINT(40000)", ErrorCode.OVERFLOW),
        ('LEFT$("a",-1)', ILLEGAL),
        ('MID$("a",0)', ILLEGAL),
        ('RIGHT$("a",256)', ILLEGAL),
        ("SPACE$(256)", ILLEGAL),
        ('STRING$(1,"")', ILLEGAL),
        ("STRING$(1,256)", ILLEGAL),
        ("STRING$(-1,65)", ILLEGAL),
        ('INSTR(0,"a","b")', ILLEGAL),
        ("SQR(-1)", ILLEGAL),
        ("LOG(0)", ILLEGAL),
        ("USR(1)", ILLEGAL),
        ('SIN("a")', MISMATCH),
        ('ABS("a")', MISMATCH),
        ("LEN(1)", MISMATCH),
        ("LEFT$(1,1)", MISMATCH),
        ('LEFT$("a","b")', MISMATCH),
        ('STRING$("a",1)', MISMATCH),
        ("CVI(MKI$(1)+1)", MISMATCH),
        ("EOF(1)", ErrorCode.BAD_FILE_NUMBER),
        ("VARPTR(#1)", ErrorCode.BAD_FILE_NUMBER),
        ("INPUT$(1,#1)", ErrorCode.INPUT_PAST_END),
    ],
)
def test_arguments_that_do_not_fit(text: str, code: ErrorCode) -> None:
    with pytest.raises(BasicError) as caught:
        value(text)
    assert caught.value.code == code


def test_rnd_repeats_with_zero_and_goes_on_otherwise() -> None:
    assert value("RND(0)=A AND RND<>A", "A=RND") == -1


def test_everything_that_generated_code_calls_exists() -> None:
    program, _ = compiled()
    source = Path(functions.__file__).read_text()
    called = re.findall(r'"[^"]*?([a-z_]+)\(\{', source)
    names = program.operations.names
    assert set(called) <= {*names, *names["__builtins__"]}
