from __future__ import annotations

import pytest

from mbasic_core.language import ast
from mbasic_core.language.ast import Bad, Binary, Call, Deep, Expr, FnCall, Index, Let, Num, Str, Unary, Var, VarPtr
from mbasic_core.language.parser import parse_line
from tests.language.programs import tokens

A, B, C = (Var(name, "") for name in "ABC")


def value(text: str) -> Expr:
    (statement,) = parse_line(tokens(f"X={text}"))
    assert isinstance(statement, Let)
    return statement.value


def shown(expr: Expr) -> str:
    """An expression with all its parentheses."""
    match expr:
        case Binary(op, left, right):
            return f"({shown(left)} {op} {shown(right)})"
        case Unary(op, operand):
            return f"({op} {shown(operand)})"
        case Num(number):
            return str(number)
        case Var(name, suffix):
            return name + suffix
    raise AssertionError(expr)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A+B*C", "(A + (B * C))"),
        ("A-B-C", "((A - B) - C)"),
        ("A^B^C", "((A ^ B) ^ C)"),
        ("-A^B", "(- (A ^ B))"),
        ("-A*B", "((- A) * B)"),
        ("A^-B", "(A ^ (- B))"),
        ("A^-B^C", "(A ^ (- (B ^ C)))"),
        ("A^-B*C", "((A ^ (- B)) * C)"),
        ("A*B\\C MOD A+B", "((((A * B) \\ C) MOD A) + B)"),
        ("A MOD B\\C", "(A MOD (B \\ C))"),
        ("A+B=C*2", "((A + B) = (C * 2))"),
        ("A<B<C", "((A < B) < C)"),
        ("NOT A=B AND C", "((NOT (A = B)) AND C)"),
        ("A+NOT B+C", "(A + (NOT (B + C)))"),
        ("A OR B AND C XOR A EQV B IMP C", "((((A OR (B AND C)) XOR A) EQV B) IMP C)"),
        ("A=<B", "(A <= B)"),
        ("A=>B", "(A >= B)"),
        ("A><B", "(A <> B)"),
        ("A < > B", "(A <> B)"),
        ("A<=>B", "(NOT ((A = B) AND 0))"),
        ("(A+B)*((C))", "((A + B) * C)"),
        ("++A-+B", "(A - B)"),
        ("--A", "(- (- A))"),
        ("-5", "-5"),
        ("-(5)", "-5"),
        ("-2^2", "(- (2 ^ 2))"),
        ("-&H8000", "32768.0"),
        ("A% + B#", "(A% + B#)"),
    ],
)
def test_precedence(text: str, expected: str) -> None:
    assert shown(value(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LEFT$(A$,1)", Call("LEFT$", (Var("A", "$"), Num(1)))),
        ("MID$(A$,1)", Call("MID$", (Var("A", "$"), Num(1)))),
        ("MID$(A$,1,2)", Call("MID$", (Var("A", "$"), Num(1), Num(2)))),
        ("RND", Call("RND", ())),
        ("RND (1)", Call("RND", (Num(1),))),
        ("SQR(A)", Call("SQR", (A,))),
        ("INSTR(A$,B$)", Call("INSTR", (Var("A", "$"), Var("B", "$")))),
        ("INSTR(2,A$,B$)", Call("INSTR", (Num(2), Var("A", "$"), Var("B", "$")))),
        ('STRING$(3,"x")', Call("STRING$", (Num(3), Str("x")))),
        ("INPUT$(1)", Call("INPUT$", (Num(1),))),
        ("INPUT$(1,#2)", Call("INPUT$", (Num(1), Num(2)))),
        ("INKEY$", Call("INKEY$", ())),
        ("ERR", Call("ERR", ())),
        ("ERL", Call("ERL", ())),
        ("USR(1)", Call("USR", (Num(0), Num(1)))),
        ("USR7(1)", Call("USR", (Num(7), Num(1)))),
        ("VARPTR(A(1))", VarPtr(Index("A", "", (Num(1),)))),
        ("VARPTR(#1)", Call("VARPTR#", (Num(1),))),
        ("FNA", FnCall("A", "", ())),
        ("FN A$ (B,1)", FnCall("A", "$", (B, Num(1)))),
        ("A(1,B)", Index("A", "", (Num(1), B))),
        ("A[1]", Index("A", "", (Num(1),))),
        ('"a', Str("a")),
        ("ERL=100", Binary("=", Call("ERL", ()), Num(100.0))),
        ("&HFF", Num(255)),
        ("1.5", Num(1.5)),
        ("2#", Num((1 << 55, 130))),
    ],
)
def test_values(text: str, expected: Expr) -> None:
    assert value(text) == expected


def test_digits_after_a_name_are_a_number() -> None:
    assert parse_line(tokens("PRINT A 1 2.5")) == (ast.Print((A, Num(12.5)), newline=True),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A=", 22),
        ("A=1+", 22),
        ("A=-", 22),
        ("A=(", 22),
        ("A=(1", 2),
        ("A=SQR()", 2),
        ("A=SQR", 2),
        ("A=SQR 1", 2),
        ("A=LEFT$(A$)", 2),
        ("A=LEFT$(A$,1,2)", 2),
        ("A=MID$(A$,1,2,3)", 2),
        ("A=INSTR(A$)", 2),
        ("A=1==2", 2),
        ("A=*2", 2),
        ("A=TAB(2)", 2),
        ("A=PRINT", 2),
        ("A=VARPTR(1)", 2),
        ("A=B(1", 2),
        ("A=B(", 22),
        ("A=FN1", 2),
        ("A=" + "N" * 41, 2),
    ],
)
def test_what_is_wrong(text: str, code: int) -> None:
    assert parse_line(tokens(text)) == (Bad(code),)


def test_names_have_up_to_forty_characters() -> None:
    assert value("N" * 40) == Var("N" * 40, "")


@pytest.mark.parametrize(
    "text",
    ["(" * 120 + "A" + ")" * 120, "-" * 240 + "A", "NOT " * 60 + "A", "A(" * 84 + "1" + ")" * 84, "A+" * 120 + "A"],
)
def test_a_typed_line_is_never_nested_too_deep(text: str) -> None:
    assert isinstance(value(text), Expr)


@pytest.mark.parametrize(
    "expression", [b"A(" * 30000, b"\xf3" * 60000 + b"A", b"A\xf2" * 30000 + b"A", b"\xff\x87(" * 20000]
)
def test_what_no_line_can_hold_is_out_of_memory(expression: bytes) -> None:
    assert parse_line(b"A\xf0" + expression) == (Bad(7),)


def test_the_machine_is_told_of_deep_nesting() -> None:
    (statement,) = parse_line(b"A\xf0" + b"(" * 60000 + b"B" + b")" * 60000)
    assert statement == Let(A, Deep(B, 360_000))
    (statement,) = parse_line(b"A\xf0" + b"(" * 21 + b"B" + b")" * 21)
    assert statement == Let(A, B)
