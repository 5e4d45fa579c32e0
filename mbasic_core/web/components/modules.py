"""Our static files: where they are served, and under which names the elements' JavaScript imports them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from nicegui import __version__ as nicegui_version
from nicegui.dependencies import register_importmap_override
from nicegui.elements.codemirror import CodeMirror

from mbasic_core.web.internals import address_by_content

__all__ = ["FAVICON", "STATIC", "STATIC_URL", "register_modules"]

STATIC = Path(__file__).parent.parent / "static"
FAVICON = STATIC / "favicon.svg"


def _digest(folder: Path) -> str:
    """Changes whenever a file does, so that browsers may keep the files for ever."""
    content = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return content.hexdigest()[:16]


STATIC_URL = f"/mbasic/{_digest(STATIC)}"


def register_modules() -> None:
    """Make `import … from "mbasic-link"` and the like work in the browser."""
    address_by_content(("nicegui-codemirror", "nicegui-xterm"))
    component = CodeMirror.component
    assert component is not None
    register_importmap_override("mbasic-codemirror", f"/_nicegui/{nicegui_version}/components/{component.key}")
    for name, file in {
        "breakpoints": "breakpoints.js",
        "codes": "codes.js",
        "files": "files.js",
        "kept": "kept.js",
        "link": "link.js",
        "line": "line_editor.js",
        "transfer": "transfer.js",
        "words": "basic_words.js",
    }.items():
        register_importmap_override(f"mbasic-{name}", f"{STATIC_URL}/{file}")
