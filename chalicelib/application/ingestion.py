"""Works on what providers told us: receipts, messages, states of sessions. Working twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.ports.provider import Inbound, Receipt
from chalicelib.application.telemetry import INBOUND_MESSAGES, OPT_OUTS
from chalicelib.domain.attempt import receipt
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.preference import OptOut, Preference, says

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.confirmations import Confirmations
    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.instances.probing import Probing
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.provider import Provider, ProviderEvent
    from chalicelib.application.ports.provider_events import ProviderEvents, RawEvent
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.organization import Organization

# A longer message is never a word that opts out or in.
LONGEST_WISH = 60


@dataclass(frozen=True, slots=True)
class Ingestion:
    """Works on kept events."""

    providers: Mapping[ProviderName, Provider]
    events: ProviderEvents
    intents: Intents
    settlement: Settlement
    book: ContactBook
    directory: Directory
    writer: InstanceWriter
    probing: Probing
    confirmations: Confirmations
    journal: Journal

    def work(self, event_id: str) -> None:
        """Carry the facts of one kept event over to what they are about.

        Raises:
            NotFound: The event is not stored.
            InvalidInput: The event is not something its provider sends, or part of it fits nothing we know.
        """
        event = self.events.get(event_id)
        if event is None:
            raise NotFound(f"{event_id} is not stored")
        facts = self.providers[ProviderName(event.provider)].events(event.body)
        done = [isolated(self.journal, "taking in a fact", partial(self._take_in, event, fact)) for fact in facts]
        if not all(done):
            raise InvalidInput(f"{event_id}: {done.count(False)} of {len(done)} facts could not be taken in")

    def _take_in(self, event: RawEvent, fact: ProviderEvent) -> None:
        if isinstance(fact, Receipt):
            self._receipt(event, fact)
        elif isinstance(fact, Inbound):
            self._inbound(event, fact)
        else:
            self.probing.learn(self.writer.get(event.organization_id, event.instance_id), fact, event.received_at)

    def _receipt(self, event: RawEvent, fact: Receipt) -> None:
        intent = self.intents.get(fact.intent_id)
        if intent is None or intent.organization_id != event.organization_id:
            raise NotFound(f"{fact.intent_id} is not a message of this organization")
        if event.instance_id not in intent.carriers:
            raise InvalidInput(f"{fact.intent_id} was not sent by the instance that reports on it")
        self.settlement.write(
            intent, lambda stored, now: receipt(stored, fact.delivery, fact.provider_id, fact.at, now)
        )
        if fact.recipient:
            self.book.learn(event.organization_id, intent.request.target, fact.recipient)

    def _inbound(self, event: RawEvent, fact: Inbound) -> None:
        """A message written to one of our numbers; what is said in a group is said to nobody in particular."""
        if fact.in_group or not fact.sender:
            return
        at = min(fact.at, event.received_at)
        organization = self._organization(event) if 0 < len(fact.text) <= LONGEST_WISH else None
        wish = _wish(organization, fact, at) if organization else None

        def heard(contact: Contact) -> Contact:
            contact = contact.heard(event.instance_id, at, fact.name)
            return contact.prefers(wish) if wish else contact

        contact = self.book.meet(event.organization_id, fact.sender, heard)
        self.journal.count(INBOUND_MESSAGES)
        if organization and wish and wish.opt_out:
            self.journal.count(OPT_OUTS)
            self.confirmations.confirm(organization, contact, wish, event.instance_id)

    def _organization(self, event: RawEvent) -> Organization:
        organization = self.directory.organization(event.organization_id)
        if organization is None:
            raise NotFound(f"{event.organization_id} is not stored")
        return organization


def _wish(organization: Organization, fact: Inbound, at: int) -> Preference | None:
    if says(fact.text, organization.opt_out_words):
        return Preference(OptOut.ALL, at, "contact", fact.message_id, said_at=at)
    if says(fact.text, organization.opt_in_words):
        return Preference(None, at, "contact", fact.message_id)
    return None
