"""Tells somebody who opted out, once, that it is done: the only message that an opt-out lets pass by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.intake import Draft
from chalicelib.domain.errors import IdempotencyKeyReused
from chalicelib.domain.preference import confirmation
from chalicelib.domain.values import Category, Origin, Purpose, Target, TargetKind, Text

if TYPE_CHECKING:
    from chalicelib.application.intake import Intake
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.preference import Preference


@dataclass(frozen=True, slots=True)
class Confirmations:
    """Confirms opt-outs."""

    intake: Intake

    def confirm(self, organization: Organization, contact: Contact, wish: Preference, instance_id: str) -> None:
        """Submit the confirmation of an opt-out that ``wish`` began; the same opt-out is never confirmed twice.

        A person who is only known by a hidden name cannot be written to.

        Args:
            organization: Whose contact.
            contact: The person, as after the wish.
            wish: What was just heard, perhaps not for the first time.
            instance_id: The number that heard it, and that answers.
        """
        began = contact.preference is not None and contact.preference.said_at == wish.said_at
        if not began or contact.phone is None or not organization.confirm_opt_outs:
            return
        draft = Draft(
            target=Target(TargetKind.PHONE, contact.phone),
            content=Text(confirmation(organization.locale, organization.opt_in_words)),
            purpose=Purpose.REPLY,
            origin=Origin.SYSTEM,
            category=Category.SERVICE,
            instance_id=instance_id,
            send_at=None,
            expires_at=None,
            external_id=None,
        )
        # The middle dot keeps it apart from every key of a client, which is ASCII.
        key = f"opt-out·{contact.id}·{wish.said_at}"
        try:
            self.intake.submit(organization.id, "engine", draft, key)
        except IdempotencyKeyReused:
            return  # confirmed before, in other words: the organization's language or words changed since
