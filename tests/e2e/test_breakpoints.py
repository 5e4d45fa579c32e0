"""Breakpoints on the page: a click beside the line, the stop, a look around, and on; in every tab and after a crash."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Locator, expect

from tests.e2e.harness import Ide, WebServer, visit

PROGRAM = """10 FOR I=1 TO 3
20 LET A=I*I
30 PRINT I;A
40 NEXT
50 PRINT "DONE\""""


def beside(ide: Ide, index: int) -> Locator:
    """The place in the gutter beside the editor's line (from 0)."""
    return ide.page.locator(".b-breaks .cm-gutterElement").nth(index)


def go_on(ide: Ide) -> Locator:
    return ide.page.get_by_role("button", name="Continue")


MARKED = """(wanted) => {
  const top = (element) => element.getBoundingClientRect().top;
  const lines = [...document.querySelectorAll('.cm-line')];
  const beside = (mark) => lines.find((line) => Math.abs(top(line) - top(mark)) < 5)?.textContent.split(' ')[0];
  return [...document.querySelectorAll('.b-break')].map(beside).join() === wanted;
}"""


def expect_marks(ide: Ide, *numbers: str) -> None:
    """Wait until these lines have marks, and no others."""
    ide.page.wait_for_function(MARKED, arg=",".join(numbers), timeout=10_000)


def test_click_stop_look_and_continue(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill(PROGRAM)
    expect(go_on(ide)).to_be_disabled()
    beside(ide, 2).click()
    beside(ide, 4).click()
    expect_marks(ide, "30", "50")
    ide.run.click()
    ide.expect_phase("stopped")
    expect(ide.page.locator(".b-stopped")).to_have_text("30 PRINT I;A")
    ide.terminal.press_sequentially("PRINT A+100\n")
    ide.expect_output("Break in 30\nOk\nPRINT A+100\n 101 \nOk")
    expect(ide.page.locator(".b-stopped")).to_have_text("30 PRINT I;A")
    go_on(ide).click()
    ide.expect_output("CONT\n 1  1 \nBreak in 30\nOk")
    ide.expect_phase("stopped")
    beside(ide, 2).click()
    expect_marks(ide, "50")
    go_on(ide).click()
    ide.expect_output("CONT\n 2  4 \n 3  9 \nBreak in 50\nOk")
    expect(ide.page.locator(".b-stopped")).to_have_text('50 PRINT "DONE"')
    go_on(ide).click()
    ide.expect_output("CONT\nDONE\nOk")
    expect(ide.page.locator(".b-stopped")).to_have_count(0)
    expect(go_on(ide)).to_be_disabled()
    assert ide.text() == PROGRAM
    assert ide.problems == []
    ide.page.context.close()


def test_keys_set_one_at_the_caret_and_go_on(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill(PROGRAM)
    ide.program.press("Control+End")
    ide.page.keyboard.press("F9")
    expect_marks(ide, "50")
    ide.page.keyboard.press("F9")
    expect_marks(ide)
    ide.page.keyboard.press("F9")
    ide.page.keyboard.press("Control+Enter")
    ide.expect_output(" 3  9 \nBreak in 50\nOk")
    ide.program.press("F8")
    ide.expect_output("CONT\nDONE\nOk")
    assert ide.problems == []
    ide.page.context.close()


def test_a_mark_stays_at_its_line_and_renum_moves_it(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill(PROGRAM)
    beside(ide, 2).click()
    ide.program.press("Control+Home")
    ide.page.keyboard.type("5 REM IN FRONT\n")
    expect_marks(ide, "30")
    ide.terminal.press_sequentially("RENUM 100\n")
    expect(ide.program).to_contain_text("130 PRINT I;A")
    expect_marks(ide, "130")
    ide.terminal.press_sequentially("DELETE 130\n")
    expect_marks(ide)
    assert "130" not in ide.text()
    ide.page.context.close()


def test_another_tab_sees_them_and_goes_on(browser: Browser, server: WebServer) -> None:
    first = visit(browser, server)
    first.program.fill(PROGRAM)
    second = visit(first.page.context, server)
    beside(first, 3).click()
    expect_marks(second, "40")
    beside(second, 1).click()
    expect_marks(first, "20", "40")
    first.run.click()
    expect(second.page.locator(".b-stopped")).to_have_text("20 LET A=I*I")
    go_on(second).click()
    expect(first.page.locator(".b-stopped")).to_have_text("40 NEXT")
    assert first.problems + second.problems == []
    first.page.context.close()


def test_a_running_program_stops_at_one_set_meanwhile(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start("10 A=A+1\n20 GOTO 10")
    ide.expect_phase("running")
    beside(ide, 1).click()
    ide.expect_phase("stopped")
    ide.expect_output("Break in 20\nOk")
    assert ide.text() == "10 A=A+1\n20 GOTO 10"
    ide.page.context.close()


def test_a_killed_server_knows_them_and_the_stop(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    ide.program.fill(PROGRAM)
    beside(ide, 2).click()
    ide.run.click()
    ide.expect_output("Break in 30\nOk")
    beside(ide, 4).click()
    server.kill()  # at once: the last click may not be in a record yet
    expect(ide.session).to_contain_text("reconnecting")
    server.start()
    ide.expect_phase("stopped", timeout=20_000)
    expect_marks(ide, "30", "50")
    expect(ide.page.locator(".b-stopped")).to_have_text("30 PRINT I;A")
    go_on(ide).click()
    ide.expect_output("CONT\n 1  1 \nBreak in 30\nOk")
    ide.page.reload()
    expect_marks(ide, "30", "50")
    beside(ide, 2).click()
    go_on(ide).click()
    ide.expect_output("CONT\n 2  4 \n 3  9 \nBreak in 50\nOk")
    assert ide.text() == PROGRAM
