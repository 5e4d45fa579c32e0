"""A server dies and another one, or the next, goes on with the page: it is not loaded again, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Route, expect

from tests.e2e.harness import Ide, WebServer, visit
from tests.servers import RedisServer

LONG = "\n".join(f"{number}0 REM LINE {number}" for number in range(1, 201))


class Watched:
    """A page whose loads are counted and which is marked."""

    def __init__(self, ide: Ide) -> None:
        self.ide = ide
        self.loads = 0
        ide.page.evaluate("window.marked = 'from before'")
        ide.page.on("load", self._loaded)

    def _loaded(self, _: object) -> None:
        self.loads += 1

    def expect_back(self) -> None:
        """Wait until it is connected again, without a load."""
        expect(self.ide.session).to_contain_text("live", timeout=20_000)
        assert self.loads == 0
        assert self.ide.page.evaluate("window.marked") == "from before"
        assert self.ide.problems == []


def restart(server: WebServer, watched: Watched) -> None:
    ide = watched.ide
    server.kill()
    expect(ide.session).to_contain_text("reconnecting")
    expect(ide.alert).to_contain_text("The server is away.")
    server.start()
    watched.expect_back()
    expect(ide.alert).to_have_count(0)
    expect(ide.page.get_by_role("status", name="Connection")).to_have_text("The server is back.")


SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
SCROLL = "document.querySelector('.cm-scroller').scrollTop"
TERMINAL = "document.querySelector('.xterm-rows > div').textContent"


@pytest.mark.parametrize("store", ["sqlite", "redis"])
def test_page_goes_on_as_it_was(browser: Browser, start_server: Callable[[str], WebServer], store: str) -> None:
    server = start_server(store)
    ide = visit(browser, server)
    ide.start("10 FOR I=1 TO 200: PRINT I: NEXT: INPUT A")
    ide.expect_phase("waiting for INPUT")
    ide.program.fill(LONG)
    ide.terminal.press_sequentially("half an ans")
    ide.page.locator(".xterm").hover()
    ide.page.mouse.wheel(0, -1000)
    ide.program.press("Control+Home")
    for _ in range(60):
        ide.page.keyboard.press("ArrowDown")
    ide.page.keyboard.press("End")
    ide.expect_saved()
    watched = Watched(ide)
    ide.page.evaluate(SETTLED)  # the editor follows its caret with the next frame
    scrolled, rows = ide.page.evaluate(SCROLL), ide.page.evaluate(TERMINAL)
    printed = ide.printed()
    assert scrolled > 100
    assert rows.strip() not in ("", "200")
    restart(server, watched)
    assert ide.page.evaluate(SCROLL) == scrolled
    assert ide.page.evaluate(TERMINAL) == rows
    assert ide.printed() == printed
    ide.page.keyboard.type(" HERE")  # where the caret was
    expect(ide.program).to_contain_text("610 REM LINE 61 HERE")
    ide.terminal.press_sequentially("wer")
    ide.terminal.press("Enter")
    ide.expect_output("half an answer")


def test_what_was_never_stored_is_not_lost(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    watched = Watched(ide)
    ide.program.focus()
    ide.page.keyboard.type("10 A")
    server.kill()  # the session is in no record yet
    ide.page.keyboard.type("=6*7: PRINT A")
    server.start()
    watched.expect_back()
    ide.run.click()
    ide.expect_output(" 42 ")
    assert ide.text() == "10 A=6*7: PRINT A"
    watched.expect_back()


def test_a_server_told_to_end_leaves_nothing_behind(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    ide.start('10 K$=INKEY$: IF K$="" THEN 10\n20 N=N+1: PRINT N;K$: GOTO 10')
    ide.expect_phase("running")
    ide.terminal.focus()
    ide.page.keyboard.press("a")
    ide.expect_output(" 1 a")
    watched = Watched(ide)
    assert server.stop() == 0
    assert "1 of 1 sessions saved" in server.log
    assert "let go" in server.log, "the next process would have to ask this one"
    assert not any(word in server.log for word in ("Traceback", "ERROR", "could not be saved"))
    expect(ide.alert).to_contain_text("The server is away.")
    ide.page.keyboard.press("b")
    server.start()
    watched.expect_back()
    ide.expect_output(" 2 b")
    ide.page.keyboard.press("c")
    ide.expect_output(" 3 c")
    ide.expect_phase("running")
    expect(ide.alert).to_have_count(0)
    assert ide.printed().count(" 1 a") == 1


def test_commands_of_the_outage_are_done_once(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    ide.terminal.press_sequentially("N=1\n")
    ide.expect_output("N=1\nOk")
    ide.expect_saved()
    watched = Watched(ide)
    server.kill()
    ide.terminal.press_sequentially("N=N+1\nPRINT N\nN=N*10\nPRINT N\n")
    server.start()
    watched.expect_back()
    ide.expect_output("N=N+1\nOk\nPRINT N\n 2 \nOk\nN=N*10\nOk\nPRINT N\n 20 \nOk\n")
    assert ide.printed().count("N=N+1") == 1


def test_half_typed_line_outlives_a_refresh(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start("10 INPUT A$: PRINT LEN(A$)")
    ide.expect_phase("waiting for INPUT")
    ide.terminal.press_sequentially("half an ans")
    ide.page.reload()
    ide.expect_phase("waiting for INPUT")
    ide.page.keyboard.type("wer\n")  # it has the focus, as before
    ide.expect_output("half an answer\n 14 \nOk")
    assert ide.printed().strip() == "Ok\nRUN\n? half an answer\n 14 \nOk"


def test_memory_that_is_gone_costs_one_load_at_most(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("memory")
    ide = visit(browser, server)
    ide.program.fill("10 REM GONE")
    ide.expect_saved()
    watched = Watched(ide)
    server.kill()
    expect(ide.session).to_contain_text("reconnecting")
    server.start()
    watched.expect_back()
    expect(ide.program).to_have_text("")
    assert watched.loads == 0


def test_session_that_the_store_lost_is_told_and_its_program_offered(
    browser: Browser, start_server: Callable[[str], WebServer]
) -> None:
    server = start_server("memory")
    ide = visit(browser, server)
    ide.program.fill("10 REM KEPT\n20 PRINT 6*7")
    ide.expect_saved()
    watched = Watched(ide)
    server.kill()
    expect(ide.session).to_contain_text("reconnecting")
    ide.program.press("Control+End")
    ide.page.keyboard.type("\n30 REM TYPED MEANWHILE")
    server.start()
    watched.expect_back()
    expect(ide.alert).to_contain_text("a session that the store no longer has")
    expect(ide.alert).to_contain_text("This browser still has the program that was here.")
    assert ide.text() == ""
    with ide.page.expect_download() as download:
        ide.page.get_by_role("button", name="Download it").click()
    text = "10 REM KEPT\n20 PRINT 6*7\n30 REM TYPED MEANWHILE"
    assert Path(download.value.path()).read_text() == text
    ide.page.get_by_role("button", name="Put it into the editor").click()
    expect(ide.alert).to_have_count(0)
    assert ide.text() == text
    ide.run.click()
    ide.expect_output(" 42 \nOk")
    ide.expect_saved()
    assert watched.ide.problems == []


def test_reload_of_a_page_whose_session_is_lost_says_so(
    browser: Browser, start_server: Callable[[str], WebServer]
) -> None:
    server = start_server("memory")
    ide = visit(browser, server)
    ide.program.fill("10 REM KEPT")
    ide.expect_saved()
    server.kill()
    server.start()
    expect(ide.alert).to_contain_text("a session that the store no longer has")
    ide.page.reload()
    expect(ide.alert).to_contain_text("This browser still has the program that was here.")  # until it is seen to
    ide.alert.get_by_role("button", name="Dismiss").click()
    ide.page.reload()
    expect(ide.program).to_be_visible()
    expect(ide.alert).to_have_count(0)
    ide.program.fill("10 REM AGAIN")
    ide.expect_saved()
    ide.page.evaluate("window.socket.disconnect()")
    server.kill()
    server.start()
    ide.page.reload()
    expect(ide.alert).to_contain_text("a session that the store no longer has")
    ide.page.get_by_role("button", name="Put it into the editor").click()
    assert ide.text() == "10 REM AGAIN"


def test_page_of_which_nothing_was_stored_has_nothing_to_tell(
    browser: Browser, start_server: Callable[[str], WebServer]
) -> None:
    server = start_server("memory")
    ide = visit(browser, server)
    watched = Watched(ide)
    restart(server, watched)
    ide.page.reload()
    expect(ide.program).to_be_visible()
    expect(ide.session).to_contain_text("live")
    assert ide.alert.count() == 0


def test_page_of_other_parts_is_loaded_anew_once(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    ide.program.fill(LONG)
    ide.terminal.press_sequentially("PRINT 4")
    ide.expect_saved()
    loads: list[str] = []
    ide.page.on("load", lambda page: loads.append(page.url))
    ide.page.evaluate("window.mbasicPage.build = 'of yesterday'; window.socket.io.opts.query.build = 'of yesterday'")
    server.kill()
    ide.terminal.press_sequentially("0+2")
    server.start()
    expect(ide.session).to_contain_text("live", timeout=20_000)
    ide.page.keyboard.press("Enter")
    ide.expect_output("PRINT 40+2\n 42 \nOk")
    ide.program.press("Control+Home")
    expect(ide.program).to_contain_text("10 REM LINE 120 REM LINE 2")
    assert len(loads) == 1


def test_edits_that_were_lost_find_their_place_among_those_of_another_tab(
    browser: Browser, start_server: Callable[[str], WebServer], tmp_path: Path
) -> None:
    with RedisServer(tmp_path / "kept", aof=True) as redis:
        server = start_server(redis.url)
        mine = visit(browser, server)
        mine.program.fill("10 REM FIRST\n20 REM SECOND\n30 REM THIRD\n")
        mine.expect_saved()
        theirs = visit(mine.page.context, server)
        expect(theirs.program).to_contain_text("30 REM THIRD")
        redis.kill()
        mine.program.press("Control+End")
        for text in ("40 REM FOURTH", "\n50 REM FIFTH"):  # taken by the server, and in no record
            mine.page.keyboard.type(text)
            expect(theirs.program).to_contain_text(text.strip())
        for ide in (mine, theirs):
            ide.page.evaluate("window.socket.disconnect()")
        server.kill()
        redis.start()
        server.start()
        theirs.page.evaluate("window.socket.connect()")
        expect(theirs.program).not_to_contain_text("40 REM FOURTH")
        theirs.program.press("Control+Home")
        theirs.page.keyboard.type("5")
        theirs.expect_saved()
        mine.page.evaluate("window.socket.connect()")
        for ide in (mine, theirs):
            expect(ide.program).to_contain_text("40 REM FOURTH")
            expect(ide.program).to_contain_text("510 REM FIRST")
            ide.expect_saved()
            assert ide.text() == "510 REM FIRST\n20 REM SECOND\n30 REM THIRD\n40 REM FOURTH\n50 REM FIFTH"
            assert ide.problems == []


def test_navigation_beside_a_page_that_comes_back_does_not_hang(
    browser: Browser, start_server: Callable[[str], WebServer]
) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    ide.program.fill("10 REM HERE")
    ide.expect_saved()
    for build in ("of now", "of yesterday", "of now", "of yesterday"):
        if build == "of yesterday":  # it would load itself anew at the same time
            ide.page.evaluate("window.socket.io.opts.query.build = 'of yesterday'")
        server.kill()
        server.start()
        try:
            ide.page.goto(server.url, timeout=15_000)
        except Error as problem:  # where both began within the same milliseconds, the browser drops one of them
            if build == "of now" or "ERR_ABORTED" not in problem.message:
                raise
        expect(ide.program).to_have_text("10 REM HERE")


def test_page_whose_parts_were_missing_is_loaded_anew(browser: Browser, server: WebServer) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=404)
        else:
            route.continue_()

    page.route("**/basic_terminal.js", answer)
    ide = Ide(page)
    page.goto(server.url)
    expect(ide.terminal).to_be_attached(timeout=15_000)
    ide.start("10 PRINT 6*7")
    ide.expect_output(" 42 ")
    assert len(asked) == 2
    context.close()


def test_edits_that_a_reload_cannot_bring_back_are_offered(
    browser: Browser, start_server: Callable[[str], WebServer]
) -> None:
    server = start_server("memory")
    mine = visit(browser, server)
    mine.program.fill("10 REM FIRST\n20 REM SECOND")
    mine.expect_saved()
    theirs = visit(mine.page.context, server)
    expect(theirs.program).to_contain_text("20 REM SECOND")
    mine.page.evaluate("window.socket.disconnect()")
    mine.program.press("Control+End")
    mine.page.keyboard.type("\n30 REM MINE")
    theirs.program.press("Control+Home")
    theirs.page.keyboard.type("5 REM THEIRS\n")
    theirs.expect_saved()
    mine.page.reload()
    expect(mine.program).to_contain_text("5 REM THEIRS")
    expect(mine.alert).to_contain_text("What was typed here while the connection was away could not be applied.")
    assert mine.text() == "5 REM THEIRS\n10 REM FIRST\n20 REM SECOND"
    mine.page.reload()  # the offer stays until the user has seen to it
    mine.alert.get_by_role("button", name="Put it into the editor").click()
    for ide in (mine, theirs):
        expect(ide.program).to_contain_text("30 REM MINE")
        assert ide.text() == "10 REM FIRST\n20 REM SECOND\n30 REM MINE"
    expect(mine.alert).to_have_count(0)
    mine.program.press("Control+z")
    expect(mine.program).to_contain_text("5 REM THEIRS")
    mine.expect_saved()
    assert mine.problems == []
