"""A program written, run, disturbed in the middle, and finished as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.harness import Ide, WebServer, visit

PROGRAM = """10 PRINT "SUMS"
20 FOR I = 1 TO 4
30 PRINT "ROUND"; I;
40 INPUT "NUMBER"; N
50 S = S + N
60 NEXT I
70 PRINT "THE SUM IS"; S"""
ANSWERS = ("5", "7", "9", "21")


def undisturbed(browser: Browser, server: WebServer) -> str:
    """What the program prints when nobody disturbs it."""
    ide = visit(browser, server)
    ide.start(PROGRAM)
    for answer in ANSWERS:
        ide.answer(answer)
    ide.expect_phase("ready")
    ide.expect_output("THE SUM IS 42")
    printed = ide.printed()
    ide.page.context.close()
    return printed


def half_done(browser: Browser, server: WebServer) -> Ide:
    """A browser in which the program has had two of four answers."""
    ide = visit(browser, server)
    ide.start(PROGRAM)
    for answer in ANSWERS[:2]:
        ide.answer(answer)
    ide.expect_output("ROUND 3 NUMBER? ")
    ide.expect_phase("waiting for INPUT")
    ide.expect_saved()
    return ide


def finish(ide: Ide) -> str:
    """Give the other two answers; what the terminal shows in the end."""
    for answer in ANSWERS[2:]:
        ide.answer(answer)
    ide.expect_phase("ready")
    ide.expect_output("THE SUM IS 42")
    return ide.printed()


def test_refresh_in_the_middle_changes_nothing(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("memory")
    expected = undisturbed(browser, server)
    ide = half_done(browser, server)
    ide.page.reload()
    ide.expect_phase("waiting for INPUT")
    assert ide.text() == PROGRAM
    assert ide.printed().endswith("ROUND 2 NUMBER? 7\nROUND 3 NUMBER? ")
    assert finish(ide) == expected
    assert ide.problems == []


@pytest.mark.parametrize("store", ["sqlite", "redis"])
def test_killed_server_goes_on_where_it_was(
    browser: Browser, start_server: Callable[[str], WebServer], store: str
) -> None:
    server = start_server(store)
    expected = undisturbed(browser, server)
    ide = half_done(browser, server)
    before = ide.printed()
    server.kill()
    expect(ide.session).to_contain_text("reconnecting")
    server.start()
    ide.expect_phase("waiting for INPUT", timeout=20_000)
    ide.expect_output("ROUND 3 NUMBER? ")
    assert ide.printed() == before
    assert ide.text() == PROGRAM
    assert finish(ide) == expected


@pytest.mark.parametrize("store", ["sqlite"])
def test_what_is_typed_while_the_server_is_away_is_not_lost(
    browser: Browser, start_server: Callable[[str], WebServer], store: str
) -> None:
    server = start_server(store)
    ide = visit(browser, server)
    ide.program.press_sequentially('10 PRINT "BEFORE"')
    server.kill()  # at once: the last characters may not be in a record yet
    ide.program.press_sequentially('\n20 PRINT "MEANWHILE"')
    expect(ide.session).to_contain_text("reconnecting")
    server.start()
    ide.expect_phase("ready", timeout=20_000)
    ide.run.click()
    ide.expect_output("BEFORE\nMEANWHILE\nOk")
    assert ide.text() == '10 PRINT "BEFORE"\n20 PRINT "MEANWHILE"'


def test_typing_through_crashes_loses_nothing(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    typed = ""
    for number in range(1, 4):
        before, meanwhile = f"{number}0 REM BEFORE CRASH {number}\n", f"{number}5 REM AFTER CRASH {number}\n"
        ide.program.press("Control+End")
        ide.page.keyboard.type(before)
        server.kill()
        ide.page.keyboard.type(meanwhile)
        typed += before + meanwhile
        server.start()
        expect(ide.session).to_contain_text("live", timeout=20_000)
    expect(ide.program).to_contain_text("35 REM AFTER CRASH 3", timeout=20_000)
    ide.expect_saved()
    assert ide.text() == typed
    ide.page.reload()
    expect(ide.program).to_be_visible()
    assert ide.text() == typed


def test_orderly_stop_saves_what_was_just_typed(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    ide.program.press_sequentially("10 REM JUST TYPED")
    assert server.stop() == 0
    server.start()
    ide.expect_phase("ready", timeout=20_000)
    assert ide.text() == "10 REM JUST TYPED"


def test_second_tab_shows_the_same_session_live(browser: Browser, server: WebServer) -> None:
    first = visit(browser, server)
    first.start(PROGRAM)
    first.answer("5")
    second = visit(first.page.context, server)
    second.expect_phase("waiting for INPUT")
    second.expect_output("ROUND 2 NUMBER? ")
    assert second.text() == PROGRAM
    second.answer("6")
    first.expect_output("ROUND 2 NUMBER? 6\nROUND 3 NUMBER? ")
    first.answer("7")
    second.expect_output("ROUND 3 NUMBER? 7\nROUND 4 NUMBER? ")
    second.stop.click()
    first.expect_phase("stopped")
    assert first.printed() == second.printed()
    assert first.problems + second.problems == []


def test_another_browser_has_its_own_session(browser: Browser, server: WebServer) -> None:
    mine, theirs = visit(browser, server), visit(browser, server)
    mine.start('10 PRINT "MINE"')
    mine.expect_output("MINE")
    theirs.expect_phase("ready")
    assert theirs.text() == ""
    assert "MINE" not in theirs.printed()


def test_workspaces_are_sessions_of_their_own(browser: Browser, server: WebServer) -> None:
    main = visit(browser, server)
    main.program.fill("10 REM MAIN")
    other = visit(main.page.context, server, "/w/games")
    other.program.fill("10 REM GAMES")
    again = visit(main.page.context, server)
    expect(again.program).to_have_text("10 REM MAIN")
    assert main.text() == "10 REM MAIN"
