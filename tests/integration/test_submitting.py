"""Handing one message in: what the client is told, and what may leave our hands on the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.adapters.clock import SystemClock
from chalicelib.bootstrap import services
from tests.events.builder import sqs_record
from tests.integration.house import events, wish

if TYPE_CHECKING:
    import pytest

    from tests.integration.house import House

CANARY_PHONE = "+5531912345678"
CANARY_TEXT = "canário-do-telhado-77"


def test_an_accepted_message_is_approved_with_its_reasons(house: House) -> None:
    """A client could not tell when and through which number its message leaves, nor why."""
    tenant = house.admit()
    answer = tenant.post(wish(external_id="order-1"))
    intent, decision = answer.json, answer.json["decision"]
    assert (answer.status, answer.headers["Content-Type"]) == (202, "application/json")
    assert (intent["id"][:4], intent["status"], intent["external_id"]) == ("int_", "APPROVED", "order-1")
    assert (decision["kind"], decision["instance_id"], decision["reason"]) == ("APPROVE", tenant.instance.id, None)
    assert (decision["not_before"], decision["not_after"]) == ("2027-01-15T08:00:00.000Z", "2027-01-15T08:02:00.000Z")
    assert decision["trace"][0]["rule"] == "OK"
    assert decision["trace"][0]["numbers"]["minute"] == "0/1000"
    assert [(event["seq"], event["type"]) for event in intent["timeline"]] == [(1, "accepted"), (2, "approved")]
    assert intent["timeline"][0]["actor"].startswith("client key_")
    assert (intent["attempts"], intent["delivery"], intent["content"]["text"]) == (0, None, "Oi")
    assert intent["created_at"] == "2027-01-15T08:00:00.000Z"
    assert tenant.show(intent) == intent


def test_every_answer_names_its_request(house: House) -> None:
    """A client could not tell us which of its requests went wrong."""
    tenant = house.admit()
    good, bad = tenant.post(), tenant.post(b"{}")
    assert good.headers["Request-Id"]
    assert bad.headers["Request-Id"] == bad.json["request_id"] != good.headers["Request-Id"]


def test_the_queue_carries_ids_only(house: House) -> None:
    """Phones and texts would lie in queues, dead letters and whatever reads them."""
    tenant = house.admit()
    intent = tenant.submit()
    (record,) = house.receive()
    ids = {"intent_id": intent["id"], "instance_id": tenant.instance.id}
    assert json.loads(record["body"]) == {"v": 2, "approval": 1, **ids}


def test_no_secret_leaves_the_table(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Phones, texts and keys of customers would be read by everybody who may read logs or queues."""
    tenant = house.admit()
    secret = wish(target={"kind": "PHONE", "value": CANARY_PHONE}, content={"type": "TEXT", "text": CANARY_TEXT})
    house.phone.driver.faults(answer="error", count=1, text=f"error sending message to {CANARY_PHONE}")
    bodies: list[str] = []
    for body in (secret, {**secret, "colour": CANARY_TEXT}, {**secret, "target": {"value": CANARY_PHONE}}):
        tenant.post(body)
    house.call("GET", "/api/message-intents", Authorization=f"Bearer {tenant.key}x")
    for seconds in (0, 10, 60):
        house.clock.advance(seconds)
        batch = house.receive()
        bodies += [record["body"] for record in batch]
        house.execute([*batch, sqs_record(CANARY_TEXT)])
    house.sweep()
    house.dynamodb.delete_table(TableName=house.table)
    assert tenant.post(secret).status == 500
    written = "".join(capsys.readouterr()) + "".join(bodies)
    assert "intent_sent" in written
    assert "Traceback" in written
    assert len(bodies) >= 2
    for canary in (CANARY_PHONE[1:], CANARY_TEXT, tenant.key):
        assert canary not in written
        assert json.dumps(canary).strip('"') not in written


def test_the_whole_way_to_the_phone(house: House) -> None:
    """Messages would be accepted and never arrive."""
    tenant = house.admit()
    intent = tenant.submit(content={"type": "TEXT", "text": "Seu pedido saiu"})
    assert house.work() == []
    shown = tenant.show(intent)
    (message,) = house.phone.driver.log()["messages"]
    assert (shown["status"], shown["delivery"], shown["attempts"]) == ("SENT", "ACCEPTED", 1)
    assert events(shown) == ["accepted", "approved", "claimed", "sent"]
    assert "token" not in json.dumps(shown)
    assert (message["body"], message["to"], message["copies"]) == ("Seu pedido saiu", "5511987654321", 1)
    assert message["id"] == shown["provider_id"]


def test_the_limits_themselves_are_fine(house: House) -> None:
    """What the documentation allows would be refused."""
    tenant = house.admit()
    for body in (
        wish(content={"type": "TEXT", "text": "ç" * 4_096}),
        wish(expires_at="2027-04-15T08:00:00Z"),
        wish(send_at="2027-04-15T07:59:59Z", expires_at="2027-04-15T08:00:00Z"),
        wish(external_id="x" * 128, instance_id=tenant.instance.id),
    ):
        assert tenant.post(json.dumps(body).encode(), Content_Type="text/plain").status == 202


def test_the_machines_own_clock_does(house: House) -> None:
    """Everything here stands on a test's clock: the real one could be wired wrongly and nobody would see."""
    services.cache_clear()
    tenant = house.admit()
    intent = tenant.submit()
    assert isinstance(services().clock, SystemClock)
    assert house.work() == []
    assert tenant.statuses(intent) == ["SENT"]


def test_a_decision_is_told_in_the_callers_language(house: House) -> None:
    """Whoever reads why a message waits would read it in a language, or at an hour, that is not theirs."""
    tenant = house.admit()
    tenant.disconnect()
    asked, told = tenant.post(Accept_Language="en"), tenant.post()
    assert asked.json["decision"]["trace"][0]["text"] == "not connected · last confirmed at 05:00:00"
    assert told.json["decision"]["trace"][0]["text"] == "sem conexão · última confirmação: 05:00:00"
    assert told.json["decision"]["waiting_helps"] is True
    path = f"/api/message-intents/{told.json['id']}"
    assert tenant.call("GET", path, Accept_Language="en").json["decision"]["text"].startswith("No number that fits")
    assert tenant.show(told.json)["decision"]["text"].startswith("Nenhuma instância")
