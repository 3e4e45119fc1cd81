"""What messages cost in units of the table, from their request on: the same for tests and bench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.aws import batch_size
from tests.integration.hooks import report
from tests.integration.house import PHONE, wish
from tests.integration.read_meter import reading
from tests.integration.write_meter import stored_size, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.house import Tenant

# As long as messages are when costs are told, with the accents of the language most of them are in.
TEXT = ("Olá! Seu pedido já está a caminho e chega até amanhã às 18h. Acompanhe a entrega na nossa página. " * 3)[:200]
NUMBERS = 10
SINGLE, BULK = 40, 100
# One message in so many is refused once by the phone, for no reason that lasts.
_SECOND_ATTEMPTS = 20
# Within it nobody's connection is looked at again, which every number needs once in a while, however much it sends.
_MEANWHILE = 30
# After so long, in seconds, and so many looks, whatever was refused once is sent.
_BACK_OFF, _LOOKS = 8, 3


@dataclass(frozen=True)
class Cost:
    """What one of many takes.

    Attributes:
        writes: Write units.
        reads: Read units.
        size: What is kept of it, index entries included, bytes; as far as it was measured.
    """

    writes: float
    reads: float
    size: float = 0.0


def opt_out(tenant: Tenant) -> None:
    """Note that the usual recipient wants nothing any more."""
    answer = tenant.call("PUT", f"/api/contacts/{quote(PHONE, safe='')}/opt-out", {"proof": "ligou"})
    assert answer.status == 200, answer.raw


def blocked(tenant: Tenant) -> int:
    """Write units of an intent that the Gate refuses for good: its recipient opted out."""
    opt_out(tenant)
    with writing() as meter:
        intent = tenant.submit(content={"type": "TEXT", "text": TEXT})
    assert intent["status"] == "BLOCKED", intent
    return meter.units


def sent_one_by_one(tenant: Tenant) -> Cost:
    """Units of an intent that comes alone, to somebody known, through one of ten numbers."""

    def submit() -> None:
        for person in range(SINGLE):
            _hand_in(tenant, greeting(person, TEXT), f"single-{person}")
            tenant.house.work()

    return _sent(tenant, SINGLE, submit)


def sent_in_bulk(tenant: Tenant) -> Cost:
    """The same of one among many in one request."""

    def submit() -> None:
        _hand_in(tenant, {"intents": [greeting(person, TEXT) for person in range(BULK)]}, "bulk")
        tenant.house.answer()
        tenant.house.work(batch_size("Execute"))

    return _sent(tenant, BULK, submit)


def receipt(tenant: Tenant) -> Cost:
    """Units of a receipt; two of them tell of each message."""
    intents = [tenant.submit() for _ in range(NUMBERS)]
    tenant.house.work()
    with writing() as written, reading() as read:
        for intent in intents:
            report(tenant, intent, "Delivered")
            tenant.house.clock.advance(1)
            report(tenant, intent, "Read")
    assert {tenant.show(intent)["delivery"] for intent in intents} == {"READ"}
    return Cost(written.units / len(intents) / 2, read.units / len(intents) / 2)


def prepare(tenant: Tenant, people: int) -> None:
    """Give it ten numbers, and write to people once, so that nobody is new and nobody's phone must be checked."""
    for number in range(1, NUMBERS):
        tenant.add_number(f"Vendas {number}")
    greetings = [greeting(person, f"Bem-vindo, cliente {person}!") for person in range(people)]
    _hand_in(tenant, {"intents": greetings}, "welcome")
    tenant.house.answer()
    tenant.house.work()
    assert len(tenant.house.phone.texts()) == people
    tenant.house.clock.advance(_MEANWHILE)


def greeting(person: int, text: str) -> dict[str, Any]:
    """A wish to write a text to somebody."""
    target = {"kind": "PHONE", "value": f"+55119876{person:05d}"}
    return wish(target=target, content={"type": "TEXT", "text": text})


def _sent(tenant: Tenant, people: int, submit: Callable[[], None]) -> Cost:
    prepare(tenant, people)
    phone = tenant.house.phone
    phone.driver.faults(answer="error", count=people // _SECOND_ATTEMPTS)
    with writing() as written, reading() as read:
        submit()
        assert len(phone.texts()) == 2 * people - people // _SECOND_ATTEMPTS
        for _ in range(_LOOKS):
            tenant.house.clock.advance(_BACK_OFF)
            tenant.house.work()
    assert len(phone.texts()) == 2 * people
    kept = sum(stored_size(item) for item in tenant.house.items() if item["pk"]["S"].startswith("INTENT#"))
    return Cost(written.units / people, read.units / people, kept / people / 2)


def _hand_in(tenant: Tenant, body: object, key: str) -> None:
    answer = tenant.post(body, Idempotency_Key=key)
    assert answer.status == 202, answer.raw
