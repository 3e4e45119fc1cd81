"""Who is at the browser: one signed cookie, and the token that every form must carry."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

from chalicelib.bootstrap import services
from chalicelib.domain.values import HOUR

if TYPE_CHECKING:
    from chalice.app import Request

COOKIE = "portaria_session"
# After this long one signs in again, however busy one was: a member's rights are read anew with every page anyway.
LIFETIME = 12 * HOUR
_NONCE_BYTES, _SALT_BYTES = 16, 8


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's stay, signed in or not yet.

    Attributes:
        nonce: Random; form tokens are derived from it.
        began_at: When it began, ms.
        organization_id: Where the member belongs; empty before signing in.
        user_id: Who is signed in; empty before.
    """

    nonce: str
    began_at: int
    organization_id: str = ""
    user_id: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return bool(self.user_id)

    def form_token(self) -> str:
        """What a form of this session carries, so that no other site can post in its name.

        Another one on every page: answers are compressed, and their size must not tell a token that stays the same.
        """
        return self._token(secrets.token_hex(_SALT_BYTES))

    def owns(self, token: str) -> bool:
        """Whether a form's token is this session's."""
        return hmac.compare_digest(token.encode(), self._token(token[: 2 * _SALT_BYTES]).encode())

    def _token(self, salt: str) -> str:
        return salt + services().keyring.derive("form", f"{self.nonce} {salt}")

    def cookie(self, *, secure: bool) -> str:
        """The ``Set-Cookie`` header that keeps it.

        Without ``Path`` a cookie holds below the folder of the page that set it: the pages that do lie directly below
        the panel's prefix, whatever that is.
        """
        text = _signer().dumps([self.nonce, self.began_at, self.organization_id, self.user_id])
        return f"{COOKIE}={text!s}; Max-Age={LIFETIME // 1000}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"


def begin(organization_id: str = "", user_id: str = "") -> Session:
    """A new session: never the one before sign-in, so that nobody can plant theirs."""
    return Session(secrets.token_urlsafe(_NONCE_BYTES), services().clock.now(), organization_id, user_id)


def session_of(request: Request) -> Session | None:
    """The request's session; ``None`` without one, with one that is not ours, or with one whose time is over."""
    text = cookies_of(request).get(COOKIE)
    if text is None:
        return None
    try:
        session = Session(*_signer().loads(text))
    except (BadData, TypeError):
        return None
    return session if services().clock.now() < session.began_at + LIFETIME else None


def cookies_of(request: Request) -> dict[str, str]:
    """The request's cookies, whatever other applications of the domain have put among them.

    Of two with the same name the first counts: browsers send the one whose path is closest to the page first.
    """
    pairs = [part.strip().partition("=") for part in request.headers.get("cookie", "").split(";")]
    return {name: value for name, _, value in reversed(pairs)}


def is_secure(request: Request) -> bool:
    """Whether the browser came by HTTPS, as the gateway saw it."""
    return bool(request.headers.get("x-forwarded-proto", "") == "https")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().keyring.derive("session", services().settings.stage), salt="session")
