"""Turns contacts into the shape of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.http.schemas.contacts import (
    AliasView,
    ContactView,
    InboundView,
    NumberCheckView,
    PreferenceView,
    RecentIntentView,
)
from chalicelib.entrypoints.http.schemas.fields import instant

if TYPE_CHECKING:
    from chalicelib.domain.contact import Contact, NumberCheck
    from chalicelib.domain.preference import Preference


def shown(contact: Contact) -> ContactView:
    """A person, the latest things first."""
    return ContactView(
        id=contact.id,
        phone=contact.phone,
        name=contact.name,
        aliases=[AliasView(kind=one.kind, value=one.value) for one in contact.aliases],
        preference=_preference(contact.preference),
        number_check=_check(contact.check),
        sticky_instance_id=contact.sticky_instance,
        inbound=[
            InboundView(instance_id=name, last_inbound_at=str(instant(at)))
            for name, at in sorted(contact.inbound.items(), key=lambda pair: -pair[1])
        ],
        recent_intents=[
            RecentIntentView(id=one.intent_id, accepted_at=str(instant(one.at))) for one in reversed(contact.recent)
        ],
        version=contact.version,
    )


def _preference(wish: Preference | None) -> PreferenceView | None:
    if wish is None:
        return None
    return PreferenceView(opt_out=wish.opt_out, at=str(instant(wish.at)), by=wish.by, proof=wish.proof)


def _check(check: NumberCheck | None) -> NumberCheckView | None:
    if check is None:
        return None
    return NumberCheckView(on_whatsapp=check.address is not None, at=str(instant(check.at)))
