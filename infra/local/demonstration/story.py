"""The story itself: the application's own use cases and the phone's owner, customers and faults, step by step.

Sending, receipts and refusals are the running functions' work; the story only waits where a step rests on them.
PENDING and SENDING pass too quickly to be kept for anybody to look at, and so does APPROVED once a slot has come.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.application.instances.registry import NewInstance
from chalicelib.domain.consent import Consent, LegalBasis
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.errors import NotFound
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.values import DAY, HOUR, SECOND, Category, Origin, Purpose, Reaction
from infra.local.demonstration import messages
from infra.local.demonstration.hand import Hand, digits, wait_until
from infra.local.demonstration.messages import Line
from infra.local.seed import connect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.application.intake import Draft
    from chalicelib.bootstrap import Services
    from chalicelib.domain.intent import Intent
    from infra.local.stack import Stack

_MONTH_SECONDS, _BAN_SECONDS = 30 * 24 * 3600, 6 * 3600
_TEMPORARY_BAN = 101
_A_WHILE = 5.0
_NOBODY_THERE = "error sending message: can't send message to unknown server"


@dataclass
class Story:
    """A shop's day.

    Attributes:
        services: The use cases.
        stack: Where it happens.
        organization_id: The shop.
        sales: Its first number, connected.
        client: Who hands intents in, for the timelines.
        operator: Who works with the numbers, for their journals.
    """

    services: Services
    stack: Stack
    organization_id: str
    sales: str
    client: str
    operator: str

    @cached_property
    def _hand(self) -> Hand:
        return Hand(self.stack.phone_url)

    def tell(self) -> None:
        """Let the day happen."""
        desk = self._new(NewInstance("Atendimento", ProviderName.WHATSMEOW, InstancePurpose.MIXED, warmed_up=True))
        # A new number of its own pace: it warms up from its first connection on.
        campaigns = self._new(NewInstance("Campanhas", ProviderName.WHATSMEOW, InstancePurpose.DISPATCH, CONSERVATIVE))
        self._room_is_kept_for_replies()
        self._customers_agree_to_offers()
        self._a_recipient_who_is_refused()
        sent = self._a_day_of_orders()
        self._a_number_that_waits_to_be_connected(campaigns)
        self._a_service_desk_that_is_banned_for_a_while(desk)
        self._customers_read_and_answer(sent)
        self._a_customer_opts_out()

    def _room_is_kept_for_replies(self) -> None:
        """A change of the policy, so that its history has one."""
        shop = self.services.onboarding.organization(self.organization_id)
        wanted = replace(shop.policy, reply_share=20)
        self.services.policies.change(shop.id, self.client, wanted, shop.policy_version)

    def _customers_agree_to_offers(self) -> None:
        """Without a consent an offer is refused, as one is in this story."""
        given = self.services.clock.now() - DAY
        consent = Consent(
            Category.MARKETING, LegalBasis.CONSENT, "cadastro no site", given, "aceite no cadastro", self.client
        )
        for phone in messages.AGREED:
            self.services.book.agree(self.organization_id, Alias(AliasKind.PHONE, phone), consent)

    def _a_recipient_who_is_refused(self) -> None:
        """Failed for good, while nothing else is under way."""
        self._hand.misbehave(answer="error", text=_NOBODY_THERE, count=1, instance_id=self.sales)
        self._settled(self._submit([messages.REFUSED.draft(self.sales)]), Status.FAILED)
        self._hand.behave()

    def _a_day_of_orders(self) -> list[Intent]:
        """Sent, delivered, out of reach for now, not on WhatsApp, never agreed to, scheduled."""
        self._hand.declare(messages.NOT_ON_WHATSAPP, on_whatsapp=False)
        locked = {"scope": "contact", "contact": digits(messages.LOCKED), "seconds": _MONTH_SECONDS}
        self._hand.do(self.sales, "reachout-lock", **locked)
        sent = self._submit(line.draft() for line in messages.DAY)
        tomorrow = self.services.clock.now() // DAY * DAY + DAY + 12 * HOUR
        self._submit(line.draft(send_at=tomorrow) for line in messages.TOMORROW)
        return sent

    def _a_number_that_waits_to_be_connected(self, instance_id: str) -> None:
        """Waiting for a number, refused by its purpose, and dropped because the offer is over."""
        self._submit(line.draft(instance_id) for line in (*messages.CAMPAIGN, messages.WARMUP))
        over = self.services.clock.now() + 2 * SECOND
        [dropped] = self._submit([messages.FLASH_SALE.draft(instance_id, expires_at=over)])

        wait_until(lambda: self.services.clock.now() > over, "the offer is over")
        self.services.place_sweep.run(time.monotonic() + _A_WHILE)  # rather than at the next minute's tick
        wait_until(lambda: self._now(dropped).status is Status.DROPPED, "an offer that is over is dropped")

    def _a_service_desk_that_is_banned_for_a_while(self, instance_id: str) -> None:
        """A reaction nobody can tell the fate of, answers, a slower pace, and a rest that WhatsApp enforces."""
        connect(self.services, self.stack, self.organization_id, instance_id, self.operator)
        thanks = self._hand.do(instance_id, "reply", **_says(messages.GRATEFUL, "Chegou tudo certinho, obrigada! 😍"))
        self._hand.misbehave(answer="timeout_text", count=1, instance_id=instance_id)
        heart = Reaction("❤️", str(thanks["id"]))
        line = Line(messages.GRATEFUL, heart, Origin.CHAT_MANUAL, Purpose.REPLY, Category.SERVICE)
        self._settled(self._submit([line.draft(instance_id)]), Status.UNCONFIRMED)
        self._hand.behave()
        self._settled(self._submit(line.draft(instance_id) for line in messages.DESK), Status.SENT)
        self.services.registry.set_policy(self.organization_id, instance_id, self.operator, CONSERVATIVE)
        self._submit(line.draft(instance_id) for line in messages.DESK_LATER)
        self._hand.do(instance_id, "ban", code=_TEMPORARY_BAN, seconds=_BAN_SECONDS)
        wait_until(lambda: self._lifecycle(instance_id) is Lifecycle.COOLDOWN, "a temporary ban is a rest")

    def _customers_read_and_answer(self, sent: list[Intent]) -> None:
        """Receipts and conversations."""
        readers = [one for one in sent if one.request.target.value in {messages.READS, messages.WRITES_BACK}]
        for intent in readers:
            wait_until(partial(self._delivered, intent), "DELIVERED")
            self._hand.do(self.sales, "read", id=message_id(intent.id, 0))
        self._hand.do(self.sales, "reply", **_says(messages.WRITES_BACK, "Oi! Dá para deixar na portaria?"))

    def _a_customer_opts_out(self) -> None:
        """SAIR, and what is refused from then on."""
        self._hand.do(self.sales, "reply", **_says(messages.OPTS_OUT, "SAIR"))
        wait_until(lambda: self._opted_out(messages.OPTS_OUT), "SAIR is understood")
        self._submit(line.draft() for line in messages.AFTER_OPT_OUT)

    def _new(self, wanted: NewInstance) -> str:
        return self.services.registry.create(self.organization_id, self.operator, wanted, None).instance.id

    def _submit(self, drafts: Iterable[Draft]) -> list[Intent]:
        submit = self.services.intake.submit
        return [submit(self.organization_id, self.client, draft, None).intent for draft in drafts]

    def _settled(self, intents: list[Intent], status: Status) -> None:
        wait_until(lambda: {self._now(one).status for one in intents} == {status}, status)

    def _delivered(self, intent: Intent) -> bool:
        return self._now(intent).delivery is Delivery.DELIVERED

    def _now(self, intent: Intent) -> Intent:
        return self.services.queries.one(self.organization_id, intent.id)[0]

    def _lifecycle(self, instance_id: str) -> Lifecycle:
        return self.services.states.one(self.organization_id, instance_id).instance.lifecycle

    def _opted_out(self, phone: str) -> bool:
        try:
            contact = self.services.book.find(self.organization_id, Alias(AliasKind.PHONE, phone))
        except NotFound:
            return False
        return contact.preference is not None and contact.preference.opt_out is not None


def _says(phone: str, text: str) -> dict[str, str]:
    return {"from": digits(phone), "text": text}
