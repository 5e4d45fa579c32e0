"""The document and the program are one."""

from __future__ import annotations

import pytest

from mbasic_core.machine import Machine, Output
from mbasic_core.session import limits
from mbasic_core.session.document import Document
from mbasic_core.session.program import Program, problem


def test_a_document_is_loaded_once() -> None:
    machine, document = Machine(), Document("10 print 1\n", 3)
    program = Program(machine)
    assert program.load(document) == ""
    machine.advance(1000)
    assert machine.program_text() == "10 PRINT 1\n"
    machine.state.program[20] = b"\x81"
    assert program.load(document) == ""
    assert 20 in machine.state.program
    document.replace("10 PRINT 2\n")
    assert program.load(document) == ""
    machine.advance(1000)
    assert machine.program_text() == "10 PRINT 2\n"


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("PRINT 1\n", "Direct statement in file: the editor's line 1 has no number"),
        ("10 REM\n\nPRINT\n", "Direct statement in file: the editor's line 3 has no number"),
        ("10 REM\n\xa020 PRINT\n", "Direct statement in file: the editor's line 2 has no number"),
        ("10 REM\n20 REM " + "x" * 10_000, "Line buffer overflow in 20"),
        ("99999 REM\n", "Syntax error: 99999 is no line number"),
        ('10 PRINT "a\0"', "Illegal character U+0000 in 10"),
        ("10 REM\n20 PRINT €", "Illegal character U+20AC in 20"),
        ("10 REM\n€", "Illegal character U+20AC in the editor's line 2"),
    ],
)
def test_what_is_no_program_says_why_and_where(text: str, trouble: str) -> None:
    program = Program(Machine())
    assert program.load(Document(text)) == trouble
    assert program.loaded == -1


def test_every_byte_but_nul_may_stand_in_a_program() -> None:
    assert problem("".join(map(chr, range(1, 256)))) == ""


def test_what_the_machine_changes_goes_to_the_document() -> None:
    machine, document = Machine(), Document("10 REM\n")
    program = Program(machine)
    program.load(document)
    assert not program.changed()
    machine.feed_line("20 print")
    machine.advance(1000)
    assert program.changed()
    assert program.store(document)
    assert (document.text, document.revision) == ("10 REM\n20 PRINT\n", 1)
    assert not program.changed()
    assert program.load(document) == ""


def test_an_edit_made_meanwhile_wins() -> None:
    machine, document = Machine(), Document("10 REM\n")
    program = Program(machine)
    program.load(document)
    document.replace("10 REM edited\n")
    machine.feed_line("20 PRINT")
    machine.advance(1000)
    assert not program.store(document)
    assert document.text == "10 REM edited\n"
    program.load(document)
    machine.advance(1000)
    assert machine.program_text() == "10 REM edited\n"


def test_a_long_program_is_listed_in_pieces() -> None:
    machine, document = Machine(), Document("10 REM\n20 REM\n30 REM\n")
    program = Program(machine)
    program.load(document)
    machine.feed_line("40 REM")
    machine.advance(1000)
    assert not program.store(document, 2)
    assert program.changed()
    machine.feed_line("5 REM")
    machine.advance(1000)
    pieces = 0
    while not program.store(document, 2):
        pieces += 1
    assert (pieces, document.text) == (2, "5 REM\n10 REM\n20 REM\n30 REM\n40 REM\n")
    assert not program.changed()


def test_a_text_that_fails_on_its_way_in_is_never_taken_for_the_program() -> None:
    machine, document = Machine(), Document("10 REM\n20 A=" + "1!+" * 80)
    program = Program(machine)
    assert program.load(document) == ""
    machine.feed_line("RUN")
    told = machine.advance(1000)
    assert [event.text for event in told if isinstance(event, Output)] == ["Line buffer overflow\r\n"]
    assert (machine.state.program, machine.state.typed, program.changed()) == ({}, [], False)
    assert program.load(document) == ""
    assert machine.state.loading


def test_a_program_too_large_for_the_document_stays_in_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOCUMENT", 10)
    machine, document = Machine(), Document("10 REM\n")
    program = Program(machine)
    program.load(document)
    machine.feed_line("20 PRINT")
    machine.advance(1000)
    assert not program.store(document)
    assert document.text == "10 REM\n"
