"""The page's look: nothing from elsewhere, three themes, accessible names; pictures for a person to look at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.harness import Ide, WebServer, visit

PROGRAM = """10 REM  *** LUNAR LANDER ***
20 DEFINT I-N : H=1000 : V=50 : F=150
30 PRINT TAB(20);"L U N A R   L A N D E R" : PRINT
40 PRINT USING "HEIGHT ####  SPEED ###.#  FUEL ###"; H,V,F
50 INPUT "BURN (0-30)"; B
60 IF B<0 OR B>30 THEN PRINT "NO!" : GOTO 50
70 IF B>F THEN B=F
80 F=F-B : V=V+5-B*.6 : H=H-V
90 IF H>0 THEN 40
100 GOSUB 200
110 END
200 IF V<10 THEN PRINT "PERFECT LANDING!" ELSE PRINT "NEW CRATER:";INT(V*2)
220 RETURN ' done"""
# The contrast of an element's letters with what is behind them, as WCAG computes it.
CONTRAST = """(element) => {
  const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const luminance = (colour) => {
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const parts = [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const style = getComputedStyle(element);
  if (style.backgroundImage !== 'none') return 0;
  const [dark, light] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}"""
GROUNDS = {"paper": "rgb(255, 253, 248)", "night": "rgb(23, 28, 36)", "phosphor": "rgb(8, 17, 9)"}


@pytest.fixture
def ide(browser: Browser, server: WebServer) -> Ide:
    """A page with the lander waiting for its second answer."""
    page = visit(browser, server)
    page.start(PROGRAM)
    page.answer("12")
    page.expect_output("HEIGHT  952")
    page.expect_phase("waiting for INPUT")
    return page


def test_page_needs_nobody_but_its_server(browser: Browser, server: WebServer) -> None:
    context = browser.new_context()
    hosts: set[str] = set()
    failed: list[str] = []
    context.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "://" in request.url else None)
    context.on("requestfailed", lambda request: failed.append(request.url))
    context.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    ide = visit(context, server)
    ide.start("10 PRINT 6*7")
    ide.expect_output(" 42 ")
    fonts = ide.page.evaluate("[...document.fonts].map(({family, status}) => [family, status])")
    assert {family.strip('"') for family, status in fonts if status == "loaded"} >= {"JetBrains Mono", "Inter"}
    assert hosts == {f"127.0.0.1:{server.port}"}
    assert failed == []
    assert ide.page.title() == "MBASIC"
    context.close()


def test_themes(ide: Ide, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("MBASIC_PICTURES") or tmp_path)
    pictures.mkdir(parents=True, exist_ok=True)
    for theme, ground in GROUNDS.items():
        expect(ide.page.locator("html")).to_have_attribute("data-theme", theme)
        expect(ide.page.locator(".cm-editor")).to_have_css("background-color", ground)
        ide.terminal.focus()
        ide.page.wait_for_function("document.fonts.status === 'loaded'")
        picture = ide.page.screenshot(path=pictures / f"{theme}.png")
        assert len(picture) > 20_000
        ide.page.get_by_role("button", name="Theme").click()
    ide.page.get_by_role("button", name="Theme: paper").click()
    ide.page.reload()
    expect(ide.page.locator("html")).to_have_attribute("data-theme", "night")
    ide.page.context.close()


def test_layout(ide: Ide) -> None:
    box = {name: ide.page.locator(name).bounding_box() for name in (".bar", ".pane.left", ".b-term", ".stat")}
    sizes = {name: (round(found["width"]), round(found["height"])) for name, found in box.items() if found}
    assert sizes[".bar"] == (1440, 48)
    assert sizes[".stat"] == (1440, 26)
    assert 0.5 <= sizes[".pane.left"][0] / 1440 <= 0.53
    expect(ide.page.get_by_text("80×", exact=False)).to_be_visible()  # the terminal's columns
    assert ide.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    ide.page.context.close()


def test_everything_has_one_role_and_name(ide: Ide) -> None:
    for handle in (ide.program, ide.terminal, ide.output, ide.run, ide.stop, ide.session):
        expect(handle).to_have_count(1)
    expect(ide.program).to_have_attribute("aria-multiline", "true")
    expect(ide.session).to_have_text("● waiting for INPUT · live · saved")
    assert ide.page.locator("button").evaluate_all("(all) => all.every((one) => one.ariaLabel)")
    for name in ("Variables", "Files"):
        tab = ide.page.get_by_role("tab", name=name)
        tab.click()
        pane = ide.page.get_by_role("tabpanel", name=name)
        expect(tab).to_have_attribute("aria-controls", pane.get_attribute("id") or "no id")
    ide.page.context.close()


def test_narrow_screen_keeps_all_that_is_needed(browser: Browser, server: WebServer) -> None:
    ide = visit(browser.new_context(viewport={"width": 390, "height": 780}), server)
    ide.start("10 PRINT 6*7")
    ide.expect_output(" 42 ")
    for handle in (ide.program, ide.run, ide.stop, ide.session):
        expect(handle).to_be_in_viewport(ratio=0.9)
    ide.page.set_viewport_size({"width": 320, "height": 568})
    boxes = [ide.page.locator(name).bounding_box() for name in (".brand", ".middle", ".bar .right")]
    edges = [(box["x"], box["x"] + box["width"], box["height"]) for box in boxes if box]
    assert [left for left, _, _ in edges[1:]] >= [right for _, right, _ in edges[:-1]]
    assert edges[-1][1] <= 320
    assert edges[0][2] < 30  # the name has one line
    ide.page.context.close()


def test_searching_can_be_read_in_every_theme(ide: Ide) -> None:
    ide.program.press("Control+f")
    ratios = []
    for _ in GROUNDS:
        parts = ide.page.locator(".cm-search .cm-button, .cm-search .cm-textfield").all()
        ratios += [part.evaluate(CONTRAST) for part in parts]
        ide.page.get_by_role("button", name="Theme").click()
    assert len(ratios) == 7 * len(GROUNDS)
    assert min(ratios) >= 4.5, ratios
    ide.page.context.close()
