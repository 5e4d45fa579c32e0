"""The editor: what is typed or pasted is what runs, in every tab."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.harness import WebServer, visit

TRICKY = """10 PRINT "A ""QUOTE"; : ' don't close (this
20 IF (A=1) THEN PRINT "[": GOTO 40
  30 DATA 'x', "y, {z}
40 END"""


def test_typed_program_is_exactly_what_was_typed(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.press_sequentially(TRICKY)
    assert ide.text() == TRICKY
    ide.page.reload()
    expect(ide.program).to_be_visible()
    assert ide.text() == TRICKY
    ide.page.context.close()


def test_run_right_after_typing_runs_the_new_text(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    for number in range(1, 6):
        ide.program.fill(f"10 PRINT {number}*1000")
        ide.run.click()
        ide.expect_output(f" {number * 1000} \nOk")
    assert re.findall(r"RUN\n (\d+) \nOk", ide.printed()) == ["1000", "2000", "3000", "4000", "5000"]
    ide.page.context.close()


def test_control_enter_runs(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill("10 PRINT 6*7")
    ide.program.press("Control+Enter")
    ide.expect_output(" 42 \nOk")
    assert ide.text() == "10 PRINT 6*7"
    ide.page.context.close()


def test_control_s_says_that_all_is_saved(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill("10 PRINT 6*7")
    ide.program.press("Control+s")
    expect(ide.alert).to_contain_text("What you type is saved by itself.")
    ide.expect_saved()
    assert ide.text() == "10 PRINT 6*7"
    ide.page.context.close()


def test_completion_opens_only_when_asked(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.press_sequentially("10 PRI", delay=30)
    time.sleep(0.3)
    assert ide.page.locator(".cm-tooltip-autocomplete").count() == 0
    ide.program.press("Control+Space")
    expect(ide.page.get_by_role("option", name="PRINT", exact=True)).to_be_visible()
    assert ide.page.locator(".cm-completionIcon:visible").count() == 0
    time.sleep(0.2)  # CodeMirror takes no Enter in the first moment of a list
    ide.program.press("Enter")
    assert ide.text() == "10 PRINT"
    ide.page.context.close()


def test_control_slash_makes_remarks_of_lines_and_takes_that_back(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill('10 PRINT "A"\n  20PRINT "B"\n\n30 \'PRINT "C"\n40 PRINT "D"')
    ide.program.press("Control+Home")
    for _ in range(3):
        ide.program.press("Shift+ArrowDown")
    ide.program.press("Control+/")
    assert ide.text() == '10 \'PRINT "A"\n  20\'PRINT "B"\n\n30 \'PRINT "C"\n40 PRINT "D"'
    ide.program.press("Control+/")
    assert ide.text() == '10 PRINT "A"\n  20PRINT "B"\n\n30 \'PRINT "C"\n40 PRINT "D"'
    ide.page.context.close()


def test_two_tabs_that_type_at_once_lose_nothing(browser: Browser, server: WebServer) -> None:
    first = visit(browser, server)
    first.program.fill("10 REM A\n20 REM B")
    second = visit(first.page.context, server)
    expect(second.program).to_contain_text("20 REM B")
    first.program.press("Control+Home")
    second.program.press("Control+End")
    for _ in range(40):
        first.page.keyboard.type("x")
        second.page.keyboard.type("y")
    expected = "x" * 40 + "10 REM A\n20 REM B" + "y" * 40
    for ide in (first, second):
        expect(ide.program).to_contain_text("y" * 40)
        expect(ide.program).to_contain_text("x" * 40)
        assert ide.text() == expected
        assert ide.problems == []
    first.page.context.close()


def test_direct_mode_line_appears_in_the_editor(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill("10 PRINT 1")
    expect(ide.page.get_by_text("1 line", exact=True)).to_be_visible()
    ide.terminal.press_sequentially("20 print 2\n")
    expect(ide.program).to_contain_text("20 PRINT 2")
    expect(ide.page.get_by_text("2 lines", exact=True)).to_be_visible()  # the empty one at the end is none
    ide.terminal.press_sequentially("NEW\n")
    expect(ide.program).to_have_text("")
    ide.page.context.close()


def test_characters_that_basic_does_not_know_are_replaced_and_told(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill("10 PRINT “é” – 日 \x00")
    assert ide.text() == '10 PRINT "é" - ? '
    expect(ide.alert).to_contain_text("one byte")
    ide.page.context.close()


def test_what_web_pages_put_among_the_characters_is_taken_for_what_it_means(
    browser: Browser, server: WebServer
) -> None:
    ide = visit(browser, server)
    ide.program.fill('\ufeff10\xa0PRINT\u200b "A\u202fB"\n\u3000\xa020 PRINT ‘C’…')
    assert ide.text() == "10 PRINT \"A B\"\n  20 PRINT 'C'..."
    expect(ide.alert).to_have_count(0)
    ide.terminal.fill("print\xa0“D”\u200b")
    ide.terminal.press("Enter")
    ide.expect_output('print "D"\nD\nOk')
    ide.page.context.close()


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("10 REM " + "x" * 10_000, "Line buffer overflow"),
        ("10 PRINT " + "(" * 200, "in 10"),
        ("10 NEXT", "NEXT without FOR in 10"),
    ],
)
def test_monstrous_line_gets_an_error_of_basic(browser: Browser, server: WebServer, line: str, error: str) -> None:
    ide = visit(browser, server)
    ide.start(line)
    ide.expect_output(error)
    expect(ide.output).to_have_text(re.compile(r"Ok\s*$"))
    ide.program.fill("")
    ide.terminal.press_sequentially("PRINT 6*7\n")
    ide.expect_output(" 42 \nOk")
    assert ide.problems == []
    ide.page.context.close()


def test_program_of_a_megabyte_runs_or_is_refused_clearly(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    million = "\n".join(f"{number} REM {'x' * 90}" for number in range(1, 10_400))
    ide.start(million)
    expect(ide.output).to_contain_text("RUN\nOut of memory\nOk", timeout=60_000)
    ide.page.reload()
    expect(ide.page.get_by_text("10399 lines")).to_be_visible()
    ide.program.fill(million + million)
    expect(ide.alert).to_contain_text("1,048,576")
    expect(ide.page.get_by_text("10399 lines")).to_be_visible()
    ide.program.fill("10 PRINT 6*7")
    ide.run.click()
    ide.expect_output(" 42 \nOk")
    ide.page.context.close()


def test_caret_stands_behind_what_is_typed_wherever_the_browser_has_it(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.focus()
    ide.page.keyboard.type("10 REM FIRST\n")
    ide.page.evaluate("""() => {
      const line = [...document.querySelectorAll('.cm-line')].at(-1);
      line.textContent = '6';
      document.getSelection().collapse(line.firstChild, 0);
    }""")
    expect(ide.program).to_contain_text("FIRST6")
    ide.page.keyboard.type("0 PRINT 6*7")
    assert ide.text() == "10 REM FIRST\n60 PRINT 6*7"
    ide.run.click()
    ide.expect_output(" 42 ")
    ide.page.context.close()


def test_words_have_the_colour_of_what_basic_reads(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill(
        "10 PRINT#1,A$:input#2,B!:CLOSE#1:? X\n20 GO TO 30:GO  TO 40:PRINTX=A#\n30 A$=INPUT$(3,#1)+USR7(1)+FNA$(GOB)"
    )
    for kind, words in {
        "kw": ["PRINT", "input", "CLOSE", "?", "GO TO", "GO  TO"],
        "fn": ["INPUT$", "USR7", "FNA$"],
        "id": ["A$", "B!", "X", "PRINTX", "A#", "A$", "GOB"],
        "ref": ["30", "40"],
    }.items():
        expect(ide.program.locator(f".b-{kind}")).to_have_text(words)
        assert ide.program.locator(f".b-{kind}").all_text_contents() == words
    ide.page.context.close()
