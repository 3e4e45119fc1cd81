"""The phone's webhooks in a test's hands: as the phone signed them, or made and signed the same way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.bootstrap import services
from infra.local.phone.clock import now
from infra.local.phone.events import receipt
from infra.local.phone.truth import Message
from infra.local.phone.webhooks import signature

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant
    from tests.local_phone.driver import Hook

State = Literal["Delivered", "Read"]


def path_of(tenant: Tenant) -> str:
    """Where the phone was told to send the events of the tenant's first number."""
    users = tenant.house.phone.driver.admin("GET", "/admin/users").data
    (url,) = [user["webhook"] for user in users if user["name"] == tenant.instance.id]
    return "/api" + str(url).removeprefix(tenant.house.receiver.url)


def sign(tenant: Tenant, raw: bytes) -> str:
    """The signature that the phone would put under a body."""
    return signature(services().keyring.derive("webhook-signature", tenant.instance.id), raw)


def knock(tenant: Tenant, raw: bytes, signed: str | None = None, path: str | None = None) -> Answer:
    """Hand a webhook in, signed well unless told otherwise."""
    named = sign(tenant, raw) if signed is None else signed
    headers = {"x_hmac_signature": named} if named else {}
    return tenant.house.call("POST", path or path_of(tenant), raw, **headers)


def made(tenant: Tenant, intent: Any, state: State = "Delivered", generation: int = 0) -> bytes:  # noqa: ANN401 - JSON
    """A receipt as the phone would tell of it, whether it was sent or not."""
    return receipt_of(intent["id"], tenant.instance.id, state, generation)


def receipt_of(intent_id: str, instance_id: str, state: State, generation: int = 0) -> bytes:
    """As above, of what left a number."""
    message = Message(message_id(intent_id, generation), instance_id, "5511987654321", "text", "", "")
    event = receipt(message, state, now())
    return json.dumps({"type": event.kind, "event": event.event, **event.beside}).encode()


def told(house: House, times: int = 1) -> list[Hook]:
    """The receipts that the phone itself sent, once there are so many."""
    return house.receiver.wait_for("ReadReceipt", times)


def report(tenant: Tenant, intent: Any, state: State = "Delivered") -> None:  # noqa: ANN401 - JSON values
    """A receipt comes in and is worked on."""
    assert knock(tenant, made(tenant, intent, state)).status == 204
    house = tenant.house
    assert house.ingest(house.receive("PROVIDER_EVENTS_QUEUE_URL")) == []
