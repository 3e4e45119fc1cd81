"""Decides intents one after the other, each on what the ones before it would leave, before anything is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.decision import Approve, Defer, decided
from chalicelib.domain.gate.deciding import decide, interval_after
from chalicelib.domain.intervention import in_doubt
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

    def again(self, intent: Intent, at: int, *, unused: bool = False) -> Approve | None:
        """Another slot, from ``at`` (ms) on, on the number that an intent is approved for; ``None`` if there is none.

        The message stays where it is: whatever speaks against that number now is for a new decision. Its turn has come
        already, so it waits behind nobody in a line. The call that was made stays counted, but it is one message to one
        person: plan and new contacts count it at its new slot. A slot that passed ``unused`` is given back, and the new
        one taken in turn; another attempt comes out of turn, and nobody waits behind it.
        """
        self._move(intent, unused=unused)
        person = self.recipient(intent)
        here = replace(intent, bound_to=intent.instance_id)
        decision = decide(here, replace(self.view, recipients={intent.id: person}, lines={}), at)
        if not isinstance(decision, Approve):
            return None
        # It goes on counting as what it was approved as, whoever the person has become since: as that it is given back.
        slot = replace(decision, new_contact=intent.new_contact, planned=intent.planned)
        reply = intent.request.purpose is Purpose.REPLY
        for subject in _subjects(self.view, slot):
            usage, pause = self.view.usage(subject), interval_after(intent.id, self.view.policy(slot.instance_id))
            self.usages[subject] = (
                usage.reserve(slot.not_before, pause, reply=reply, new_contact=slot.new_contact)
                if unused
                else usage.reserve_apart(slot.not_before, reply=reply, new_contact=slot.new_contact)
            )
        self.people[person.id] = person.approved(intent, slot.instance_id, slot.not_before)
        return slot

    def recipient(self, intent: Intent) -> Contact:
        """The recipient as it would be now."""
        known = self.view.recipients[intent.id]
        return self.people.get(known.id, known)

    def _move(self, intent: Intent, *, unused: bool) -> None:
        here, plan = self.view.usage(str(intent.instance_id)), self.view.usage(self.view.organization.id)
        at, reply = intent.not_before, intent.request.purpose is Purpose.REPLY
        if unused:
            self._known[here.instance_id] = here.give_back(at, reply=reply, new_contact=intent.new_contact)
        elif intent.new_contact:
            self._known[here.instance_id] = replace(here, new_contacts=here.new_contacts.remove(at))
        if intent.planned:
            self._known[plan.instance_id] = plan.give_back(at, reply=reply)

    def _note(self, intent: Intent, person: Contact, decision: Decision) -> None:
        if isinstance(decision, Approve):
            self._reserve(intent, decision)
            noted = person.approved(intent, decision.instance_id, decision.not_before)
        else:
            # An earlier try may have left a slot with the person and none with the number; what may have arrived stays.
            without = person if in_doubt(intent) else person.taken_back(intent.id)
            noted = without.remembers(intent.id, intent.created_at) if isinstance(decision, Defer) else without
        # Whoever reserves writes the person even when nothing is new: nobody else may have done so meanwhile.
        if noted is not person or isinstance(decision, Approve):
            self.people[person.id] = noted

    def _reserve(self, intent: Intent, decision: Approve) -> None:
        pause = interval_after(intent.id, self.view.policy(decision.instance_id))
        for subject in _subjects(self.view, decision):
            self._known[subject] = self.usages[subject] = self.view.usage(subject).reserve(
                decision.not_before,
                pause,
                reply=intent.request.purpose is Purpose.REPLY,
                new_contact=decision.new_contact,
            )


def _subjects(view: View, decision: Approve) -> tuple[str, ...]:
    """Ids of what an approval takes a slot of: its number, and its organization under a plan."""
    return (decision.instance_id, view.organization.id) if decision.planned else (decision.instance_id,)
