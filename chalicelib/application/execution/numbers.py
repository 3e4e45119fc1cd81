"""Asks which recipients are on WhatsApp, and where messages to them go: once per lane, believed for a week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.contact import NumberCheck
from chalicelib.domain.errors import ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.work import Job
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName


@dataclass(frozen=True, slots=True)
class NumberChecks:
    """Makes number checks. One that cannot be made never stops a send: the number is then used as it was given."""

    providers: Mapping[ProviderName, Provider]
    book: ContactBook
    clock: Clock
    journal: Journal

    def checked(self, instance: Instance, jobs: list[Job]) -> list[Job]:
        """The jobs with what is known of its recipients, after asking about those nobody asked about for a week."""
        targets = {one.intent.request.target for one in jobs if self._unchecked(one.contact)}
        phones = {target.value for target in targets if not target.is_group}
        if not phones:
            return jobs
        try:
            addresses = self.providers[instance.provider].check_numbers(instance, sorted(phones))
        except ProviderUnavailable as error:
            self.journal.note("numbers not checked", instance_id=instance.id, why=str(error))
            return jobs
        return [self._learned(instance, one, addresses) for one in jobs]

    def _unchecked(self, contact: Contact | None) -> bool:
        return contact is None or contact.check is None or not contact.check.fresh(self.clock.now())

    def _learned(self, instance: Instance, one: Job, addresses: Mapping[str, str | None]) -> Job:
        target = one.intent.request.target
        if target.value not in addresses or not self._unchecked(one.contact):
            return one
        address = addresses[target.value]
        check = NumberCheck(address, self.clock.now())
        aliases = self.providers[instance.provider].aliases(address) if address else ()
        found: list[Contact] = []

        def learn() -> None:
            found.append(self.book.learn(instance.organization_id, target, aliases, lambda known: known.checked(check)))

        isolated(self.journal, "noting a number check", learn, intent_id=one.intent.id)
        return replace(one, contact=found[0]) if found else one
