"""Who somebody is: the e-mail address and the password they sign in with, kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The password was right.

    Attributes:
        subject: The identity's id; it never changes, whatever happens to the e-mail address.
    """

    subject: str


@dataclass(frozen=True, slots=True)
class NewPasswordRequired:
    """The password was right, but temporary.

    Attributes:
        challenge: Who, and proof of that, for ``set_first_password``: opaque, good for a quarter of an hour.
    """

    challenge: str


class Identities(Protocol):
    """Knows passwords, and nothing of organizations. E-mail addresses differ by more than case and outer blanks."""

    def sign_in(self, email: str, password: str) -> SignedIn | NewPasswordRequired:
        """Tell who signs in.

        Raises:
            SignInRefused: Of unknown people exactly as of wrong passwords.
        """

    def set_first_password(self, challenge: str, password: str) -> SignedIn:
        """Replace a temporary password.

        Args:
            challenge: From ``NewPasswordRequired``.
            password: The new one.

        Raises:
            InvalidInput: The password is not good enough; the challenge can be used again.
            SignInRefused: The challenge is over or was never one.
        """

    def invite(self, email: str, temporary_password: str) -> str:
        """Make an identity. Nobody is written to: hand the password over yourself.

        An existing identity stays as it is: else whoever may invite could take over somebody's sign-in.

        Returns:
            The identity's subject.

        Raises:
            InvalidInput: The address is none, or the password is not good enough.
        """

    def keep_password(self, email: str, password: str) -> None:
        """Make a password permanent without its owner: for demonstrations only."""
