"""Brings organizations in, and lets them say who they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.ports.directory import ApiKey, Member
from chalicelib.domain.credentials import email_address
from chalicelib.domain.errors import NotFound, VersionConflict
from chalicelib.domain.organization import Organization
from chalicelib.domain.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.waking import Waking
    from chalicelib.domain.policy import Policy

KEY_PREFIX = "ptk_"
_TRIES = 8


def key_digest(key: str) -> str:
    """What is stored of an API key: its SHA-256, hex. The key has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Onboarding:
    """Creates organizations with their first admin and key, and changes what they are called and how they speak."""

    directory: Directory
    ids: Ids
    waking: Waking

    def create_organization(
        self, name: str, admin_email: str, policy: Policy, subject: str = ""
    ) -> tuple[Organization, str]:
        """Create an organization, its first admin and its first API key.

        Args:
            name: The organization's name.
            admin_email: The admin's e-mail address.
            policy: Pacing of its instances.
            subject: The admin's identity, if they were invited.

        Returns:
            The organization, and the key: shown once, stored only as a hash.
        """
        organization = Organization(self.ids.new("org"), name, "pt-BR", "America/Sao_Paulo", policy)
        self.directory.put_organization(organization)
        admin = Member(self.ids.new("usr"), organization.id, email_address(admin_email), Role.ADMIN, subject)
        self.directory.put_member(admin)
        return organization, self.issue_key(organization.id, "first key")

    def issue_key(self, organization_id: str, name: str) -> str:
        """Create an API key and return it: the only time it is seen."""
        key = KEY_PREFIX + self.ids.token()
        self.directory.put_key(ApiKey(self.ids.new("key"), organization_id, name, key_digest(key)))
        return key

    def organization(self, organization_id: str) -> Organization:
        """An organization.

        Raises:
            NotFound: There is none.
        """
        known = self.directory.organization(organization_id)
        if known is None:
            raise NotFound("There is no such organization.")
        return known

    def change_organization(self, organization_id: str, change: Callable[[Organization], Organization]) -> Organization:
        """Store an organization's next state, computed again whenever somebody else wrote first.

        Args:
            organization_id: Which organization.
            change: Its next state; the same object when nothing is to be written.
        """
        for _ in range(_TRIES):
            before = self.organization(organization_id)
            after = change(before)
            if after is before:
                return before
            if self.directory.put_organization(after):
                if _concerns_who_waits(before, after):
                    self.waking.returned(organization_id)
                return after.stored()
        raise VersionConflict(f"{organization_id} kept changing")


def _concerns_who_waits(before: Organization, after: Organization) -> bool:
    """Whether more may leave than before: it was resumed, or its limits are others.

    A pause that stands with an end may be over by now: then whoever is asked about sees to that.
    """
    pause = after.paused
    if pause and (pause.until is None or pause != before.paused):
        return False
    return (before.paused, before.policy, before.plan) != (after.paused, after.policy, after.plan)
