"""Programs to look at, to run and to change, written for this project in the manner of the time.

>>> from mbasic_core import examples
>>> [example.name for example in examples.EXAMPLES if example.area == "files"]
['address', 'stock', 'quiz', 'hashfile']
>>> examples.text("address").splitlines()[0]
'10 REM ADDRESS: AN ADDRESS BOOK IN A RANDOM FILE'
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

__all__ = ["AREAS", "EXAMPLES", "Example", "disk", "text"]

AREAS = {"games": "Games", "business": "Business", "numbers": "Numbers", "text": "Text", "files": "Files"}
"""Titles of the areas, in the order in which a list shows them."""


@dataclass(frozen=True, slots=True)
class Example:
    """One program."""

    name: str
    """Name of its file, lower case and without `.bas`; fits BASIC's disk."""
    title: str
    area: str
    """A key of `AREAS`."""
    about: str
    """One line about it."""
    parts: tuple[str, ...] = ()
    """Names of the programs that it CHAINs to."""


EXAMPLES: tuple[Example, ...] = (
    Example("ferry", "Ice Ferry", "games", "Set a supply shuttle down on a small moon; do not break the eggs."),
    Example("safe", "Night Safe", "games", "Open a combination lock by its clicks."),
    Example("lamps", "Lamps", "games", "Find the word, key by key, before the lighthouse goes dark."),
    Example("pebbles", "Pebbles", "games", "Take stones from heaps against an opponent who knows XOR."),
    Example("tower", "The Clock Tower", "games", "An adventure in nine rooms and forty steps."),
    Example("trader", "River Trader", "games", "Buy, sell and travel for a summer of twelve weeks."),
    Example("watch", "Night Watch", "games", "Attention is all: looks at the keyboard, but waits for no key."),
    Example("cards", "Half Past Ten", "games", "A card game for one, with an Italian deck of forty."),
    Example("colony", "Colony", "games", "Cells that live and die on a ring-shaped world."),
    Example("maze", "Hedges", "games", "Grows a maze and finds the way through it."),
    Example("loan", "Loan", "business", "A repayment plan to the cent, in double precision."),
    Example("payroll", "Payroll", "business", "A week's wages: register, pay packets, what to fetch from the bank."),
    Example("order", "Order", "business", "Takes an order and chains to what prints the invoice.", ("orderpr",)),
    Example("ledger", "Ledger", "business", "Double entry in a sequential file, trial balance, profit."),
    Example("depreci", "Depreciation", "business", "What a machine is worth, year by year, by three methods."),
    Example("cashflow", "Cash Flow", "business", "Present value, internal rate of return and payback."),
    Example("simeq", "Simultaneous Equations", "numbers", "Elimination with pivots, and how digits get lost."),
    Example("romberg", "Areas under Curves", "numbers", "Trapezoids, Simpson and Romberg side by side."),
    Example("digits", "Long Numbers", "numbers", "Factorials, powers, Fibonacci numbers and e, digit by digit."),
    Example("regress", "Statistics", "numbers", "Mean, median, deviation, the line through the points, a picture."),
    Example("primes", "Primes", "numbers", "A sieve, its statistics, and factors of what you type."),
    Example("pendulum", "Pendulum", "numbers", "A swing that is not small, by Runge and Kutta, drawn as it goes."),
    Example("wordfreq", "Word Count", "text", "Counts the words of a text file, sorts them and looks them up."),
    Example("justify", "Justify", "text", "A text formatter with dot commands."),
    Example("cipher", "Secret Writing", "text", "Shift, key word, columns and number square, and a letter count."),
    Example("calc", "Calculator", "text", "Works out typed formulas with brackets, functions and variables."),
    Example("address", "Address Book", "files", "Cards in a random file: add, find, change, delete, birthdays."),
    Example("stock", "Store Room", "files", "Articles in a random file with an index; goods in and out, value."),
    Example("quiz", "Quiz", "files", "Questions in a sequential file that learns new ones."),
    Example("hashfile", "Dictionary", "files", "Words in a random file, found by hashing."),
)


def text(name: str) -> str:
    """The text of an example, or of a part of one, as LIST shows it; lines end in LF. Raises KeyError."""
    if name not in {known for example in EXAMPLES for known in (example.name, *example.parts)}:
        raise KeyError(name)
    return resources.files(__name__).joinpath(f"{name}.bas").read_text(encoding="ascii")


def disk(example: Example) -> dict[str, bytes]:
    """The files that an example wants on its disk, by name: the programs that it CHAINs to, lines ending in CR LF."""
    return {f"{part}.bas".upper(): text(part).replace("\n", "\r\n").encode("ascii") for part in example.parts}
