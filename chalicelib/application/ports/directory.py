"""Where organizations, their instances and their API keys live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.organization import Organization


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
        role: ``viewer``, ``operator`` or ``admin``.
    """

    id: str
    organization_id: str
    email: str
    role: str


class Directory(Protocol):
    """Stores who may do what with which numbers."""

    def put_organization(self, organization: Organization) -> None:
        """Store an organization."""

    def put_instance(self, instance: Instance) -> bool:
        """Store an instance derived from the one at ``instance.version``.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first.
        """

    def put_key(self, key: ApiKey) -> None:
        """Store an API key."""

    def put_member(self, member: Member) -> None:
        """Store a member."""

    def key(self, digest: str) -> ApiKey | None:
        """The API key with this SHA-256 digest (hex)."""
