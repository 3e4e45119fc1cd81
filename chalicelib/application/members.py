"""Lets people in: who signs in, to which organization, and who is added to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.ports.directory import Member
from chalicelib.application.ports.identities import NewPasswordRequired
from chalicelib.domain.credentials import email_address
from chalicelib.domain.errors import InvalidInput, SignInRefusal, SignInRefused

if TYPE_CHECKING:
    from chalicelib.application.ports.directory import Directory, Membership
    from chalicelib.application.ports.identities import Identities
    from chalicelib.application.ports.ids import Ids
    from chalicelib.domain.role import Role


@dataclass(frozen=True, slots=True)
class Members:
    """Admits people and adds them. A person belongs to one organization."""

    identities: Identities
    directory: Directory
    ids: Ids

    def admit(self, email: str, password: str) -> Membership | NewPasswordRequired:
        """Let somebody in who knows their password.

        Raises:
            SignInRefused: They do not know it, or belong to no organization.
        """
        answer = self.identities.sign_in(email, password)
        return answer if isinstance(answer, NewPasswordRequired) else self._admitted(answer.subject)

    def set_first_password(self, challenge: str, password: str) -> Membership:
        """Replace a temporary password and let its owner in.

        Args:
            challenge: From ``NewPasswordRequired``.
            password: The new one.

        Raises:
            InvalidInput: The password is not good enough; the challenge can be used again.
            SignInRefused: It took too long, or they belong to no organization.
        """
        return self._admitted(self.identities.set_first_password(challenge, password).subject)

    def invite(self, email: str, temporary_password: str) -> str:
        """Make an identity for somebody who belongs nowhere yet, and return its subject.

        Raises:
            InvalidInput: The address or the password will not do, or the person belongs to an organization.
        """
        subject = self.identities.invite(email, temporary_password)
        if self.directory.login(subject):
            raise InvalidInput("This person belongs to an organization already. Use another e-mail address.", "/email")
        return subject

    def add_member(self, organization_id: str, email: str, role: Role, temporary_password: str) -> Member:
        """Add somebody who belongs nowhere yet to an organization.

        Raises:
            InvalidInput: The address or the password will not do, or the person belongs to an organization.
        """
        subject = self.invite(email, temporary_password)
        member = Member(self.ids.new("usr"), organization_id, email_address(email), role, subject)
        self.directory.put_member(member)
        return member

    def _admitted(self, subject: str) -> Membership:
        login = self.directory.login(subject)
        membership = self.directory.membership(*login) if login else None
        if membership is None:
            raise SignInRefused(SignInRefusal.NO_MEMBER)
        return membership
