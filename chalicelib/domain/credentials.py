"""What people sign in with: the form of an e-mail address, and which passwords are good enough."""

from __future__ import annotations

import re

from chalicelib.domain.errors import InvalidInput

PASSWORD_LENGTH = 12
"""Length is what makes a password hard to guess; kinds of characters are not asked for. The user pool has the same."""

_LONGEST = 256
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,63}")


def email_address(text: str) -> str:
    """The address in the one form in which it is stored and compared.

    Raises:
        InvalidInput: It is none.
    """
    address = text.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise InvalidInput("This is no e-mail address. Write one like ana@example.com.", "/email")
    return address


def require_good_password(password: str) -> None:
    """Let a new password pass.

    Raises:
        InvalidInput: It is too short, too long, or a blank would be lost when it is typed again.
    """
    if not PASSWORD_LENGTH <= len(password) <= _LONGEST or password != password.strip():
        raise poor_password()


def poor_password() -> InvalidInput:
    """The refusal of a password that is not good enough."""
    text = f"Choose a password of at least {PASSWORD_LENGTH} characters that neither starts nor ends with a blank."
    return InvalidInput(text, "/password")
