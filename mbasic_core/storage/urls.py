"""Store URLs: which scheme they ask for, and how to show one without its password."""

from __future__ import annotations

import re
from urllib.parse import unquote

from mbasic_core.storage.errors import Rejected

__all__ = ["redact", "scheme_of"]

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_PARAMETER = re.compile(r"([?&])([^=&]*)=([^&]*)")
_HOST_AND_QUERY = re.compile(r"[^:?&@]*(:\d+)?(/[^:?&]*)?\?[^=&]*=")
_SECRET = re.compile(r"pass|pas?w|psw|word$|pwd|secret|token|credential|api_?key|^auth$|^key$", re.IGNORECASE)
_STRUCK = "***"


def scheme_of(url: str) -> str:
    """Return the scheme of `url` in lower case; raise `Rejected` when it has none."""
    match = _SCHEME.match(url)
    if match is None:
        raise Rejected(
            f"{redact(url)!r} is no store URL: it should begin with a scheme, as memory: or redis://127.0.0.1/0"
        )
    return match[1].lower()


def redact(url: str) -> str:
    """Return `url` with every password replaced by `***`, for logs and messages; never raises.

    When a URL is odd (an unescaped `/`, `?`, `#` or `@` in the password) it strikes out more rather than less: also a
    user without a password, which may be a password whose colon was forgotten.

    Example:
        assert redact("redis://user:p@ss@db:6379/0?password=x") == "redis://user:***@db:6379/0?password=***"
    """
    start = _SCHEME.match(url)
    head = start.end() if start else 0
    rest = url[head:]
    slashes = "//" if rest.startswith("//") else ""
    user, at, place = rest[len(slashes) :].rpartition("@")
    if not at:
        return url[:head] + _strike_parameters(rest)
    if _HOST_AND_QUERY.match(user) and not _PARAMETER.search(place):
        # The "@" may belong to the value of a secret parameter, and go with it.
        struck = _strike_parameters(user + at + place)
        user, at, place = struck.rpartition("@")
        if not at:
            return url[:head] + slashes + struck
    name, colon, _ = user.partition(":")
    path = slashes and user[:1] in ("", "/")  # of a file, with an @ in it
    shown = f"{name}:{_STRUCK}" if colon else (user if path else _STRUCK)
    return f"{url[:head]}{slashes}{shown}@{_strike_parameters(place)}"


def _strike_parameters(text: str) -> str:
    def struck(match: re.Match[str]) -> str:
        mark, name, value = match.groups()
        return f"{mark}{name}={_STRUCK if value and _SECRET.search(unquote(name)) else value}"

    return _PARAMETER.sub(struck, text)
