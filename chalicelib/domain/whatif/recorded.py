"""What the record says of an intent that no policy could have changed: when it was asked for and what held it up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.intent import Intent
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.contact import Contact
    from chalicelib.domain.timeline import Event

# Waits for something that has to return: as they were, whatever the policy.
_OUTSIDE = frozenset(
    {Reason.OPS_PAUSED, Reason.INSTANCE_DISCONNECTED, Reason.COOLDOWN_ACTIVE, Reason.REACHOUT_LOCK, Reason.LATE_SLOT}
)
# Refusals that lie in the person, the number or the message: as they were, whatever the policy.
_REFUSED = frozenset(
    {
        Reason.OPTED_OUT,
        Reason.RECIPIENT_NOT_ON_WHATSAPP,
        Reason.INSTANCE_BANNED,
        Reason.NO_ELIGIBLE_INSTANCE,
        Reason.NOT_IN_GROUP,
        Reason.OUTSIDE_SERVICE_WINDOW,
        Reason.UNSUPPORTED_MESSAGE_TYPE,
    }
)
# What held an intent up, by the event that says so.
_HELD = {EventType.QUEUED: _OUTSIDE, EventType.BLOCKED: _REFUSED}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An intent as it came, and what held or refused it.

    Attributes:
        intent: As accepted, without anything that was decided.
        contact: What was known of the recipient then.
        ready_at: When the Gate could first have decided it, ms; ``None`` when it still waited at the end.
        held_by: What it waited for until then, if it did.
        refused: Why it was refused, when no policy could have let it through.
    """

    intent: Intent
    contact: Contact
    ready_at: int | None
    held_by: Reason | None = None
    refused: Reason | None = None


def known_at(contact: Contact, instant: int) -> Contact:
    """What was known of a person at an instant (ms), as far as it can still be told.

    Of what happened several times only the latest is kept: who wrote or was written to before and after the instant may
    be taken for somebody new.
    """
    wish, check = contact.preference, contact.check
    return replace(
        contact,
        preference=wish if wish and wish.at <= instant else None,
        check=check if check and check.at <= instant else None,
        inbound={name: at for name, at in contact.inbound.items() if at <= instant},
        outbound={name: span for name, span in contact.outbound.items() if span.first <= instant},
        recent=tuple(one for one in contact.recent if one.latest <= instant),
        consents=tuple(one for one in contact.consents if one.at <= instant),
        locks={},
    )


def recorded(intent: Intent, contact: Contact, until: int) -> Recorded:
    """What the record says of an intent.

    Args:
        intent: The intent as it is stored.
        contact: What was known of its recipient when the replay begins.
        until: What happened from this instant (ms) on is not looked at: both sides of a comparison see the same.
    """
    accepted, timeline = intent.timeline[0], [event for event in intent.timeline if event.at < until]
    asked = Intent(intent.id, intent.organization_id, intent.request).record(accepted.type, accepted.at, accepted.actor)
    ready_at, held_by = _ready(timeline)
    return Recorded(asked, contact, ready_at, held_by, _refusal(timeline))


def _ready(timeline: Iterable[Event]) -> tuple[int | None, Reason | None]:
    """When the last wait for something that had to return ended, before the first approval.

    What was refused whatever the policy, and retried, waited for somebody to see to that.
    """
    ready_at: int | None = None
    held_by: Reason | None = None
    waiting = False
    for event in timeline:
        if event.data.get("reason") in _HELD.get(event.type, ()):
            held_by, waiting = Reason(event.data["reason"]), True
        elif waiting or event.type is EventType.ACCEPTED:
            ready_at, waiting = event.at, False
        if event.type is EventType.APPROVED:
            break
    return (None if waiting else ready_at), held_by


def _refusal(timeline: Iterable[Event]) -> Reason | None:
    """Why it was refused in the end, whatever the policy; ``None`` when somebody retried it after that."""
    refused: Reason | None = None
    for event in timeline:
        if event.type is EventType.BLOCKED and event.data["reason"] in _REFUSED:
            refused = Reason(event.data["reason"])
        elif event.type is EventType.RETRIED:
            refused = None
    return refused
