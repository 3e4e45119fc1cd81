"""Passwords that everybody can read.

::

    identities = FakeIdentities()
    subject = identities.invite("ana@example.com", "a temporary password")
    required = identities.sign_in("Ana@example.com", "a temporary password")
    identities.set_first_password(required.challenge, "a password of her own")
"""

from __future__ import annotations

from chalicelib.application.ports.identities import NewPasswordRequired, SignedIn
from chalicelib.domain.credentials import email_address, require_good_password
from chalicelib.domain.errors import SignInRefusal, SignInRefused


class FakeIdentities:
    """Identities by address; the subject names it, a challenge is the subject."""

    def __init__(self) -> None:
        self._passwords: dict[str, str] = {}
        self._temporary: set[str] = set()

    def sign_in(self, email: str, password: str) -> SignedIn | NewPasswordRequired:
        """Compare."""
        subject = _subject(email)
        if not password or self._passwords.get(subject) != password:
            raise SignInRefused(SignInRefusal.WRONG)
        return NewPasswordRequired(subject) if subject in self._temporary else SignedIn(subject)

    def set_first_password(self, challenge: str, password: str) -> SignedIn:
        """Replace what is temporary."""
        require_good_password(password)
        if challenge not in self._temporary:
            raise SignInRefused(SignInRefusal.TOO_LATE)
        self._keep(challenge, password)
        return SignedIn(challenge)

    def invite(self, email: str, temporary_password: str) -> str:
        """Make unless there."""
        subject = f"sub-{email_address(email)}"
        require_good_password(temporary_password)
        if subject not in self._passwords:
            self._temporary.add(subject)
            self._passwords[subject] = temporary_password
        return subject

    def keep_password(self, email: str, password: str) -> None:
        """Make permanent."""
        self._keep(_subject(email), password)

    def _keep(self, subject: str, password: str) -> None:
        self._passwords[subject] = password
        self._temporary.discard(subject)


def _subject(email: str) -> str:
    return f"sub-{email.strip().lower()}"
