"""The two forms of the log."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator

import pytest

from mbasic_core.cli.logs import start_logging


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    yield
    root.handlers[:] = before
    root.setLevel(level)


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("text")
    logging.getLogger("mbasic_core.x").info("hello %s", "there")
    logging.getLogger("mbasic_store_x").info("open")
    logging.getLogger("mbasic_store_x").debug("hidden")
    logging.getLogger("somebody.else").info("hidden")
    logging.getLogger("somebody.else").warning("shown")
    first, second, third = capsys.readouterr().err.splitlines()
    assert first.endswith("INFO mbasic_core.x: hello there")
    assert second.endswith("INFO mbasic_store_x: open")
    assert third.endswith("WARNING somebody.else: shown")


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("json")
    try:
        1 / 0  # noqa: B018 - for its exception
    except ZeroDivisionError:
        logging.getLogger("mbasic_core.x").exception("two\nlines")
    [line] = capsys.readouterr().err.splitlines()
    record = json.loads(line)
    assert (record["level"], record["logger"], record["message"]) == ("ERROR", "mbasic_core.x", "two\nlines")
    assert record["time"].endswith("+00:00")
    assert "ZeroDivisionError" in record["exception"]
    assert record["pid"] == os.getpid()
    assert "session" not in record


def test_json_lines_name_the_session_that_they_are_about(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("json")
    logging.getLogger("mbasic_core.x").info("session %s: owned here, epoch %d", "abcd1234", 2)
    assert json.loads(capsys.readouterr().err)["session"] == "abcd1234"
