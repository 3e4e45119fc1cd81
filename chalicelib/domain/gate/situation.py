"""One intent and one number, with everything the rules look at; made for every number at every decision, so light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.capabilities import CAPABILITIES
from chalicelib.domain.groups import short_name
from chalicelib.domain.instance import FINAL
from chalicelib.domain.quiet import QuietScope, QuietZone
from chalicelib.domain.values import Category, Origin, Purpose

if TYPE_CHECKING:
    from chalicelib.domain.capabilities import Capabilities
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.groups import KnownGroups
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.quiet import QuietHours
    from chalicelib.domain.usage import Usage
    from chalicelib.domain.view import View

_EVERYTHING = QuietScope.ALL


@dataclass(slots=True)
class Asked:
    """What is asked of every number alike.

    Attributes:
        intent: What is to be sent.
        contact: What is known of the recipient; ``None`` for somebody new.
        reply: Whether it uses the lane of replies.
        bound_to: The only number it may leave from, if there is one.
        known: Ids of the numbers that the recipient knows.
        sticky: The one the recipient last wrote to.
        last_slot: When the recipient gets the latest other message, ms; 0 for never.
        told_at: When the recipient gets the latest message that says the same, ms; 0 for never.
        campaign: Whether it is one of a campaign's, or marketing.
        group: The short name of the group it is for; ``None`` for a person.
        view: What is known.
        now: The instant of the decision, ms.
    """

    intent: Intent
    contact: Contact | None
    reply: bool
    bound_to: str | None
    known: frozenset[str]
    sticky: str | None
    last_slot: int
    told_at: int
    campaign: bool
    group: bytes | None
    view: View
    now: int

    @property
    def plan_usage(self) -> Usage:
        """What the organization has reserved, as far as its plan limits it."""
        return self.view.usage(self.view.organization.id)

    def rests_in(self, quiet: QuietHours | None) -> bool:
        """Whether quiet hours hold for it: for campaigns and marketing by default, for replies never."""
        return quiet is not None and not self.reply and (self.campaign or quiet.scope is _EVERYTHING)


@dataclass(slots=True)
class Situation:
    """What the rules look at.

    Attributes:
        asked: What is asked of every number alike.
        instance: The number looked at.
        policy: Its rules.
        usage: What it has reserved.
        provider: What its provider carries.
        new_contact: Whether the recipient was never written to from it and never wrote to it; no group is one.
        quiet: The hours in which the intent must rest, if any.
    """

    asked: Asked
    instance: Instance
    policy: Policy
    usage: Usage
    provider: Capabilities
    new_contact: bool
    quiet: QuietHours | None

    @property
    def zone(self) -> str:
        """In which time zone quiet hours are meant."""
        here = self.asked.view.organization.time_zone
        of_recipient = self.quiet is not None and self.quiet.zone is QuietZone.RECIPIENT
        return (self.asked.intent.request.time_zone or here) if of_recipient else here

    @property
    def groups(self) -> KnownGroups:
        """Which groups the number is in, as far as is known."""
        return self.asked.view.groups_of(self.instance.id)

    @property
    def familiar(self) -> bool:
        """Whether the recipient last wrote to the number, or is a group that it was found in."""
        if self.asked.group is not None:
            return self.groups.has(self.asked.group)
        return self.asked.sticky == self.instance.id

    @property
    def last_inbound(self) -> int:
        """When the recipient last wrote to the number, ms; 0 for never."""
        return self.asked.contact.inbound.get(self.instance.id, 0) if self.asked.contact else 0


def asked_of(intent: Intent, view: View, now: int) -> Asked:
    """What an intent asks of every number."""
    request, contact = intent.request, view.recipients.get(intent.id)
    return Asked(
        intent=intent,
        contact=contact,
        reply=request.purpose is Purpose.REPLY,
        bound_to=_bound_to(intent, view, contact),
        known=contact.numbers(intent.id) if contact else frozenset(),
        sticky=contact.sticky_instance if contact else None,
        last_slot=contact.last_slot(intent.id) if contact else 0,
        told_at=contact.same_content(request.likeness, intent.id) if contact else 0,
        campaign=request.origin is Origin.CAMPAIGN or request.category is Category.MARKETING,
        group=short_name(request.target.value) if request.target.is_group else None,
        view=view,
        now=now,
    )


def situation(asked: Asked, instance: Instance) -> Situation:
    """The situation of an intent in front of one number."""
    view = asked.view
    policy = instance.policy or view.organization.policy
    return Situation(
        asked,
        instance,
        policy,
        view.usage(instance.id),
        CAPABILITIES[instance.provider],
        asked.group is None and instance.id not in asked.known,
        policy.quiet if asked.rests_in(policy.quiet) else None,
    )


def _bound_to(intent: Intent, view: View, contact: Contact | None) -> str | None:
    """The only number an intent may leave from: the one asked for, the one it is bound to, or the one written to."""
    request = intent.request
    if request.instance_id or intent.bound_to:
        return request.instance_id or intent.bound_to
    written_to = contact.sticky_instance if contact and request.purpose is Purpose.REPLY else None
    known = view.instances.get(written_to or "")
    return written_to if known and known.lifecycle not in FINAL else None
