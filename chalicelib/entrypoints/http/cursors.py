"""Cursors: opaque, signed, and good only for the list they came from."""

from __future__ import annotations

from itsdangerous import BadData, URLSafeSerializer

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.problems import BadRequest


def seal(position: str, *, organization_id: str, query: str) -> str:
    """The cursor for a position in one organization's list with one filter."""
    return str(_signer(organization_id, query).dumps(position))


def unseal(cursor: str, *, organization_id: str, query: str) -> str:
    """The position of a cursor.

    Raises:
        BadRequest: It is not ours, or belongs to another list.
    """
    try:
        return str(_signer(organization_id, query).loads(cursor))
    except BadData as error:
        raise BadRequest("cursor: not valid for this list. Start again without it.") from error


def _signer(organization_id: str, query: str) -> URLSafeSerializer:
    return URLSafeSerializer(services().keyring.derive("cursor", organization_id), salt=query)
