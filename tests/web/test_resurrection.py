"""How many pages may come back at once, and what a fault costs."""

from __future__ import annotations

import pytest

from mbasic_core.web import resurrection as module
from mbasic_core.web.resurrection import Resurrection, TooMany, Unknown
from tests.web.test_sockets import PAGE, SAID, Book

SCOPE = {"mbasic.badge": type("Badge", (), {"cookie_id": "me"})}


def come_back(resurrection: Resurrection, number: int, session: str = "me.main") -> None:
    resurrection.admit(session, PAGE | SAID | {"client_id": f"client {number}"}, SCOPE)


def test_one_browser_has_an_allowance_that_grows_again() -> None:
    book, now = Book(), 0.0
    resurrection = Resurrection(book, known=book.knows, clock=lambda: now)
    for number in range(module.BURST):
        come_back(resurrection, number)
    with pytest.raises(TooMany):
        come_back(resurrection, 100, "me.another workspace")
    come_back(resurrection, 100, "you.main")
    come_back(resurrection, 0)  # known by now: costs nothing
    now = 1.0
    for number in range(int(module.RATE)):
        come_back(resurrection, 200 + number)
    with pytest.raises(TooMany):
        come_back(resurrection, 300)
    assert resurrection.count == module.BURST + 1 + module.RATE == len(book.made)


def test_number_of_remembered_browsers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BROWSERS", 3)
    book = Book()
    resurrection = Resurrection(book, known=book.knows, clock=lambda: 0.0)
    for number in range(10):
        come_back(resurrection, number, f"{number}.main")
    assert list(resurrection._allowances) == ["7", "8", "9"]


def test_fault_means_loading_anew_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    book = Book()
    book.fault = KeyError("x")
    with pytest.raises(Unknown):
        come_back(Resurrection(book, known=book.knows), 1)
    assert "could not be made again" in caplog.text
