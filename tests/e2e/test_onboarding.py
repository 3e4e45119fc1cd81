"""A number's first day on the real stack: created, scanned, written from, answered, logged out, and listed fast."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from tests.e2e.client import Client, wait_until

if TYPE_CHECKING:
    from tests.stack import Running

pytestmark = pytest.mark.e2e


def test_from_the_first_code_to_an_opt_out(stack: Running) -> None:
    """The way of every new customer: connect a number, send, be read, be told to stop, and stop."""
    client = Client(stack)
    instance_id = client.connected("Primeiro número")
    to = "+5521976543210"
    intent = client.submit("Seu pedido saiu", to=to, instance_id=instance_id)
    wait_until(lambda: client.intent(intent["id"])["delivery"] == "DELIVERED", 5, "DELIVERED")
    client.hand(instance_id, "read", id=client.intent(intent["id"])["provider_id"])
    wait_until(lambda: client.intent(intent["id"])["delivery"] == "READ", 5, "READ")
    client.hand(instance_id, "reply", **{"from": to.removeprefix("+"), "text": "Sair!"})
    wait_until(lambda: _preference(client, to) == "all", 5, "the opt-out")
    again = client.submit("Mais uma coisa", to=to, instance_id=instance_id)
    assert (again["status"], again["decision"]["reason"]) == ("BLOCKED", "OPTED_OUT")
    contact = client.call("GET", f"/contacts/{to}")[1]
    assert contact["sticky_instance_id"] == instance_id
    confirmation, *before = [one["id"] for one in contact["recent_intents"]]
    assert before == [intent["id"]]
    assert client.intent(confirmation)["origin"] == "SYSTEM"
    wait_until(lambda: client.intent(confirmation)["status"] == "SENT", 10, "the confirmation")


def test_a_hidden_name_without_the_ninth_digit_blocks_the_phone_with_it(stack: Running) -> None:
    """In most of Brazil an opt-out would be taken for a stranger's, and messages would go on."""
    client = Client(stack)
    instance_id = client.connected("Número com LID")
    client.hand(instance_id, "reply", **{"from": "553198765432", "lid": "77665544332211", "text": "SAIR"})
    wait_until(lambda: _preference(client, "+5531998765432") == "all", 5, "the opt-out")
    blocked = client.submit("Oi", to="+5531998765432")
    assert (blocked["status"], blocked["decision"]["reason"]) == ("BLOCKED", "OPTED_OUT")
    by_hidden_name = client.call("GET", "/contacts/77665544332211@lid")[1]
    assert by_hidden_name["phone"] == "+5531998765432"
    proof = {"proof": "ligou e pediu"}
    assert client.call("DELETE", "/contacts/+5531998765432/opt-out", proof)[0] == 200
    assert client.submit("Oi de novo", to="+5531998765432")["status"] in {"APPROVED", "QUEUED"}


def test_a_logout_on_the_phone_is_known_at_once(stack: Running) -> None:
    """The panel would say "connected" about a number that lost its pairing, and messages would wait for it."""
    client = Client(stack)
    instance_id = client.connected("Número que sai")
    client.hand(instance_id, "logout")
    wait_until(lambda: client.connection(instance_id) == "LOGGED_OUT", 3, "LOGGED_OUT")
    shown = client.call("GET", f"/instances/{instance_id}")[1]
    assert shown["connection"]["cause"] == "LOGGED_OUT_ON_PHONE"
    assert "connect" in shown["allowed_actions"]
    entries = client.call("GET", f"/instances/{instance_id}/journal")[1]["data"]
    states = [entry["data"]["status"] for entry in entries if entry["type"] == "connection"]
    assert states[0] == "LOGGED_OUT"
    assert "CONNECTED" in states


def test_duplicated_reordered_and_forged_webhooks_change_nothing(stack: Running) -> None:
    """A bridge repeats and shuffles what it says, and anybody can post to an address they found."""
    client = Client(stack)
    instance_id = client.connected("Número repetido")
    client.fault(webhooks="duplicate")
    intent = client.submit("duas vezes dito", to="+5521976543211", instance_id=instance_id)
    wait_until(lambda: client.intent(intent["id"])["delivery"] == "DELIVERED", 5, "DELIVERED")
    client.fault(webhooks="reorder")
    client.hand(instance_id, "reply", **{"from": "5521976543211", "text": "oi"})
    client.hand(instance_id, "read", id=client.intent(intent["id"])["provider_id"])
    wait_until(lambda: client.intent(intent["id"])["delivery"] == "READ", 6, "READ")
    client.fault()
    before = client.intent(intent["id"])
    assert [event["type"] for event in before["timeline"]].count("delivered") == 1
    forged = [client.tell(instance_id, fact, forge=True) for fact in _facts(intent["id"])]
    assert forged == [401] * len(forged)
    replayed = [client.tell(instance_id, fact) for fact in _facts(intent["id"]) for _ in range(2)]
    assert replayed == [204] * len(replayed)
    time.sleep(3)
    assert client.intent(intent["id"]) == before
    assert client.connection(instance_id) == "CONNECTED"
    assert _preference(client, "+5521976543211") is None


def test_two_hundred_numbers_are_listed_while_a_bridge_hangs(stack: Running) -> None:
    """The morning's first page would wait for the slowest number of all."""
    client = Client(stack)
    instance_id = stack.endpoints["instance_id"]
    numbers = [{"name": f"Número {number}"} for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(partial(client.call, "POST", "/instances"), numbers))
    assert {status for status, _ in answers} == {201}
    client.fault(latency_ms=30_000, slow_status=True, instance_id=instance_id)
    client.call("GET", "/instances?limit=1")
    started = time.monotonic()
    status, page = client.call("GET", "/instances?limit=200")
    took = time.monotonic() - started
    client.fault()
    assert status == 200
    assert len(page["data"]) == 200
    assert page["has_more"]
    assert took < 3, "that is no timing of ours, but no answer of the hung number either"


def _preference(client: Client, target: str) -> str | None:
    status, contact = client.call("GET", f"/contacts/{target}")
    return contact["preference"]["opt_out"] if status == 200 and contact["preference"] else None


def _facts(intent_id: str) -> list[bytes]:
    """What was said before, and what was never said: a logout, a receipt, the first connection."""
    receipt = {"MessageIDs": [message_id(intent_id, 0)], "Timestamp": "2026-11-01T12:00:00Z"}
    said: list[dict[str, Any]] = [
        {"type": "LoggedOut", "event": {"OnConnect": False, "Reason": 401}},
        {"type": "QRTimeout", "event": {}},
        {"type": "Connected", "event": {}},
        {"type": "ReadReceipt", "event": receipt, "state": "Delivered"},
    ]
    return [json.dumps(fact).encode() for fact in said]
