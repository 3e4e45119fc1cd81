"""What each provider can carry, as far as it matters to a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.instance import Provider
from chalicelib.domain.values import HOUR, ContentType

if TYPE_CHECKING:
    from collections.abc import Mapping

# How long after a person's message to a number of the official API free content may be sent from it.
SERVICE_WINDOW = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider carries.

    Attributes:
        content_types: What a message may be.
        service_window: Whether free content needs a message from the person within the last 24 hours.
        groups: Whether a message may be for a group.
    """

    content_types: frozenset[ContentType]
    service_window: bool
    groups: bool


CAPABILITIES: Mapping[Provider, Capabilities] = {
    Provider.WHATSMEOW: Capabilities(frozenset(ContentType), service_window=False, groups=True),
    Provider.CLOUD_API: Capabilities(frozenset(ContentType), service_window=True, groups=False),
    Provider.AWS_SOCIAL: Capabilities(frozenset(ContentType), service_window=True, groups=False),
}
