"""Cursors: opaque, signed, and good only for the list they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.problems import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping


def next_of(position: str | None, *, organization_id: str, query: str) -> str | None:
    """The cursor for a position in one organization's list with one filter; ``None`` at its end."""
    return None if position is None else str(_signer(organization_id, query).dumps(position))


def after_of(parameters: Mapping[str, str], *, organization_id: str, query: str) -> str | None:
    """The position that the request's cursor stands for; ``None`` without one.

    Raises:
        BadRequest: It is not ours, or belongs to another list.
    """
    cursor = parameters.get("cursor")
    if cursor is None:
        return None
    try:
        return str(_signer(organization_id, query).loads(cursor))
    except BadData as error:
        raise BadRequest("cursor: not valid for this list. Start again without it.") from error


def _signer(organization_id: str, query: str) -> URLSafeSerializer:
    return URLSafeSerializer(services().keyring.derive("cursor", organization_id), salt=query)
