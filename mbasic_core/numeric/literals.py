"""Numbers read from text: program literals, DATA, INPUT and VAL (docs/numerics.md section 6)."""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode, Fault
from mbasic_core.numeric.convert import cint, csng, neg
from mbasic_core.numeric.double import dadd, double_of_int, over_ten
from mbasic_core.numeric.double import times_ten as double_times_ten
from mbasic_core.numeric.mbf import UNDERFLOW, Double, Value
from mbasic_core.numeric.single import div
from mbasic_core.numeric.single import times_ten as single_times_ten

__all__ = ["read_number", "val"]

_BLANKS = " \t\n"
_DIGITS = "0123456789"
_EXACT = 1 << 56


class _Once:
    """Tells the caller of the first fault of a literal only, since a literal prints its Overflow once."""

    __slots__ = ("fault", "told")

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.told = False

    def __call__(self, code: ErrorCode) -> None:
        if not self.told:
            self.told = True
            self.fault(code)


def read_number(text: str, pos: int, fault: Fault, *, double: bool = False) -> tuple[Value | None, int]:
    """The number at text[pos:] and the index after its last character; (None, pos) when no number begins there.

    Blanks (space, tab, line feed) are skipped before and inside it, even between digits. A sign is taken, so in the
    text of a program the caller must not start at an operator. Without `double` the digits decide the type, as for
    program literals and for READ and INPUT into % and ! variables; with it everything is a double, as for VAL and
    # variables. `fault` is told of an Overflow once, before the infinity is returned. Raises Overflow for a % literal
    out of range and for & literals over 16 bits, Syntax error for an 8 or 9 in an octal one.
    """
    char, at = _next(text, pos)
    if char == "&":
        return _radix(text, at)
    end = pos
    negative = char == "-"
    if negative or char == "+":
        end = at + 1
        char, at = _next(text, end)
    once = _Once(fault)
    number: int | Double = 0
    kind = "#" if double else "%"
    point = False
    decimals = exponent = 0
    cast = ""
    while char:
        if char in _DIGITS:
            kind, number = _digit(kind, number, ord(char) - 48, once)
            decimals += point
        elif char == "." and not point:
            point = True
            if kind == "%":
                kind = "!"
        else:
            if char in "Dd" or (char in "Ee" and _next(text, at + 1)[0] not in tuple("LlQq")):
                kind = "#" if kind == "#" or char in "Dd" else "!"
                exponent, end = _exponent(text, at + 1)
            elif char in "%!#":
                cast = char
                end = at + 1
            break
        end = at + 1
        char, at = _next(text, end)
    if end == pos:
        return None, pos
    if cast in ("!", "#"):
        kind = cast
    value = _scaled(kind, number, exponent - decimals, once)
    if negative:
        value = neg(value)
        if value == -32768.0:
            value = -32768
    return (cint(value) if cast == "%" else value), end


def val(text: str, fault: Fault) -> Value:
    """VAL: the number that text begins with, a double unless written with &, % or !; the integer 0 if there is none."""
    value, _ = read_number(text, 0, fault, double=True)
    return 0 if value is None else value


def _next(text: str, at: int) -> tuple[str, int]:
    """The next character that is no blank and its index; "" and the length at the end."""
    while at < len(text):
        if text[at] not in _BLANKS:
            return text[at], at
        at += 1
    return "", at


def _digit(kind: str, number: int | Double, digit: int, once: Fault) -> tuple[str, int | Double]:
    """The type and the digits so far after one more: whole numbers while they are exact, then rounding doubles."""
    if isinstance(number, tuple):
        return kind, dadd(double_of_int(digit), double_times_ten(number, once), once)
    longer = number * 10 + digit
    if kind == "%" and longer >= 32768:
        kind = "!"
    elif kind == "!" and number >= 1000000:
        kind = "#"
    if longer >= _EXACT:
        return kind, dadd(double_of_int(digit), double_times_ten(double_of_int(number), once), once)
    return kind, longer


def _exponent(text: str, at: int) -> tuple[int, int]:
    """The signed number after E or D, and the index after it; three digits or more count as 127."""
    end = at
    char, at = _next(text, at)
    negative = char == "-"
    if negative or char == "+":
        end = at + 1
        char, at = _next(text, end)
    exponent = 0
    while char and char in _DIGITS:
        exponent = 127 if exponent >= 10 else exponent * 10 + ord(char) - 48
        end = at + 1
        char, at = _next(text, end)
    return (-exponent if negative else exponent), end


def _scaled(kind: str, number: int | Double, power: int, once: Fault) -> Value:
    """number * 10**power in the type `kind`, step by step; power counts as a signed byte, as in the original."""
    if kind == "%" and isinstance(number, int):
        return number
    power = (power + 128 & 0xFF) - 128
    value = number if isinstance(number, tuple) else double_of_int(number)
    if kind == "!":
        single = csng(value, once)
        for _ in range(power):
            single = single_times_ten(single, once)
        for _ in range(-power):
            single = div(single, 10.0, once)
        return single if single or power >= 0 else UNDERFLOW
    for _ in range(power):
        value = double_times_ten(value, once)
    for _ in range(-power):
        value = over_ten(value, once)
    return value


def _radix(text: str, at: int) -> tuple[int, int]:
    """The 16 bit integer of an &H, &O or & literal and the index after it."""
    end = at + 1
    char, _ = _next(text, end)
    if char in ("H", "h"):
        number = count = 0
        end = text.index(char, end) + 1
        while end < len(text) and text[end] in "0123456789ABCDEFabcdef":
            count += 1
            if count > 4:
                raise BasicError(ErrorCode.OVERFLOW)
            number = number * 16 + int(text[end], 16)
            end += 1
    else:
        if char in ("O", "o"):
            end = text.index(char, end) + 1
        number = 0
        char, at = _next(text, end)
        while char and char in "01234567":
            number = number * 8 + ord(char) - 48
            if number > 0xFFFF:
                raise BasicError(ErrorCode.OVERFLOW)
            end = at + 1
            char, at = _next(text, end)
        if char and char in "89":
            raise BasicError(ErrorCode.SYNTAX)
    return (number if number < 32768 else number - 65536), end
