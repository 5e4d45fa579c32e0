"""URLs: the scheme that is asked for, and passwords that never get into a log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.storage import Rejected, redact
from mbasic_core.storage.urls import scheme_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("memory:", "memory:"),
        ("memory:?max_sessions=5", "memory:?max_sessions=5"),
        ("sqlite:///var/lib/mbasic/x.db", "sqlite:///var/lib/mbasic/x.db"),
        ("sqlite:///home/a@b/x.db", "sqlite:///home/a@b/x.db"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://secret@host", "redis://***@host"),
        ("redis://sec/ret@host", "redis://***@host"),
        ("redis://@host", "redis://@host"),
        ("redis://:secret@host", "redis://:***@host"),
        ("redis://user:secret@host:6379/0", "redis://user:***@host:6379/0"),
        ("redis://user:p@ss@host/0", "redis://user:***@host/0"),
        ("redis://user:a/b?c#d@host/0", "redis://user:***@host/0"),
        ("redis://user:a:b@host", "redis://user:***@host"),
        ("redis://:p?password=x@host/0", "redis://:***@host/0"),
        ("redis://host/0?password=secret", "redis://host/0?password=***"),
        ("redis://host/0?password=a@b", "redis://host/0?password=***"),
        ("redis://host:6379/0?db=1&pass%77ord=secret&x=1", "redis://host:6379/0?db=1&pass%77ord=***&x=1"),
        (
            "redis+sentinel://u:secret@a:1,b:2/m/0?sentinel_password=s2",
            "redis+sentinel://u:***@a:1,b:2/m/0?sentinel_password=***",
        ),
        ("redis://host?password=", "redis://host?password="),
        ("redis://host?pasword=secret&passwrod=secret", "redis://host?pasword=***&passwrod=***"),
        ("rediss://u:s@h?ssl_keyfile=/etc/key.pem", "rediss://u:***@h?ssl_keyfile=/etc/key.pem"),
        ("redis:secret@host", "redis:***@host"),
        ("user:secret@host", "user:***@host"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_passwords_are_struck_out(url: str, shown: str) -> None:
    assert redact(url) == shown


_PASSWORDS = st.text(st.characters(codec="ascii", exclude_characters="\n\r"), min_size=4).map(
    lambda text: f"Zq{text}Zq"
)


@given(_PASSWORDS)
def test_no_password_survives_in_a_login(password: str) -> None:
    assert "Zq" not in redact(f"redis://user:{password}@host:6379/0")
    assert "Zq" not in redact(f"redis://:{password}@host")


@given(_PASSWORDS.filter(lambda text: "&" not in text))
def test_no_password_survives_in_a_parameter(password: str) -> None:
    assert "Zq" not in redact(f"redis://host:6379/0?db=1&password={password}")


@given(st.text())
def test_whatever_is_given_something_is_shown(url: str) -> None:
    assert isinstance(redact(url), str)


@pytest.mark.parametrize(
    ("url", "scheme"), [("memory:", "memory"), ("REDIS+Unix:///x", "redis+unix"), (" sqlite:x", "sqlite")]
)
def test_the_scheme_is_what_stands_before_the_colon(url: str, scheme: str) -> None:
    assert scheme_of(url) == scheme


@pytest.mark.parametrize("url", ["", "memory", "/var/x.db", "1redis://x", ":"])
def test_a_url_without_a_scheme_is_rejected(url: str) -> None:
    with pytest.raises(Rejected, match="scheme"):
        scheme_of(url)
