"""Stop works on programs that never end, and the page stays usable meanwhile."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.harness import WebServer, visit

# Milliseconds from the click until the page says "stopped", as a clock in the page has it.
WATCH = """() => {
  const status = document.querySelector('[role=status][aria-label=Session]');
  document.querySelector('button[aria-label=Stop]').addEventListener('click', () => {
    const clicked = performance.now();
    new MutationObserver(() => {
      if (status.textContent.includes('stopped')) window.stoppedAfter ??= performance.now() - clicked;
    }).observe(status, { subtree: true, childList: true, characterData: true });
  }, { capture: true, once: true });
}"""
# The longest time that the page could not react, within two seconds.
LONGEST = """() => new Promise((resolve) => {
  let longest = 0, last = performance.now();
  const tick = () => { const now = performance.now(); longest = Math.max(longest, now - last); last = now; };
  const timer = setInterval(tick, 5);
  setTimeout(() => { clearInterval(timer); resolve(longest); }, 2000);
})"""


@pytest.mark.parametrize("program", ["10 GOTO 10", '10 PRINT "X": GOTO 10', "10 FOR I=1 TO 1E9: NEXT: GOTO 10"])
def test_endless_program_stops_at_once(browser: Browser, server: WebServer, program: str) -> None:
    ide = visit(browser, server)
    ide.start(program)
    ide.expect_phase("running")
    time.sleep(1)
    ide.page.evaluate(WATCH)
    ide.stop.click()
    ide.expect_phase("stopped")
    ide.expect_output("Break in 10\nOk")
    assert ide.page.evaluate("window.stoppedAfter") <= 500
    ide.terminal.press_sequentially("PRINT 6*7\n")
    ide.expect_output("Ok\nPRINT 6*7\n 42 \nOk")
    ide.page.context.close()


def test_flood_of_output_leaves_the_page_responsive(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 PRINT "X": GOTO 10')
    ide.expect_phase("running")
    assert ide.page.evaluate(LONGEST) <= 500
    ide.program.press("Control+End")
    ide.page.keyboard.type("\n20 REM TYPED MEANWHILE")
    expect(ide.program).to_contain_text("20 REM TYPED MEANWHILE")
    ide.stop.click()
    ide.expect_phase("stopped")
    assert len(ide.printed()) <= 70_000
    ide.page.context.close()


def test_one_endless_program_does_not_hold_up_another_browser(browser: Browser, server: WebServer) -> None:
    busy, other = visit(browser, server), visit(browser, server)
    busy.start('10 PRINT "X": GOTO 10')
    busy.expect_phase("running")
    other.start("10 PRINT 6*7")
    other.expect_output(" 42 ")
    other.expect_phase("ready")
    assert other.printed().strip() == "Ok\nRUN\n 42 \nOk"
    busy.stop.click()
    busy.expect_phase("stopped")
    assert re.search(r"X\n\^C\nBreak in 10\nOk\s*$", busy.printed())
    for ide in (busy, other):
        ide.page.context.close()


def test_control_c_stops_a_running_program_and_an_input(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start("10 GOTO 10")
    ide.expect_phase("running")
    ide.terminal.press("Control+c")
    ide.expect_phase("stopped")
    ide.start("10 INPUT A")
    ide.expect_phase("waiting for INPUT")
    ide.page.keyboard.type("12")
    ide.terminal.press("Control+c")
    ide.expect_phase("stopped")
    ide.expect_output("? ^C\nBreak in 10\nOk")
    assert ide.printed().count("Break in 10") == 2
    ide.page.context.close()
