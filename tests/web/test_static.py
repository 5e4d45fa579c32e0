"""Everything that a page needs is in the package: no file is missing, nothing comes from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mbasic_core.web.components.modules import FAVICON, STATIC, STATIC_URL
from mbasic_core.web.theme import THEMES, body_html, head_html

WEB = STATIC.parent
OURS = sorted(path for path in WEB.rglob("*") if path.suffix in (".js", ".css", ".svg", ".py"))
ON_PANEL = ("--ink", "--dim", "--accent", "--kw", "--fn", "--str", "--num", "--rem", "--ln", "--err")
PAIRS = [
    *((ink, "--panel") for ink in ON_PANEL),
    ("--accent-ink", "--accent"),
    ("--ink", "--mark"),
    ("--term-ink", "--term"),
]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_file_of_ours_names_another_host(path: Path) -> None:
    urls = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text(encoding="utf-8"))
    assert [url for url in urls if "www.w3.org" not in url] == []


def test_fonts_are_there_with_their_licences() -> None:
    fonts = set(re.findall(r"url\(fonts/([\w.-]+)\)", (STATIC / "theme.css").read_text()))
    assert {path.name for path in (STATIC / "fonts").glob("*.woff2")} == fonts
    assert len(fonts) == len(THEMES)
    licences = list((STATIC / "fonts").glob("OFL-*.txt"))
    assert len(licences) == len(fonts)
    assert all("SIL OPEN FONT LICENSE" in path.read_text().upper() for path in licences)
    assert FAVICON.is_file()


@pytest.mark.parametrize("path", sorted((WEB / "components").glob("basic_*.js")), ids=lambda path: path.name)
def test_each_drawing_belongs_to_one_element(path: Path) -> None:
    users = [other for other in (WEB / "components").glob("*.py") if f'component="{path.name}"' in other.read_text()]
    assert len(users) == 1


def colours(theme: str) -> dict[str, str]:
    css = (STATIC / "theme.css").read_text()
    rules = re.findall(r"(:root,)?\[data-theme=(\w+)\]\{([^}]*--panel[^}]*)\}", css)
    body = next(body for _, name, body in rules if name == theme)
    return dict(re.findall(r"(--[\w-]+):(#[0-9a-f]+)", body))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(theme: str, ink: str, ground: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1."""
    palette = colours(theme)
    light, dark = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_page_head_and_body_name_our_files() -> None:
    assert f"{STATIC_URL}/theme.css" in head_html()
    assert all(theme in head_html() for theme in THEMES)
    body = body_html({"workspace": "</script><script>alert(1)</script>"})
    assert body.count("</script>") == 2
    assert f"{STATIC_URL}/boot.js" in body
