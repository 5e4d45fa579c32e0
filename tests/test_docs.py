"""What the documents say is tried: sessions are typed, commands run, Python executed, settings compared."""

from __future__ import annotations

import argparse
import inspect
import os
import re
import subprocess
import sysconfig
from dataclasses import fields
from pathlib import Path

import pytest

from mbasic_core import config
from mbasic_core.cli.main import parser
from mbasic_core.cli.store.new import project
from mbasic_core.machine import Echo, Machine, Output, Prompt, SliceSpent
from mbasic_core.storage import hookspecs
from mbasic_core.testing import StoreConformance

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
READMES = [path for folder in ("plugins", "examples", "tests") for path in ROOT.glob(f"{folder}/*/README.md")]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *READMES])


def snippet(mark: str) -> str:
    """The fenced text of the README that follows the comment `mark`."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_readme_opens_with_a_sentence_and_two_commands() -> None:
    opening = README[: README.index("\n## ")]
    assert opening.startswith("# mbasic\n\n")
    assert opening.count("```sh\n") == 2
    assert snippet("start").endswith("mbasic web\n")
    assert snippet("test").endswith("nox\n")


def test_continuous_integration_runs_the_readmes_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- test -->" in script


def test_the_direct_mode_session_is_what_a_terminal_shows() -> None:
    prompt, _, session = snippet("session").partition("\n")
    assert prompt == "$ mbasic"
    assert session.startswith("Ok\n")
    place = len("Ok\n")
    machine = Machine()
    while place < len(session):
        line = session[place : session.index("\n", place)]
        machine.feed_line(line)
        events = machine.advance(10_000)
        assert not isinstance(events[-1], SliceSpent)
        for event in events:
            if isinstance(event, (Echo, Output, Prompt)):
                shown = event.text.replace("\r\n", "\n")
                # Trailing blanks do not survive in a document.
                expected = re.sub(r" +\n", "\n", shown)
                assert session.startswith(expected, place), session[place:]
                place += len(expected)


def test_the_commands_print_what_the_readme_says(tmp_path: Path) -> None:
    commands = re.split(r"^\$ ", snippet("run"), flags=re.MULTILINE)[1:]
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    for block in commands:
        command, _, expected = block.partition("\n")
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True, check=True
        )
        assert re.sub(r" +\n", "\n", done.stdout) == re.sub(r" +\n", "\n", expected)


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_python_in_documents_runs(document: Path) -> None:
    for code in re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(code, str(document), "exec"), {"__name__": "snippet"})
    assert document.read_text(encoding="utf-8").count("```") % 2 == 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_the_readme_leads_to_every_page() -> None:
    pages = {relative(path) for path in (ROOT / "docs").rglob("*.md")}
    assert pages - set(re.findall(r"\]\(([^)#]+)", README)) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    shells = "".join(re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL))
    named = {*re.findall(r"`mbasic ([a-z]+)", text), *re.findall(r"(?:^|\$ |/)mbasic ([a-z]+)", shells, re.MULTILINE)}
    [commands] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert named <= set(commands.choices)


def test_the_page_for_authors_shows_what_store_new_writes() -> None:
    page = (ROOT / "docs" / "store-authors.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\w+\n(.*?)```", page, re.DOTALL)
    files = project("shelf")
    for path in ("pyproject.toml", "src/mbasic_store_shelf/__init__.py", "tests/test_shelf_store.py"):
        assert files[path] in blocks, path


def test_the_page_for_authors_names_all_that_the_kit_takes() -> None:
    page = (ROOT / "docs" / "store-authors.md").read_text(encoding="utf-8")
    hooks = [name for name in vars(StoreConformance) if not name.startswith(("_", "test_"))]
    assert [name for name in hooks if f"| `{name}" not in page] == ["make_store"]


def test_every_setting_is_in_the_readme() -> None:
    for variable in config._VARIABLES:
        assert f"`{variable}`" in README
    for key in config._FILE_KEYS:
        assert re.search(rf"\| .*`{key}`.* \|", README), key
    assert {field.name for field in fields(config.Settings)} == set(config._CONVERT)


def test_every_flag_of_the_server_is_in_the_readme() -> None:
    options = vars(parser().parse_args(["web"]))
    flags = {"store_url": "--store", "open_browser": "--no-browser"}
    for name in options.keys() - {"command", "version"}:
        assert flags.get(name, f"--{name.replace('_', '-')}") in README


def test_the_hook_stands_in_the_documents_with_its_signature() -> None:
    hook = f"mbasic_stores{inspect.signature(hookspecs.mbasic_stores)}".replace("'", "")
    for name in ("CONTRIBUTING.md", "docs/architecture.md"):
        assert hook in (ROOT / name).read_text(encoding="utf-8")


def test_every_package_is_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for folder in (ROOT / "mbasic_core").iterdir():
        if (folder / "__init__.py").is_file():
            assert f"| `{folder.name}` |" in text


def test_every_session_of_nox_is_in_the_contributors_guide() -> None:
    sessions = re.findall(r"@nox\.session\n(?:@.*\n)?def (\w+)", (ROOT / "noxfile.py").read_text(encoding="utf-8"))
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(sessions) == 12
    assert [name for name in sessions if f"`{name}`" not in text] == []


def test_the_changelog_has_the_usual_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text
    kinds = set(re.findall(r"^### (\w+)", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
