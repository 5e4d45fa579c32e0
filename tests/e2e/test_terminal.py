"""The terminal: lines edited in the browser, keys for INKEY$, typing ahead; the screen agrees with the transcript."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.harness import Ide, WebServer, visit

# The terminal's screen as text, as xterm has it.
SCREEN = """() => {
  const rows = [...document.querySelectorAll('.xterm-rows > div')];
  return rows.map((row) => row.textContent.trimEnd()).join('\\n').trimEnd();
}"""


def screen(page: Page) -> str:
    text: str = page.evaluate(SCREEN)
    return text.replace("\u00a0", " ")


def expect_screen(ide: Ide, text: str) -> None:
    ide.page.wait_for_function(f"(text) => ({SCREEN})().replaceAll('\\u00a0', ' ').includes(text)", arg=text)


def test_direct_mode(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.terminal.click()
    ide.page.keyboard.type("PRINT 2+2\n")
    ide.expect_output("PRINT 2+2\n 4 \nOk")
    ide.terminal.fill("PRINT 3+3")
    ide.terminal.press("Enter")
    ide.expect_output("PRINT 3+3\n 6 \nOk")
    expect_screen(ide, "PRINT 3+3\n 6\nOk")
    assert screen(ide.page).count("PRINT 3+3") == 1
    ide.page.context.close()


def test_line_is_edited_before_it_is_sent(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start("10 LINE INPUT A$: PRINT LEN(A$): GOTO 10")
    ide.expect_phase("waiting for INPUT")
    keyboard = ide.page.keyboard
    keyboard.type("helk")
    keyboard.press("Backspace")
    keyboard.type("lo")
    keyboard.press("Home")
    keyboard.type("<")
    keyboard.press("End")
    keyboard.type(">x")
    keyboard.press("ArrowLeft")
    keyboard.press("Delete")
    expect_screen(ide, "<hello>")
    keyboard.press("Enter")
    ide.expect_output("<hello>\n 7 \n")
    expect_screen(ide, "<hello>\n 7")
    assert ide.printed().split("RUN\n")[1].strip() == "<hello>\n 7", "no key of the editing was printed"
    ide.page.context.close()


def test_line_that_wraps_is_erased_and_echoed_whole(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 LINE INPUT "TEXT? ";A$: PRINT LEN(A$): GOTO 10')
    ide.expect_phase("waiting for INPUT")
    long = "".join(chr(ord("a") + index % 26) for index in range(200))
    ide.page.keyboard.type(long)
    for _ in range(150):
        ide.page.keyboard.press("Backspace")
    ide.page.keyboard.type("!")
    ide.page.keyboard.press("Enter")
    ide.expect_output(f"TEXT? {long[:50]}!\n 51 \nTEXT? ")
    expect_screen(ide, f"TEXT? {long[:50]}!\n 51\nTEXT?")
    assert screen(ide.page).split("RUN\n")[1] == f"TEXT? {long[:50]}!\n 51\nTEXT?"
    ide.page.context.close()


def test_line_that_wraps_stays_whole_when_the_window_changes(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    prompt = "".join(f"<{number}>" for number in range(10, 28))
    ide.start(f'10 LINE INPUT "{prompt} ";A$: PRINT LEN(A$)')
    ide.expect_phase("waiting for INPUT")
    ide.page.keyboard.type("y" * 150)
    expect_screen(ide, f"{prompt} yyy")
    for count, (width, columns) in enumerate(((900, "49×"), (1440, "80×"), (760, "8[0-9]×")), 1):
        ide.page.set_viewport_size({"width": width, "height": 900})
        expect(ide.page.locator(".strip", has_text="Terminal")).to_have_text(re.compile(columns))
        ide.page.keyboard.press("Home")
        ide.page.keyboard.type("S")
        ide.page.keyboard.press("End")
        ide.page.keyboard.type("z")
        expected = f"OkRUN{prompt} {'S' * count}{'y' * 150}{'z' * count}"
        unwrapped = f"({SCREEN})().replaceAll('\\u00a0', ' ').replaceAll('\\n', '')"
        ide.page.wait_for_function(f"(text) => {unwrapped} === text", arg=expected)
        assert ide.page.evaluate(unwrapped) == expected
    ide.page.keyboard.press("Enter")
    ide.expect_output("y" * 150 + "zzz\n 156 \nOk")
    ide.page.context.close()


def test_line_is_no_longer_than_255(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start("10 LINE INPUT A$: PRINT LEN(A$)")
    ide.expect_phase("waiting for INPUT")
    ide.terminal.fill("x" * 300)
    ide.terminal.press("Enter")
    ide.expect_output("\n 255 \nOk")
    assert ide.printed().count("x") == 255
    ide.page.context.close()


def test_history_of_direct_mode(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.terminal.press_sequentially("PRINT 1\n")
    ide.expect_output(" 1 \nOk")
    ide.terminal.press("ArrowUp")
    ide.terminal.press("Backspace")
    ide.terminal.press_sequentially("2\n")
    ide.expect_output("PRINT 2\n 2 \nOk")
    assert ide.printed().strip() == "Ok\nPRINT 1\n 1 \nOk\nPRINT 2\n 2 \nOk"
    ide.page.context.close()


def test_keys_reach_inkey(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 A$=INKEY$: IF A$="" THEN 10\n20 PRINT "KEY "; A$; ASC(A$): GOTO 10')
    ide.expect_phase("running")
    ide.page.keyboard.type("q")
    ide.expect_output("KEY q 113")
    ide.page.keyboard.press("Enter")
    ide.expect_output("KEY q 113\nKEY  13")
    assert re.findall(r"KEY \S?\s*(\d+)", ide.printed()) == ["113", "13"]
    ide.stop.click()
    ide.page.context.close()


def test_keys_reach_input_dollar(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 A$=INPUT$(3): PRINT "GOT "; A$')
    ide.expect_phase("waiting for INPUT")
    ide.page.keyboard.type("abc")
    ide.expect_output("GOT abc\nOk")
    assert ide.printed().strip() == "Ok\nRUN\nGOT abc\nOk", "keys are not echoed"
    ide.page.context.close()


def test_lines_typed_ahead_answer_later_inputs(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 FOR I=1 TO 3: FOR J=1 TO 2000: NEXT J: INPUT N: S=S*10+N: NEXT I\n20 PRINT "S ="; S')
    ide.page.keyboard.type("1\n2\n3\nPRINT 5*5\n")
    ide.expect_output("? 1\n? 2\n? 3\nS = 123 \nOk\nPRINT 5*5\n 25 \nOk")
    assert ide.printed().count("?") == 3
    ide.page.context.close()


def test_pasted_lines_answer_one_input_each(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 INPUT A: INPUT B: PRINT "SUM"; A+B')
    ide.expect_phase("waiting for INPUT")
    paste = "(text) => {const data = new DataTransfer(); data.setData('text/plain', text);"
    paste += "document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))}"
    ide.page.evaluate(paste, "40\n2\n")
    ide.expect_output("? 40\n? 2\nSUM 42 \nOk")
    assert ide.printed().strip() == "Ok\nRUN\n? 40\n? 2\nSUM 42 \nOk"
    ide.page.context.close()


def test_character_of_more_than_one_byte_is_refused(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start("10 LINE INPUT A$: PRINT LEN(A$)")
    ide.expect_phase("waiting for INPUT")
    ide.terminal.fill("aé日b")
    ide.terminal.press("Enter")
    ide.expect_output("aéb\n 3 \nOk")
    assert "日" not in ide.printed() + screen(ide.page)
    ide.page.context.close()


def test_screen_agrees_with_the_transcript_after_a_refresh(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 FOR I=1 TO 5: PRINT I,I*I: NEXT: INPUT "MORE";A$')
    ide.page.keyboard.type("half an ans")
    expect_screen(ide, "MORE? half an ans")
    shown, printed = screen(ide.page), ide.printed()
    ide.page.reload()
    ide.expect_phase("waiting for INPUT")
    expect_screen(ide, "MORE? half an ans")
    assert screen(ide.page) == shown
    assert ide.printed() == printed
    ide.page.context.close()


def test_variables_are_shown_when_the_program_rests(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 A%=7: B$="TEXT": INPUT C')
    table = ide.page.get_by_role("table")
    expect(table.get_by_role("row", name="A% integer 7")).to_be_visible()
    expect(table.get_by_role("row", name='B$ string "TEXT"')).to_be_visible()
    ide.answer("2.5")
    expect(table.get_by_role("row", name="C! single 2.5")).to_be_visible()
    ide.page.context.close()


def test_what_is_pasted_is_typed(browser: Browser, server: WebServer) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    ide = visit(context, server)
    ide.terminal.focus()
    ide.page.evaluate("navigator.clipboard.writeText('PRINT 3*7\\n')")
    ide.page.keyboard.press("Control+v")
    ide.expect_output("PRINT 3*7\n 21 \nOk")
    assert ide.printed().count("PRINT 3*7") == 1
    context.close()


def test_control_c_copies_what_is_selected_while_nothing_runs(browser: Browser, server: WebServer) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    ide = visit(context, server)
    ide.start('10 PRINT "SELECTED": INPUT A\n20 GOTO 20')
    ide.expect_phase("waiting for INPUT")
    expect_screen(ide, "SELECTED\n?")
    select = ide.page.locator(".xterm-rows > div").nth(2)
    select.dblclick(position={"x": 20, "y": 8})
    ide.terminal.press("Control+c")
    ide.page.wait_for_function("async () => await navigator.clipboard.readText() === 'SELECTED'")
    ide.answer("1")
    ide.expect_phase("running")
    assert "Break" not in ide.printed()
    select.dblclick(position={"x": 20, "y": 8})
    ide.terminal.press("Control+c")
    ide.expect_phase("stopped")
    assert "Break in 20" in ide.printed()
    context.close()


def test_the_terminal_can_be_left_with_the_keyboard(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.focus()
    ide.page.keyboard.press("Escape")
    ide.page.keyboard.press("Tab")
    expect(ide.terminal).to_be_focused()
    ide.page.keyboard.press("Tab")
    expect(ide.terminal).to_be_focused()  # a tab in the line
    ide.page.keyboard.press("Escape")
    ide.page.keyboard.press("Tab")
    expect(ide.page.get_by_role("tab", name="Variables")).to_be_focused()
    ide.page.keyboard.press("Shift+Tab")
    expect(ide.terminal).to_be_focused()
    ide.page.keyboard.press("Shift+Tab")
    expect(ide.program).to_be_focused()
    ide.start('10 K$=INKEY$: IF K$="" THEN 10\n20 PRINT ASC(K$);: IF K$<>"q" THEN 10')
    ide.expect_phase("running")
    ide.terminal.focus()
    for key in ("Escape", "Tab", "q"):
        ide.page.keyboard.press(key)
    ide.expect_output(" 27  9  113 ")
    assert ide.problems == []
    ide.page.context.close()


def test_edit_gets_each_key(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.terminal.click()
    keyboard = ide.page.keyboard
    keyboard.type("10 PRINT )\nRUN\n")
    ide.expect_output("Syntax error in 10\nOk\n10 ")
    keyboard.type("S)")
    ide.expect_output("\n10 PRINT ")
    keyboard.type("C7\n")
    ide.expect_output("\n10 PRINT 7\n")
    keyboard.type("EDIT 10\n")
    ide.expect_output("EDIT 10\n10 ")
    keyboard.press("Control+c")
    ide.expect_output("EDIT 10\n10 \nOk")
    keyboard.type("RUN\n")
    ide.expect_output("RUN\n 7 \nOk")
    assert ide.text().strip() == "10 PRINT 7"
    ide.page.context.close()


def test_ctrl_s_stops_a_program_until_a_key(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start('10 PRINT "GO"\n20 A=A+1: GOTO 20')
    ide.expect_output("GO")
    ide.terminal.click()
    ide.page.keyboard.press("Control+s")
    ide.expect_phase("waiting for INPUT")
    ide.page.keyboard.press("q")
    ide.expect_phase("running")
    ide.page.keyboard.press("Control+c")
    ide.expect_output("^C\nBreak in 20\nOk")
    assert ide.printed().count("GO\n") == 1
    ide.page.context.close()
