"""MBASIC 5.21's numbers, bit for bit: formats, arithmetic, functions, RND, text in and out (docs/numerics.md).

An integer (%) is an int, a single (!) a float of at most 24 significant bits, a double (#) a tuple of mantissa and
exponent.
Nothing here prints: a `fault` callable hears of every Overflow and Division by zero that execution survives.
"""

from mbasic_core.numeric import (
    arithmetic,
    convert,
    digits,
    double,
    fields,
    format,  # noqa: A004 - the module is named for what it does, and nothing here formats
    functions,
    literals,
    mbf,
    rnd,
    single,
    using,
)

__all__ = [
    "arithmetic",
    "convert",
    "digits",
    "double",
    "fields",
    "format",
    "functions",
    "literals",
    "mbf",
    "rnd",
    "single",
    "using",
]
