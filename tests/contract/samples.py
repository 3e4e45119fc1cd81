"""Things to store: an organization, its number, and intents at every step, with ids as long as real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ulid import ULID

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.domain.attempt import claim, receipt, settle
from chalicelib.domain.decision import Approve, Comparison, Defer, decided
from chalicelib.domain.intent import Intent
from chalicelib.domain.intervention import Resolution, cancel, resolve, retry
from chalicelib.domain.organization import Organization
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.request import Request
from chalicelib.domain.status import Delivery
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, MINUTE, Category, ContentType, Origin, Purpose, Reason, Target, TargetKind
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.instance import Instance


def an_id(prefix: str, number: int = 1) -> str:
    """An id that sorts by its number."""
    return f"{prefix}_{ULID.from_int((NOON << 80) + number)}"


ORGANIZATION, ANOTHER_ORGANIZATION = an_id("org"), an_id("org", 2)
INSTANCE = an_id("ins")
TOKEN = "k" * 43
OPERATOR = f"operator {an_id('usr')}"


def organization(name: str = ORGANIZATION) -> Organization:
    """An organization that is not paused."""
    return Organization(name, "Farmácia São João", "pt-BR", "America/Sao_Paulo", CONSERVATIVE)


def instance(name: str = INSTANCE, organization_id: str = ORGANIZATION) -> Instance:
    """A connected number that was never stored."""
    return replace(an_instance(name), organization_id=organization_id)


def pending(number: int = 1, at: int = NOON, organization_id: str = ORGANIZATION) -> Intent:
    """An accepted intent."""
    request = Request(
        target=Target(TargetKind.PHONE, "+5511987654321"),
        purpose=Purpose.DISPATCH,
        origin=Origin.API,
        category=Category.UTILITY,
        instance_id=None,
        send_at=None,
        expires_at=at + DAY,
        external_id=None,
        fingerprint="f" * 32,
        content_type=ContentType.TEXT,
    )
    blank = Intent(an_id("int", number), organization_id, request)
    return blank.record(EventType.ACCEPTED, at, f"client {an_id('key')}")


def parked(number: int = 1, subject: str = INSTANCE, at: int = NOON) -> Intent:
    """An intent that waits for a number or an organization."""
    return decided(pending(number, at), Defer(Reason.INSTANCE_DISCONNECTED, None, subject, ()), at)


def deferred(number: int = 1, until: int = NOON) -> Intent:
    """An intent that is decided again at ``until``."""
    return decided(pending(number, until), Defer(Reason.RATE_LIMIT, until, None, ()), until)


def approved(number: int = 1, at: int = NOON) -> Intent:
    """An intent with a slot."""
    numbers: dict[str, int | str] = {"minute": "0/5", "hour": "0/100", "day": "0/800", "slot": at}
    approval = Approve(INSTANCE, at, at + 2 * MINUTE, (Comparison(INSTANCE, "OK", numbers),))
    return decided(pending(number, at), approval, at)


def sending(number: int = 1) -> Intent:
    """An intent with a running attempt."""
    return claim(approved(number), TOKEN, NOON + 2 * MINUTE, NOON + 300)


def unconfirmed(number: int = 1) -> Intent:
    """An intent whose attempt ended without an answer."""
    return settle(sending(number), TOKEN, Unknown("the answer was lost: ReadTimeoutError"), NOON + 900)


def failed(number: int = 1) -> Intent:
    """An intent that a provider refused for good."""
    return settle(sending(number), TOKEN, NotSent(FailureClass.RECIPIENT_INVALID, "no LID found"), NOON + 900)


def sent(number: int = 1) -> Intent:
    """An intent that a provider confirmed."""
    intent = sending(number)
    return settle(intent, TOKEN, Sent(message_id(intent.id, 0)), NOON + 900)


def delivered(number: int = 1) -> Intent:
    """A sent intent that reached the phone."""
    intent = sent(number)
    return receipt(intent, Delivery.DELIVERED, message_id(intent.id, 0), NOON + 1_000, NOON + 2_500)


def read(number: int = 1) -> Intent:
    """A delivered intent that was read."""
    intent = delivered(number)
    return receipt(intent, Delivery.READ, message_id(intent.id, 0), NOON + 4_000, NOON + 5_500)


def cancelled(number: int = 1) -> Intent:
    """An intent that somebody let not leave."""
    return cancel(approved(number), OPERATOR, "preço errado", NOON + 500)


def retried(number: int = 1) -> Intent:
    """A failed intent that is to be decided once more, with more time."""
    return retry(failed(number), OPERATOR, "número corrigido", NOON + 2 * DAY, NOON + 60_000)


def resent(number: int = 1) -> Intent:
    """An unconfirmed intent that is to be sent at the risk of a second message."""
    return resolve(unconfirmed(number), Resolution.RESEND, OPERATOR, "urgente", NOON + 60_000)


def with_another_body(intent: Intent) -> Intent:
    """The intent as a twin request with the same id and another body would create it."""
    return replace(intent, request=replace(intent.request, fingerprint="0" * 32))


STEPS: dict[str, Callable[[], Intent]] = {
    "pending": pending,
    "deferred": deferred,
    "parked": parked,
    "approved": approved,
    "sending": sending,
    "unconfirmed": unconfirmed,
    "failed": failed,
    "sent": sent,
    "delivered": delivered,
    "read": read,
}
# What people do is seldom, and may take two write units.
INTERVENTIONS: dict[str, Callable[[], Intent]] = {"cancelled": cancelled, "retried": retried, "resent": resent}
