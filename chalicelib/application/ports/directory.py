"""Where organizations, their instances and their API keys live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.instance import Instance, JournalEntry, JournalType
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.role import Role


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key; the key itself is never stored, only its hash.

    Attributes:
        id: ``key_`` + ULID.
        organization_id: Whose key it is.
        name: What it is for.
        digest: SHA-256 of the key, hex.
    """

    id: str
    organization_id: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organization.

    Attributes:
        id: ``usr_`` + ULID.
        organization_id: Where the person belongs.
        email: How they sign in.
        role: What they may do.
        subject: Their identity's id; empty for one who cannot sign in.
    """

    id: str
    organization_id: str
    email: str
    role: Role
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person together with the organization they belong to.

    Attributes:
        organization: The organization.
        member: The person.
    """

    organization: Organization
    member: Member


@dataclass(frozen=True, slots=True)
class InstancePage:
    """One page of an organization's instances.

    Attributes:
        instances: In the order of their ids, which is that of their creation unless an idempotency key made them.
        after: Position to continue from; ``None`` at the end.
    """

    instances: tuple[Instance, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """One page of a journal.

    Attributes:
        entries: Newest first.
        after: Position to continue from; ``None`` at the end.
    """

    entries: tuple[JournalEntry, ...]
    after: str | None


class Directory(Protocol):
    """Stores who may do what with which numbers."""

    def put_organization(self, organization: Organization) -> bool:
        """Store an organization derived from the one at its ``version``, and its news in its journal: all or nothing.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first.
        """

    def organization(self, organization_id: str) -> Organization | None:
        """An organization (strongly consistent)."""

    def put_instance(self, instance: Instance) -> bool:
        """Store an instance derived from the one at ``instance.version``, and its news in its journal: all or nothing.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first, or is changing it now.
        """

    def instance(self, organization_id: str, instance_id: str) -> Instance | None:
        """An instance (strongly consistent)."""

    def instances(self, organization_id: str, after: str | None, limit: int) -> InstancePage:
        """Instances of one organization (strongly consistent).

        Args:
            organization_id: Whose instances.
            after: Position from the page before.
            limit: At most this many.
        """

    def journal(self, instance_id: str, after: str | None, limit: int) -> JournalPage:
        """What happened to an instance, newest first (strongly consistent).

        Args:
            instance_id: Which instance.
            after: Position from the page before.
            limit: At most this many.
        """

    def organization_journal(
        self, organization_id: str, after: str | None, limit: int, kind: JournalType | None = None
    ) -> JournalPage:
        """What happened to an organization, newest first (strongly consistent).

        Args:
            organization_id: Which organization.
            after: Position from the page before.
            limit: At most this many.
            kind: Only what is of this kind; ``None`` for everything.
        """

    def put_key(self, key: ApiKey) -> None:
        """Store an API key."""

    def put_member(self, member: Member) -> None:
        """Store a member, found by their subject from then on."""

    def login(self, subject: str) -> tuple[str, str] | None:
        """The organization's and the member's id of an identity (strongly consistent)."""

    def membership(self, organization_id: str, user_id: str) -> Membership | None:
        """A member with their organization, in one read (strongly consistent)."""

    def actor_names(self, organization_id: str, ids: Sequence[str]) -> dict[str, str]:
        """What people call those who acted: a key's name, a member's e-mail address, by id; unknown ones are missing.

        Args:
            organization_id: Whose keys and members.
            ids: ``key_`` and ``usr_`` ids; anything else is unknown.
        """

    def key(self, digest: str) -> ApiKey | None:
        """The API key with this SHA-256 digest (hex)."""
