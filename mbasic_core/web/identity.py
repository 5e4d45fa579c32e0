"""Who a browser is: a signed cookie, the session it names, and the proof that a page carries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as random_secrets
from dataclasses import dataclass
from urllib.parse import quote

from itsdangerous import BadSignature, TimestampSigner

__all__ = ["COOKIE", "LIFETIME", "Badge", "Signer", "session_id", "valid_workspace"]

COOKIE = "mbasic_session"
LIFETIME = 30 * 24 * 3600
"""Seconds that a cookie is good for; it is issued again when half of them are gone, so a used one never runs out."""

_SALT = "mbasic.cookie"
_PAGE_SALT = b"mbasic.page"
_MAX_COOKIE = 512
_MAX_WORKSPACE = 64


@dataclass(frozen=True, slots=True)
class Badge:
    """A browser's identity as read from its cookie; `age` is the cookie's, in seconds."""

    cookie_id: str
    age: int

    @property
    def fresh(self) -> bool:
        """False when the cookie should be issued again."""
        return self.age < LIFETIME // 2


class Signer:
    """Issues and reads cookies and page proofs; the first secret signs, all of them are accepted."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("at least one secret is needed, and none may be empty")
        self._secrets = secrets
        # itsdangerous signs with the last of its keys.
        self._cookies = TimestampSigner(
            list(reversed(secrets)), salt=_SALT, key_derivation="hmac", digest_method=hashlib.sha256
        )

    def new_cookie_id(self) -> str:
        """An identity that nobody can guess (192 random bits)."""
        return random_secrets.token_urlsafe(24)

    def cookie(self, cookie_id: str) -> str:
        """The cookie's value for an identity, dated now."""
        return self._cookies.sign(cookie_id).decode("ascii")

    def read(self, value: str | None) -> Badge | None:
        """The identity in a cookie's value; None for none, a forged one, or one older than LIFETIME."""
        if not value or len(value) > _MAX_COOKIE:
            return None
        try:
            cookie_id, signed = self._cookies.unsign(value, max_age=LIFETIME, return_timestamp=True)
        except (BadSignature, UnicodeError):
            return None
        age = self._cookies.get_timestamp() - int(signed.timestamp())
        return Badge(cookie_id.decode("ascii"), max(age, 0))

    def page_proof(self, cookie_id: str, workspace: str, client_id: str, path: str) -> str:
        """What a page shows on its socket to prove that a server with this secret made it for this browser."""
        return _page_proof(self._secrets[0], cookie_id, workspace, client_id, path)

    def proves(self, proof: object, cookie_id: str, workspace: str, client_id: str, path: str) -> bool:
        """Whether `proof` is the page's, by any of the secrets."""
        if not isinstance(proof, str) or not proof.isascii():
            return False
        return any(
            hmac.compare_digest(proof, _page_proof(secret, cookie_id, workspace, client_id, path))
            for secret in self._secrets
        )


def session_id(cookie_id: str, workspace: str) -> str:
    """The session that a browser means by a workspace: ASCII, without a slash."""
    return f"{_base64(hashlib.sha256(cookie_id.encode()).digest())}.{quote(workspace, safe='')}"


def valid_workspace(name: str) -> bool:
    """Whether a workspace may have that name: 1 to 64 printable characters."""
    return 0 < len(name) <= _MAX_WORKSPACE and name.isprintable()


def _page_proof(secret: str, *parts: str) -> str:
    key = hmac.new(secret.encode(), _PAGE_SALT, hashlib.sha256).digest()
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return _base64(hmac.new(key, message, hashlib.sha256).digest())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
