"""Turns contacts into the shape of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.http.schemas.contacts import (
    AliasView,
    ConsentView,
    ContactView,
    InboundView,
    NumberCheckView,
    PreferenceView,
    RecentIntentView,
    WithdrawalView,
)
from chalicelib.entrypoints.http.schemas.fields import instant

if TYPE_CHECKING:
    from chalicelib.domain.consent import Consent
    from chalicelib.domain.contact import Contact, NumberCheck
    from chalicelib.domain.preference import Preference
    from chalicelib.domain.recent import RecentIntent


def shown(contact: Contact, now: int) -> ContactView:
    """A person as known at ``now`` (ms), the latest things first."""
    return ContactView(
        id=contact.id,
        phone=contact.phone,
        name=contact.name,
        aliases=[AliasView(kind=one.kind, value=one.value) for one in contact.aliases],
        preference=_preference(contact.preference),
        consents=[_consent(one) for one in sorted(contact.consents, key=lambda one: -one.latest)],
        marketing_consent=contact.consented(now),
        number_check=_check(contact.check),
        sticky_instance_id=contact.sticky_instance,
        inbound=[
            InboundView(instance_id=name, last_inbound_at=str(instant(at)))
            for name, at in sorted(contact.inbound.items(), key=lambda pair: -pair[1])
        ],
        recent_intents=[_recent(one) for one in reversed(contact.recent)],
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


def _consent(consent: Consent) -> ConsentView:
    end = consent.withdrawn
    return ConsentView(
        purpose=consent.purpose,
        legal_basis=consent.legal_basis,
        source=consent.source,
        at=str(instant(consent.at)),
        proof=consent.proof,
        by=consent.by,
        withdrawn=WithdrawalView(at=str(instant(end.at)), by=end.by, proof=end.proof) if end else None,
    )


def _recent(entry: RecentIntent) -> RecentIntentView:
    return RecentIntentView(
        id=entry.intent_id,
        accepted_at=str(instant(entry.at)),
        instance_id=entry.instance_id,
        slot_at=instant(entry.slot or None),
    )
