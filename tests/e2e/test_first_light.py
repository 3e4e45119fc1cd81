"""One intent travels the whole real path: API, Gate, table, queue, engine, bridge, phone, and the receipt back."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from infra.local import services
from tests.e2e.client import Client, wait_until
from tests.stack import run_local

if TYPE_CHECKING:
    from tests.stack import Running

pytestmark = pytest.mark.e2e


def test_an_intent_is_delivered_on_the_phone_and_in_the_api(stack: Running) -> None:
    """The product's promise in one test: accepted, decided with a reason, sent once, delivered, all on one timeline."""
    client = Client(stack)
    intent = client.submit("Seu pedido saiu", key="order-1")
    wait_until(lambda: client.intent(intent["id"])["delivery"] == "DELIVERED", 5, "DELIVERED in the API")
    shown = client.intent(intent["id"])
    assert shown["status"] == "SENT"
    kinds = [event["type"] for event in shown["timeline"]]
    assert kinds[:3] == ["accepted", "approved", "claimed"]
    assert set(kinds[3:]) == {"sent", "delivered"}
    assert shown["decision"]["instance_id"] == stack.endpoints["instance_id"]
    mine = [message for message in client.delivered() if message["id"] == shown["provider_id"]]
    assert [(message["body"], message["copies"]) for message in mine] == [("Seu pedido saiu", 1)]


def test_the_same_key_sends_one_message(stack: Running) -> None:
    """A client that posts twice because the first answer was lost must cause one message."""
    client = Client(stack)
    first, again = client.submit("uma vez", key="order-2"), client.submit("uma vez", key="order-2")
    assert first["id"] == again["id"]
    wait_until(lambda: client.intent(first["id"])["status"] == "SENT", 5, "SENT")
    assert [message["body"] for message in client.delivered()].count("uma vez") == 1


def test_twins_at_once_are_one_message(stack: Running) -> None:
    """Retries that overtake each other are how a customer gets the same message twice."""
    client = Client(stack)
    with ThreadPoolExecutor(4) as pool:
        twins = list(pool.map(lambda _: client.submit("gêmeos", key="order-3"), range(12)))
    (intent_id,) = {twin["id"] for twin in twins}
    wait_until(lambda: client.intent(intent_id)["status"] == "SENT", 15, "SENT")
    kinds = [event["type"] for event in client.intent(intent_id)["timeline"]]
    assert kinds.count("accepted") == kinds.count("claimed") == 1
    assert [message["body"] for message in client.delivered()].count("gêmeos") == 1


def test_an_answer_that_is_lost_is_resolved_without_a_second_message(stack: Running) -> None:
    """The bridge took the message and hung up: unknown, said so, and repeated under the same id."""
    client = Client(stack)
    client.fault(answer="drop_after_accept", count=1)
    intent = client.submit("resposta perdida")
    wait_until(lambda: client.intent(intent["id"])["status"] == "SENT", 45, "SENT after a lost answer")
    kinds = [event["type"] for event in client.intent(intent["id"])["timeline"]]
    assert "delivered" in kinds
    mine = [message for message in client.delivered() if message["body"] == "resposta perdida"]
    assert len(mine) == 1


def test_what_the_bridge_did_not_confirm_is_never_sent(stack: Running) -> None:
    """A 200 without a confirmation is how other gateways say 'sent' while nothing arrives."""
    client = Client(stack)
    ids = []
    for answer in ("success_false", "empty", "invalid_json"):
        client.fault(answer=answer, count=1)
        ids.append(client.submit(f"sem confirmação: {answer}")["id"])
        wait_until(lambda: len(client.intent(ids[-1])["timeline"]) > 3, 10, "an outcome")
        assert client.intent(ids[-1])["status"] in {"UNCONFIRMED", "APPROVED"}
        assert not [message for message in client.delivered() if message["body"].endswith(answer)]
    wait_until(lambda: client.statuses(ids) == {"SENT": 3}, 60, "SENT once the bridge confirms")


def test_a_stopped_phone_loses_nothing_and_keeps_the_order(stack: Running) -> None:
    """The number is gone: messages wait and say so; it returns: they get slots in order and leave, each once."""
    client = Client(stack)
    before = services.remembered(stack.stack.state_dir)
    assert before is not None
    os.kill(before.phone.pid, signal.SIGKILL)
    texts = [f"parado {number}" for number in range(8)]
    ids = []
    for text in texts:
        # From one number: several numbers, which other tests connect, keep no order among themselves.
        ids.append(client.submit(text, instance_id=stack.endpoints["instance_id"])["id"])
        time.sleep(0.05)
    wait_until(lambda: client.statuses(ids) == {"QUEUED": 8}, 15, "all QUEUED")
    wait_until(lambda: all(client.intent(name)["decision"]["parked_on"] for name in ids), 15, "all parked")
    assert {client.intent(name)["reason"] for name in ids} == {"INSTANCE_DISCONNECTED"}
    assert {client.intent(name)["attempts"] for name in ids} == {0}
    run_local("run", "--detach", "--state-dir", str(stack.stack.state_dir))
    after = services.remembered(stack.stack.state_dir)
    assert after is not None
    assert after.aws == before.aws, "only the phone had to start again"
    client.tick()
    wait_until(lambda: client.statuses(ids) == {"SENT": 8}, 30, "all SENT")
    # The queue may deliver two batches the other way round; what the Gate hands out is in order.
    slots = [client.intent(name)["decision"]["not_before"] for name in ids]
    assert slots == sorted(slots)
    arrived = [message["body"] for message in client.delivered() if message["body"].startswith("parado")]
    assert sorted(arrived) == texts
