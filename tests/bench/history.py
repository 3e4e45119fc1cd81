"""Intents of one organization that were handed in at a steady pace: the more there are, the further back they go.

Domain and adapter make the newest thousand, so these are what the handlers would have stored. All before them are their
copies under other keys: whatever comes upon those reads as many bytes of as many kinds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.intents import DynamoIntents
from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.bootstrap import services
from chalicelib.domain.attempt import claim, receipt, settle
from chalicelib.domain.decision import Approve, Block, Comparison, Defer, decided
from chalicelib.domain.listing import position_of
from chalicelib.domain.outcome import FailureClass, NotSent, Sent
from chalicelib.domain.status import Delivery
from chalicelib.domain.values import DAY, MINUTE, SECOND, Reason, Target, TargetKind, Text
from tests.bench.shelf import Shelf
from tests.contract.samples import TOKEN, an_id, pending
from tests.integration.costs import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item
    from chalicelib.domain.intent import Intent

# So many are made by domain and adapter.
MADE = 1_000
# One was handed in every so often: a hundred thousand in three weeks.
_PACE = 18 * SECOND
# How long they may wait, and for how long some have to.
_LIFETIME, _FAR = 60 * DAY, 30 * DAY
# What became of every twenty in a row: read (most), failed, parked, blocked, deferred.
_FATES = "RRFRPRRBRRDRRPRRFRRR"


@dataclass(frozen=True)
class History:
    """What an organization handed in before now.

    Attributes:
        organization_id: Whose it is.
        numbers: The numbers that it left from.
        stopped: The number, paused by an operator, that some of it waits for.
        now: The present, ms.
    """

    organization_id: str
    numbers: Sequence[str]
    stopped: str
    now: int

    def store(self, count: int) -> None:
        """Put so many intents into the table: at least as many as are made."""
        table, alarms = services()._table, services()._alarms  # noqa: SLF001 - the adapters' own
        shelf, copies = Shelf(table), count - MADE
        instants = range(self.now - count * _PACE, self.now, _PACE)
        made = [self._intent(number, instants[number]) for number in range(copies, count)]
        adapter = DynamoIntents(shelf, services().keyring)
        for intent in made:
            adapter.create(intent)
        for number in range(copies):
            intent = made[number % MADE]
            shelf.copy(f"INTENT#{intent.id}", self._keys(intent, an_id("int", number), instants[number]))
        alarms.touch_place(self.organization_id, self.stopped, self.now)

    def _keys(self, intent: Intent, copy: str, at: int) -> Item:
        """The keys of an intent's copy that was handed in at another instant."""
        created = position_of(at, copy)
        wake = created if intent.parked_on else f"{self.now + _FAR:013d}#{copy}"
        return {"pk": f"INTENT#{copy}", "created": created, "wake_sk": wake}

    def _intent(self, number: int, at: int) -> Intent:
        intent, fate = self._accepted(number, at), _FATES[number % len(_FATES)]
        if fate == "P":
            pinned = replace(intent, request=replace(intent.request, instance_id=self.stopped))
            return decided(pinned, Defer(Reason.OPS_PAUSED, None, self.stopped, ()), at)
        if fate == "D":
            return decided(intent, Defer(Reason.SCHEDULED, self.now + _FAR, None, ()), at)
        if fate == "B":
            return decided(intent, Block(Reason.OPTED_OUT, ()), at)
        sending = _sending(intent, self.numbers[number % len(self.numbers)], at)
        return _failed(sending, at + SECOND) if fate == "F" else _read(sending, at + SECOND)

    def _accepted(self, number: int, at: int) -> Intent:
        intent = pending(number, at, self.organization_id)
        target = Target(TargetKind.PHONE, f"+55119876{number:05d}")
        request = replace(intent.request, target=target, expires_at=at + _LIFETIME)
        return replace(intent, request=request, content=Text(TEXT))


def _sending(intent: Intent, number: str, at: int) -> Intent:
    compared: dict[str, int | str] = {"minute": "1/1000", "hour": "10/10000", "day": "100/100000", "slot": at}
    approval = Approve(number, at, at + 2 * MINUTE, (Comparison(number, "OK", compared),))
    return claim(decided(intent, approval, at), TOKEN, at + 2 * MINUTE, at)


def _failed(sending: Intent, at: int) -> Intent:
    return settle(sending, TOKEN, NotSent(FailureClass.RECIPIENT_INVALID, "no LID found"), at)


def _read(sending: Intent, at: int) -> Intent:
    name = message_id(sending.id, 0)
    intent = settle(sending, TOKEN, Sent(name), at)
    for delivery in (Delivery.DELIVERED, Delivery.READ):
        intent = receipt(intent, delivery, name, at, at + SECOND)
    return intent
