"""Messages from a page: what becomes an action, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from mbasic_core.session import Action
from mbasic_core.web.inputs import MAX_TEXT, BadInput, read_action

GOOD: dict[str, Any] = {"tab": "t", "n": 3, "root": "r", "life": 1, "kind": "line", "text": "PRINT 2+2"}
EDIT: dict[str, Any] = {**GOOD, "kind": "edit", "text": "", "revision": 7, "changes": [[0, 2, "x"], [5, 5, "yé"]]}


def test_line_becomes_an_action() -> None:
    assert read_action(GOOD) == Action("t", 3, "r", 1, "line", "PRINT 2+2")


def test_edit_becomes_an_action() -> None:
    assert read_action(EDIT) == Action("t", 3, "r", 1, "edit", "", 7, [(0, 2, "x"), (5, 5, "yé")])


def test_file_becomes_an_action() -> None:
    said = GOOD | {"kind": "write", "text": "", "name": "A.DAT", "replace": True, "upload": "u", "size": 3}
    assert read_action(said) == Action("t", 3, "r", 1, "write", name="A.DAT", replace=True)
    assert read_action(said | {"replace": "yes"}).replace is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "format"},
        {"kind": None},
        {"kind": []},
        {"n": "3"},
        {"n": True},
        {"n": 2**60},
        {"n": -2},
        {"life": None},
        {"root": 5},
        {"tab": "t" * 65},
        {"tab": None},
        {"text": None},
        {"text": "日本"},
        {"text": "x" * (MAX_TEXT + 1)},
        {"name": "x" * 65},
        {"name": "日本"},
        {"name": None},
    ],
)
def test_malformed_line_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read_action(GOOD | wrong)


@pytest.mark.parametrize(
    "changes",
    [
        None,
        "abc",
        [[0, 1]],
        [[0, 1, 2]],
        [[1, 0, ""]],
        [[-1, 0, ""]],
        [["0", 1, ""]],
        [[0, 1, "\u0100"]],
        [[0, 2**60, ""]],
        [[0, 0, "x" * MAX_TEXT], [0, 0, "x"]],
        [[0, 0, ""]] * 10_001,
    ],
)
def test_malformed_edit_is_refused(changes: object) -> None:
    with pytest.raises(BadInput):
        read_action(EDIT | {"changes": changes})


@pytest.mark.parametrize("message", [None, [], "line", 7, {}])
def test_what_is_no_message_is_refused(message: object) -> None:
    with pytest.raises(BadInput):
        read_action(message)
