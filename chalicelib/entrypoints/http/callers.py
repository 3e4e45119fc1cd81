"""Who is calling: the API key in ``Authorization: Bearer ptk_…``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.onboarding import key_digest
from chalicelib.bootstrap import services
from chalicelib.domain.errors import NotAuthenticated

if TYPE_CHECKING:
    from chalice.app import Request

_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated client.

    Attributes:
        organization_id: Whose data it may see and change.
        actor: How it appears on timelines.
    """

    organization_id: str
    actor: str


def caller(request: Request) -> Caller:
    """The caller of a request.

    Raises:
        NotAuthenticated: No key, or one we do not know.
    """
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(_SCHEME):
        raise NotAuthenticated("Send your API key as 'Authorization: Bearer ptk_…'.")
    key = services().directory.key(key_digest(header[len(_SCHEME) :].strip()))
    if key is None:
        raise NotAuthenticated("This API key is not known.")
    return Caller(key.organization_id, f"client {key.id}")
