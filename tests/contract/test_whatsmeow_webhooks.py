"""Webhooks as the local phone sends them: only what is signed counts, and it names our intent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.application.ports.provider import Receipt
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.status import Delivery
from infra.local.phone import LocalPhone, Timings
from tests.contract import samples
from tests.contract.whatsmeow import INTENT, a_message, adapter
from tests.local_phone.driver import ADMIN, Driver, Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider
    from tests.local_phone.driver import Hook

INSTANCE = samples.instance()
WIRE_ID = message_id(INTENT, 0)
# 2026-01-31T12:00:00Z in ms.
AT = 1_769_860_800_000


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WhatsmeowProvider, list[Hook]]]:
    """The adapter, and the two webhooks that one message caused: delivered, then read."""
    state: Path = tmp_path_factory.mktemp("phone")
    timings = Timings(receipt=0.01, settle=0.01)
    with Receiver() as receiver, LocalPhone(state=state, admin_token=ADMIN, timings=timings) as phone:
        made, driver = adapter(phone.url), Driver(phone.url)
        made.provider.register(INSTANCE, receiver.url)
        made.provider.connect(INSTANCE)
        driver.control(f"sessions/{INSTANCE.id}/scan")
        made.provider.send(INSTANCE, a_message())
        receiver.wait_for("ReadReceipt")
        driver.control(f"sessions/{INSTANCE.id}/read", {"id": WIRE_ID})
        yield made.provider, receiver.wait_for("ReadReceipt", times=2)
        made.pool.clear()


def test_a_webhook_of_the_phone_is_believed(told: tuple[WhatsmeowProvider, list[Hook]]) -> None:
    """Every receipt would be turned away at the door."""
    provider, hooks = told
    assert all(provider.verify(INSTANCE.id, hook.signature or "", hook.raw) for hook in hooks)


def test_a_receipt_names_our_intent(told: tuple[WhatsmeowProvider, list[Hook]]) -> None:
    """A delivered message would stay "sent", and an unconfirmed one would be sent again."""
    provider, hooks = told
    receipts = [fact for hook in hooks for fact in provider.events(hook.raw) if isinstance(fact, Receipt)]
    assert [(one.intent_id, one.provider_id, one.delivery) for one in receipts] == [
        (INTENT, WIRE_ID, Delivery.DELIVERED),
        (INTENT, WIRE_ID, Delivery.READ),
    ]
    assert receipts[0].at <= receipts[1].at


def test_a_forged_or_altered_webhook_is_not_believed(told: tuple[WhatsmeowProvider, list[Hook]]) -> None:
    """Anybody could mark messages as delivered, or those of another number."""
    provider, [hook, other] = told
    signature = hook.signature or ""
    assert not provider.verify(INSTANCE.id, signature, hook.raw.replace(b"Delivered", b"Read"))
    assert not provider.verify(INSTANCE.id, signature, hook.raw + b" ")
    assert not provider.verify(INSTANCE.id, signature, other.raw)
    assert not provider.verify(samples.an_id("ins", 2), signature, hook.raw)
    for forged in ("", "0" * 64, signature[:-1], f"{signature}0", "ç" * 64):
        assert not provider.verify(INSTANCE.id, forged, hook.raw)


def body(**changes: object) -> bytes:
    """A receipt's webhook with changes."""
    event = {"MessageIDs": [WIRE_ID], "Timestamp": "2026-01-31T12:00:00Z"}
    return json.dumps({"type": "ReadReceipt", "state": "Delivered", "event": event} | changes).encode()


@pytest.mark.parametrize(
    "timestamp",
    ["2026-01-31T12:00:00Z", "2026-01-31T09:00:00-03:00", "2026-01-31T12:00:00.000000000Z", "2026-01-31T12:00:00.0Z"],
)
def test_every_spelling_of_an_instant_is_read(told: tuple[WhatsmeowProvider, list[Hook]], timestamp: str) -> None:
    """Receipts of a bridge in another time zone would be off by hours, or end in the dead letters."""
    event = {"MessageIDs": [WIRE_ID], "Timestamp": timestamp}
    assert told[0].events(body(event=event)) == [Receipt(INTENT, WIRE_ID, Delivery.DELIVERED, AT)]


def test_messages_of_others_have_no_receipts(told: tuple[WhatsmeowProvider, list[Hook]]) -> None:
    """What somebody types on the phone itself would be taken for an intent and fail for ever."""
    event = {"MessageIDs": ["3EB0A1B2C3D4E5F60718", WIRE_ID, "", 7], "Timestamp": "2026-01-31T12:00:00Z"}
    found = told[0].events(body(event=event))
    assert [one.intent_id for one in found if isinstance(one, Receipt)] == [INTENT]
    assert list(told[0].events(body(state="ReadSelf"))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        body(type="Message"),
        body(type=None),
        body(event="code"),
        body(event={"MessageIDs": WIRE_ID, "Timestamp": "2026-01-31T12:00:00Z"}),
        body(event={"MessageIDs": [WIRE_ID]}),
        body(event={"MessageIDs": [WIRE_ID], "Timestamp": "yesterday"}),
        body(event={"MessageIDs": [WIRE_ID], "Timestamp": "2026-01-31T12:00:00"}),
    ],
)
def test_a_body_that_is_no_receipt_is_refused(told: tuple[WhatsmeowProvider, list[Hook]], wrong: bytes) -> None:
    """A change of the bridge would be swallowed; refused, it waits in the dead letters for somebody to look."""
    with pytest.raises(InvalidInput):
        told[0].events(wrong)
