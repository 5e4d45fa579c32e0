"""The pytest class, used as an author of a store would use it: in a file of its own, with pytest alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mbasic_core.testing import StoreConformance
from mbasic_core.testing.checks import CHECKS

AUTHOR = """
from mbasic_store_memory import MemoryStore
from mbasic_core.testing import StoreConformance

class Mine(MemoryStore):
    {body}

class TestMine(StoreConformance):
    def make_store(self):
        return Mine()
"""


def _pytest(directory: Path, body: str, names: str) -> tuple[int, str]:
    file = directory / "test_mine.py"
    file.write_text(AUTHOR.format(body=body))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        names,
        f"--rootdir={directory}",
        str(file),
    ]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=directory, env=alone, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_right_store_needs_three_lines(tmp_path: Path) -> None:
    code, output = _pytest(tmp_path, "pass", "every_byte or one_winner or outage")
    assert code == 0, output
    assert re.search(rf"2 passed, 1 skipped, {len(CHECKS) + 1} deselected", output), output


def test_a_wrong_store_is_told_what_it_did(tmp_path: Path) -> None:
    code, output = _pytest(tmp_path, "async def versions(self, ids):\n        return {}", "versions")
    assert code == 1, output
    assert "versions does not tell the stored versions" in output
    assert re.search(r"assert \{\} == \{'kit-", output), "asserts of the kit are not rewritten"


def test_a_class_without_make_store_says_what_is_missing() -> None:
    with pytest.raises(NotImplementedError, match="make_store"):
        StoreConformance().make_store()


def test_the_checks_run_without_pytest() -> None:
    script = """
import asyncio, sys
from mbasic_core.testing.checks import CHECKS
from mbasic_store_memory import MemoryStore
asyncio.run(CHECKS[0](MemoryStore))
assert "pytest" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_kit_has_no_other_names() -> None:
    import mbasic_core.testing as kit

    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        kit.Nothing  # noqa: B018 the look-up is what is tested
