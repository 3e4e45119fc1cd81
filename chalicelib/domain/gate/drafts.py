"""Decides intents one after the other, each on what the ones before it would leave, before anything is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.decision import Approve, Defer, decided
from chalicelib.domain.gate.deciding import decide, interval_after
from chalicelib.domain.values import Purpose

if TYPE_CHECKING:
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.decision import Decision
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.usage import Usage
    from chalicelib.domain.view import View


class Drafts:
    """Decisions on one view, and what they would change.

    Attributes:
        view: What is known; its usages are those after the decisions so far.
        usages: What would be reserved, by number or organization id.
        people: The recipients as they would be, by contact id.
    """

    def __init__(self, view: View) -> None:
        """Begin without decisions on a view that has the recipients of all intents that will be decided."""
        self._known = dict(view.usages)
        self.view = replace(view, usages=self._known)
        self.usages: dict[str, Usage] = {}
        self.people: dict[str, Contact] = {}

    def decide(self, intent: Intent, now: int, contended: frozenset[str] = frozenset()) -> Intent:
        """The intent with its decision.

        Args:
            intent: A PENDING or QUEUED intent.
            now: The instant of the decision, ms.
            contended: Ids of numbers whose reservation was just lost to somebody else.
        """
        person = self.recipient(intent)
        decision = decide(intent, replace(self.view, recipients={intent.id: person}), now, contended)
        self._note(intent, person, decision)
        return decided(intent, decision, now)

    def recipient(self, intent: Intent) -> Contact:
        """The recipient as it would be now."""
        known = self.view.recipients[intent.id]
        return self.people.get(known.id, known)

    def _note(self, intent: Intent, person: Contact, decision: Decision) -> None:
        if isinstance(decision, Approve):
            self._reserve(intent, decision)
            noted = person.approved(intent, decision.instance_id, decision.not_before)
        else:
            # An earlier try may have left a slot with the person and none with the number.
            without = person if intent.claimed else person.taken_back(intent.id)
            noted = without.remembers(intent.id, intent.created_at) if isinstance(decision, Defer) else without
        # Whoever reserves writes the person even when nothing is new: nobody else may have done so meanwhile.
        if noted is not person or isinstance(decision, Approve):
            self.people[person.id] = noted

    def _reserve(self, intent: Intent, decision: Approve) -> None:
        pause = interval_after(intent.id, self.view.policy(decision.instance_id))
        plan = (self.view.organization.id,) if decision.planned else ()
        for subject in (decision.instance_id, *plan):
            self._known[subject] = self.usages[subject] = self.view.usage(subject).reserve(
                decision.not_before,
                pause,
                reply=intent.request.purpose is Purpose.REPLY,
                new_contact=decision.new_contact,
            )
