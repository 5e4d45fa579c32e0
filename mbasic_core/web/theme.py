"""What a page has in its head: style, theme before the first paint, and what the page shows its socket."""

from __future__ import annotations

import json

from mbasic_core.web.components.modules import STATIC_URL

__all__ = ["THEMES", "body_html", "head_html"]

THEMES = ("paper", "night", "phosphor")
"""The first is the default; the colours are in static/theme.css, and the choice is the browser's."""

_FONTS = ("jetbrains-mono-latin-wght-normal", "inter-latin-wght-normal")


def head_html() -> str:
    """Style sheet, fonts, and the browser's theme, set before anything is drawn."""
    fonts = "".join(
        f'<link rel="preload" href="{STATIC_URL}/fonts/{name}.woff2" as="font" type="font/woff2" crossorigin>'
        for name in _FONTS
    )
    return (
        f'<link rel="stylesheet" href="{STATIC_URL}/theme.css">{fonts}'
        f"<script>{{const themes = {json.dumps(THEMES)}; const chosen = localStorage.getItem('mbasic.theme');"
        "document.documentElement.dataset.theme = themes.includes(chosen) ? chosen : themes[0];}</script>"
    )


def body_html(shown: dict[str, str]) -> str:
    """The script that makes the page show `shown` on its socket: workspace, path and proof."""
    safe = json.dumps(shown).replace("<", "\\u003c")
    return f'<script>window.mbasicPage = {safe};</script><script defer src="{STATIC_URL}/boot.js"></script>'
