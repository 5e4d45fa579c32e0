"""Cookies and page proofs: what is accepted, what is not, and how secrets rotate."""

from __future__ import annotations

import time

import pytest

from mbasic_core.web.identity import LIFETIME, Signer, session_id, valid_workspace

ONE, TWO = "first secret of the tests", "second secret of the tests"


def test_cookie_names_the_browser_that_it_was_made_for() -> None:
    signer = Signer((ONE,))
    cookie_id = signer.new_cookie_id()
    badge = signer.read(signer.cookie(cookie_id))
    assert badge is not None
    assert badge.cookie_id == cookie_id
    assert badge.fresh


def test_every_browser_gets_another_identity() -> None:
    signer = Signer((ONE,))
    assert len({signer.new_cookie_id() for _ in range(100)}) == 100


@pytest.mark.parametrize("forged", [None, "", "x", "a.b.c", "\xff.b.c", "x" * 10_000])
def test_what_is_no_cookie_of_ours_is_nobody(forged: str | None) -> None:
    assert Signer((ONE,)).read(forged) is None


def test_changed_cookie_is_nobody() -> None:
    signer = Signer((ONE,))
    cookie = signer.cookie("me")
    assert signer.read("you" + cookie[2:]) is None
    assert signer.read(cookie[:-1] + ("A" if cookie[-1] != "A" else "B")) is None


def test_first_secret_signs_and_all_are_read() -> None:
    old, both, new = Signer((ONE,)), Signer((TWO, ONE)), Signer((TWO,))
    assert both.read(old.cookie("me")) is not None
    assert new.read(both.cookie("me")) is not None
    assert new.read(old.cookie("me")) is None
    assert both.proves(old.page_proof("me", "main", "c1", "/"), "me", "main", "c1", "/")
    assert not new.proves(old.page_proof("me", "main", "c1", "/"), "me", "main", "c1", "/")


@pytest.mark.parametrize(("age", "readable", "fresh"), [(0.4, True, True), (0.6, True, False), (1.1, False, False)])
def test_cookie_ages(monkeypatch: pytest.MonkeyPatch, age: float, readable: bool, fresh: bool) -> None:
    signer = Signer((ONE,))
    cookie = signer.cookie("me")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + age * LIFETIME)
    badge = signer.read(cookie)
    assert (badge is not None) == readable
    assert badge is None or badge.fresh == fresh


@pytest.mark.parametrize("secrets", [(), ("",), (ONE, "")])
def test_no_secret_is_refused(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Signer(secrets)


def test_page_proof_is_bound_to_all_that_it_names() -> None:
    signer = Signer((ONE,))
    page = ("me", "main", "client", "/")
    proof = signer.page_proof(*page)
    assert signer.proves(proof, *page)
    for index in range(len(page)):
        other = [*page]
        other[index] += "x"
        assert not signer.proves(proof, *other)
    assert not signer.proves(signer.page_proof("mem", "ain", "client", "/"), *page)
    assert not signer.proves("", *page)
    assert not signer.proves(None, *page)
    assert not signer.proves("é", *page)


def test_page_proof_is_no_cookie_and_a_cookie_no_proof() -> None:
    signer = Signer((ONE,))
    assert signer.read(signer.page_proof("me", "main", "client", "/")) is None
    assert not signer.proves(signer.cookie("me"), "me", "main", "client", "/")


def test_session_id_is_ascii_without_slash_and_tells_workspaces_apart() -> None:
    names = ["main", "a/b", "größe", "a b", "..", "%2F", "a%2Fb"]
    ids = {session_id("cookie", name) for name in names}
    assert len(ids) == len(names)
    assert all(item.isascii() and "/" not in item and item.startswith(session_id("cookie", "")) for item in ids)
    assert session_id("cookie", "main") != session_id("other", "main")
    assert "cookie" not in session_id("cookie", "main")


@pytest.mark.parametrize(
    ("name", "valid"), [("main", True), ("x" * 64, True), ("x" * 65, False), ("", False), ("a\n", False)]
)
def test_workspace_names(name: str, valid: bool) -> None:
    assert valid_workspace(name) == valid
