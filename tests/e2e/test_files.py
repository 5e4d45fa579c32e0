"""The files of a session: up and down without a byte changed, in every tab, whatever happens to the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.disk import Disk
from tests.e2e.harness import WebServer, visit

BYTES = bytes(range(256)) + b"\r\n\n\r\x1a\x00" + bytes(range(255, -1, -1))
LARGE = bytes(number * number % 251 for number in range(600_000))
LANDER = '10 PRINT "LANDER"\n20 END\n'
POLL = """10 ON ERROR GOTO 50
20 OPEN "I",1,"GO.TXT"
30 LINE INPUT#1,A$: PRINT "GOT ";A$: CLOSE
40 KILL "GO.TXT": GOTO 20
50 RESUME 20"""


@pytest.mark.parametrize("data", [BYTES, b"", LARGE], ids=["every byte", "no bytes", "many bytes"])
def test_file_comes_back_byte_for_byte(browser: Browser, server: WebServer, data: bytes) -> None:
    disk = Disk(visit(browser, server))
    disk.upload(("all.dat", data))
    expect(disk.said).to_have_text(f"ALL.DAT is on the disk: {len(data):,} bytes.")
    expect(disk.row("ALL.DAT")).to_contain_text(f"{len(data):,}")
    assert disk.download("ALL.DAT") == data
    disk.ide.expect_saved()
    disk.page.reload()
    disk = Disk(disk.ide)
    assert disk.download("ALL.DAT") == data
    assert disk.ide.problems == []
    disk.page.context.close()


def test_programs_are_downloaded_as_basic_saved_them(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill(LANDER)
    ide.terminal.press_sequentially('SAVE "T"\nSAVE "A",A\nSAVE "P",P\n')
    ide.expect_output('SAVE "P",P\nOk')
    disk = Disk(ide)
    tokenised, text, protected = (disk.download(f"{name}.BAS") for name in "TAP")
    assert (tokenised[0], protected[0]) == (0xFF, 0xFE)
    assert text == LANDER.encode().replace(b"\n", b"\r\n")
    for name in "TAP":
        disk.button(f"Delete {name}.BAS").click()
        disk.button("Delete").click()
        expect(disk.row(f"{name}.BAS")).to_have_count(0)
    ide.program.fill("")
    disk.upload(("t.bas", tokenised))
    disk.button("Load").click()
    expect(ide.program).to_contain_text('10 PRINT "LANDER"20 END')
    disk.upload(("p.bas", protected))
    disk.button("Load").click()
    ide.expect_output('LOAD "P.BAS"\nOk')
    ide.terminal.press_sequentially("RUN\n")
    ide.expect_output("LANDER\nOk")
    assert ide.problems == []
    ide.page.context.close()


@pytest.mark.parametrize(
    "data",
    [LANDER.encode(), LANDER.replace("\n", "\r").encode(), b"\xef\xbb\xbf" + LANDER.encode() + b"\x1arest"],
    ids=["LF", "CR", "BOM and ^Z"],
)
def test_program_of_another_editor_is_offered_to_be_loaded(browser: Browser, server: WebServer, data: bytes) -> None:
    ide = visit(browser, server)
    ide.program.fill("10 REM BEFORE")
    disk = Disk(ide)
    disk.upload(("lander.bas", data))
    expect(disk.pane).to_contain_text("LANDER.BAS is on the disk. Load it into the editor?")
    expect(disk.pane).to_contain_text("the program that is there (1 line)")
    assert ide.text() == "10 REM BEFORE"
    disk.button("Load").click()
    expect(ide.program).to_contain_text("20 END")
    expect(disk.said).to_have_text("The terminal says how loading LANDER.BAS went.")
    assert ide.text().rstrip() == LANDER.rstrip()
    assert disk.download("LANDER.BAS") == data
    ide.run.click()
    ide.expect_output("LANDER\nOk")
    assert ide.printed().count("LANDER\n") == 1
    ide.page.context.close()


def test_names_are_made_and_checked(browser: Browser, server: WebServer) -> None:
    disk = Disk(visit(browser, server))
    disk.upload(("Größe der Daten.text", b"one"), ("Größe des Tals.text", b"two"), ("good.txt", b"three"))
    expect(disk.row("GOOD.TXT")).to_be_visible()
    first, second = disk.pane.get_by_label("Name on the disk").all()
    expect(first).to_have_value("GROSSEDE.TEX")
    expect(second).to_have_value("GROSSE~2.TEX")
    expect(first).to_be_focused()
    disk.page.keyboard.press("Control+a")
    disk.page.keyboard.type("a b")
    expect(disk.button("Upload").first).to_be_disabled()
    expect(disk.pane).to_contain_text("A name has up to eight characters, and up to three after a point")
    disk.page.keyboard.press("Control+a")
    disk.page.keyboard.type("sizes.txt\n")
    expect(disk.row("SIZES.TXT")).to_be_visible()
    disk.button("Leave out").click()
    expect(disk.pane.get_by_label("Name on the disk")).to_have_count(0)
    assert disk.names == ["GOOD.TXT", "SIZES.TXT"]
    assert disk.download("SIZES.TXT") == b"one"
    disk.page.context.close()


def test_full_disk_is_told_and_nothing_is_written(browser: Browser, server: WebServer) -> None:
    disk = Disk(visit(browser, server))
    disk.upload(("large.dat", LARGE), ("huge.dat", bytes(1_000_001)))
    expect(disk.problem).to_contain_text(
        "huge.dat: Disk full. It has 1,000,001 bytes, and a disk holds 1,000,000 bytes."
    )
    expect(disk.row("LARGE.DAT")).to_be_visible()
    disk.upload(("more.dat", LARGE))
    expect(disk.problem).to_contain_text("MORE.DAT: Disk full. It has 600,000 bytes, and there is room for 400,000.")
    disk.upload(("large.dat", LARGE[:-1]))
    disk.button("Replace").click()
    expect(disk.row("LARGE.DAT")).to_contain_text("599,999")
    expect(disk.problem).to_have_count(0)
    assert disk.names == ["LARGE.DAT"]
    assert disk.download("LARGE.DAT") == LARGE[:-1]
    disk.page.context.close()


def test_files_are_renamed_and_deleted_with_the_keyboard_alone(browser: Browser, server: WebServer) -> None:
    disk = Disk(visit(browser, server))
    disk.upload(("a.dat", b"a"), ("b.dat", b"b"))
    expect(disk.row("B.DAT")).to_be_visible()
    disk.button("Rename A.DAT").focus()
    disk.page.keyboard.press("Enter")
    expect(disk.pane.get_by_label("New name for A.DAT")).to_be_focused()
    disk.page.keyboard.type("not such a.dat\n")
    expect(disk.problem).to_contain_text("Bad file name")
    disk.page.keyboard.press("Control+a")
    disk.page.keyboard.type("b.dat\n")
    expect(disk.problem).to_contain_text("B.DAT: File already exists.")
    expect(disk.problem).to_have_count(1)  # not the one of the name before
    disk.button("Rename A.DAT").focus()
    disk.page.keyboard.press("Enter")
    disk.page.keyboard.type("c.dat\n")
    expect(disk.said).to_have_text("A.DAT is now C.DAT.")
    expect(disk.button("Download C.DAT")).to_be_focused()
    disk.button("Delete B.DAT").focus()
    disk.page.keyboard.press("Enter")
    expect(disk.pane).to_contain_text("Delete B.DAT? It cannot be brought back.")
    disk.page.keyboard.press("Escape")
    assert disk.names == ["B.DAT", "C.DAT"]
    disk.button("Delete B.DAT").focus()
    disk.page.keyboard.press("Enter")
    expect(disk.button("Delete")).to_be_focused()
    disk.page.keyboard.press("Enter")
    expect(disk.said).to_have_text("B.DAT is deleted.")
    assert disk.names == ["C.DAT"]
    tab = disk.page.get_by_role("tab", name="Files")
    tab.focus()
    disk.page.keyboard.press("ArrowLeft")
    expect(disk.page.get_by_role("tab", name="Variables")).to_be_focused()
    expect(disk.page.get_by_role("tabpanel", name="Variables")).to_be_visible()
    expect(disk.pane).to_be_hidden()
    assert disk.ide.problems == []
    disk.page.context.close()


DROP: Any = """([name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name));
  const target = document.querySelector('.cm-content');
  for (const type of ['dragover', 'drop'])
    target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def test_file_dropped_on_the_page_is_uploaded_and_not_typed(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.program.fill("10 REM BEFORE")
    ide.page.evaluate(DROP, ["drop.txt", "dropped"])
    disk = Disk(ide)
    expect(disk.row("DROP.TXT")).to_be_visible()
    assert disk.download("DROP.TXT") == b"dropped"
    assert ide.text() == "10 REM BEFORE"
    expect(ide.page.locator(".dropping")).to_have_count(0)
    ide.page.context.close()


def test_second_tab_sees_the_file_and_uploads_in_mid_run(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.start(POLL)
    ide.expect_phase("running")
    first, second = Disk(ide), Disk(visit(ide.page.context, server))
    for text in ("ONE", "TWO"):
        second.upload(("go.txt", text.encode() + b"\r\n"))
        ide.expect_output(f"GOT {text}")
        expect(second.row("GO.TXT")).to_have_count(0)
    second.upload(("stays.dat", BYTES))
    expect(first.row("STAYS.DAT")).to_be_visible()
    assert first.download("STAYS.DAT") == BYTES
    ide.expect_phase("running")
    assert re.findall(r"GOT (\w+)", ide.printed()) == ["ONE", "TWO"]
    first.upload(("later.bas", LANDER.encode()))
    expect(second.button("Load LATER.BAS")).to_be_disabled()
    ide.stop.click()
    expect(second.button("Load LATER.BAS")).to_be_enabled()
    ide.page.context.close()


def test_file_that_the_program_has_open_stays_as_it_is(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    disk = Disk(ide)
    disk.upload(("in.txt", b"ONE\r\nTWO\r\n"))
    ide.start('10 OPEN "I",1,"IN.TXT": LINE INPUT#1,A$\n20 INPUT B\n30 LINE INPUT#1,C$: PRINT A$;"+";C$')
    ide.expect_phase("waiting for INPUT")
    expect(disk.row("IN.TXT")).to_contain_text("open")
    for act in ("Delete", "Rename"):
        expect(disk.button(f"{act} IN.TXT")).to_be_disabled()
    disk.upload(("in.txt", b"SOMETHING ELSE\r\n"))
    expect(disk.pane).to_contain_text("The program has IN.TXT open")
    disk.button("Replace").click()
    expect(disk.problem).to_contain_text("IN.TXT open")
    ide.answer("1")
    ide.expect_output("ONE+TWO")
    disk.button("Replace").click()
    expect(disk.said).to_contain_text("IN.TXT is on the disk: 16 bytes.")
    assert disk.download("IN.TXT") == b"SOMETHING ELSE\r\n"
    ide.page.context.close()


@pytest.mark.parametrize("store", ["sqlite", "redis"])
def test_uploaded_file_outlives_a_killed_server(
    browser: Browser, start_server: Callable[[str], WebServer], store: str
) -> None:
    server = start_server(store)
    ide = visit(browser, server)
    disk = Disk(ide)
    ide.start('10 INPUT A\n20 OPEN "I",1,"LARGE.DAT": PRINT ASC(INPUT$(1,1));"READ"')
    ide.expect_phase("waiting for INPUT")
    disk.upload(("large.dat", LARGE))
    expect(disk.said).to_contain_text("600,000 bytes.")
    ide.expect_saved()
    server.kill()
    expect(ide.session).to_contain_text("reconnecting")
    server.start()
    expect(ide.session).to_contain_text("live", timeout=20_000)
    assert disk.download("LARGE.DAT") == LARGE
    ide.answer("1")
    ide.expect_output(" 0 READ")
    assert ide.problems == []
    ide.page.context.close()


def test_upload_of_an_outage_arrives_once(browser: Browser, start_server: Callable[[str], WebServer]) -> None:
    server = start_server("sqlite")
    ide = visit(browser, server)
    disk = Disk(ide)
    ide.start("10 INPUT A")
    ide.expect_saved()
    server.kill()
    expect(ide.session).to_contain_text("reconnecting")
    disk.upload(("large.dat", LARGE), ("small.dat", BYTES))
    expect(disk.said).to_contain_text("Sending LARGE.DAT")
    server.start()
    expect(disk.said).to_have_text(f"SMALL.DAT is on the disk: {len(BYTES)} bytes.", timeout=20_000)
    assert disk.download("LARGE.DAT") == LARGE
    assert disk.download("SMALL.DAT") == BYTES
    ide.expect_saved()
    assert ide.problems == []
    ide.page.context.close()


def test_narrow_page_has_its_files_in_a_sheet(browser: Browser, server: WebServer) -> None:
    ide = visit(browser, server)
    ide.page.set_viewport_size({"width": 390, "height": 844})
    pane = ide.page.get_by_role("tabpanel", name="Files")
    expect(pane).to_be_hidden()
    disk = Disk(ide)
    disk.upload(("a.dat", BYTES))
    expect(disk.button("Delete A.DAT")).to_be_in_viewport()
    wide = ide.page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
    ide.page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(ide.page.get_by_role("button", name="Files", exact=True)).to_be_focused()
    ide.page.context.close()
