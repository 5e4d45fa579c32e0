"""Pages made in one process can be made again in another, also where everything was installed elsewhere and later."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nicegui

import mbasic_core

# Makes a page as a server at its start does, then one that a browser brought along; tells what they are made of.
PROCESS = """
import asyncio, json, logging
from nicegui import Client, dependencies
from mbasic_core.web.components.modules import register_modules
from mbasic_core.web.identity import Badge, Signer
from mbasic_core.web.internals import log_once
from mbasic_core.web.middleware import BADGE
from mbasic_core.web.pages.book import PageBook

async def main():
    register_modules()
    log_once()
    book = PageBook(Signer(("a secret of the tests",)))
    book.prepare()
    left = len(Client.instances)
    scope = {"type": "websocket", "scheme": "ws", "path": "/_nicegui_ws/socket.io/", "headers": []}
    known = {"client_id": "of the browser", "workspace": "games", "path": "/w/games", "next_message_id": 7}
    book.revive(scope | {BADGE: Badge("me", 0)}, **known)
    (client,) = Client.instances.values()
    elements = client.elements.values()
    components = [element.component.key for element in elements if element.component]
    ours = ("nicegui-xterm", "nicegui-codemirror")
    print(json.dumps({
        "build": book.build,
        "handlers": len(logging.getLogger("socketio.server").handlers + logging.getLogger("engineio.server").handlers),
        "left": left,
        "id": client.id,
        "elements": {number: element.tag for number, element in client.elements.items()},
        "listeners": [name for element in elements for name in element._event_listeners],
        "next": client.outbox.next_message_id,
        "sent": len(client.outbox.updates) + len(client.outbox.messages),
        "modules": sorted(key for key, module in dependencies.esm_modules.items() if module.name in ours),
        "components": components,
        "served": all(key in dependencies.js_components for key in components),
    }))

asyncio.run(main())
"""


def process(folder: Path, *, installed: bool = True) -> dict[str, object]:
    """What the process tells that runs in a folder, with the packages that are installed or those that are in it."""
    foreign = ("PYTEST_", "NICEGUI_", "MBASIC_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    script = folder / "process.py"
    script.write_text(PROCESS)
    command = [sys.executable, *(["-P"] if installed else []), str(script)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_page_is_made_of_the_same_everywhere(tmp_path: Path) -> None:
    here = process(tmp_path)
    for package in (nicegui, mbasic_core):
        source = Path(package.__file__ or "").parent
        shutil.copytree(source, tmp_path / source.name, copy_function=shutil.copyfile)  # new times, another place
    elsewhere = process(tmp_path, installed=False)
    assert elsewhere == here
    drawing = tmp_path / "mbasic_core" / "web" / "components" / "basic_status.js"
    drawing.write_text(drawing.read_text() + "// changed")
    changed = process(tmp_path, installed=False)
    assert changed["build"] != here["build"]
    assert changed["elements"] == here["elements"]


def test_page_made_again_has_the_names_that_the_browser_knows(tmp_path: Path) -> None:
    made = process(tmp_path)
    assert made["left"] == 0
    assert made["id"] == "of the browser"
    assert made["next"] == 7
    assert made["sent"] == 0
    assert made["served"]
    assert made["handlers"] == 0
    assert made["listeners"]
    assert made == process(tmp_path)
