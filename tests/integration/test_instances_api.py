"""Numbers over HTTP: the shapes a client relies on, what it is told when something cannot be, and nobody else's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.adapters.dynamodb.leases import DynamoLeases
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.control import Lease

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

INSTANCES = "/api/instances"


def create(tenant: Tenant, key: str | None = None, **body: object) -> Answer:
    """Ask for a number."""
    headers = {"Idempotency_Key": key} if key else {}
    return tenant.call("POST", INSTANCES, {"name": "Suporte", **body}, **headers)


def of(tenant: Tenant, path: str = "", method: str = "GET", body: object = None) -> Answer:
    """A call about the tenant's first number."""
    return tenant.call(method, f"{INSTANCES}/{tenant.instance_ids[0]}{path}", body)


def test_a_number_is_created_once_and_shown(house: House) -> None:
    """A client that lost the answer would create a second number."""
    tenant = house.admit()
    first, again = create(tenant, "suporte-1"), create(tenant, "suporte-1")
    assert (first.status, again.status) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json == again.json
    shown = first.json
    assert shown["id"].startswith("ins_")
    assert (shown["lifecycle"], shown["connection"]["status"], shown["phone"]) == ("CREATED", "DISCONNECTED", None)
    assert shown["control"] == {
        "status": "RUNNING",
        "in_flight": 0,
        "by": None,
        "reason": None,
        "since": None,
        "until": None,
    }
    assert shown["allowed_actions"] == ["connect", "pause", "retire"]
    refused = create(tenant, "suporte-1", name="Vendas")
    assert (refused.status, refused.json["code"]) == (422, "idempotency_key_reused")


def test_a_connected_number_hides_its_phone(house: House) -> None:
    """Whoever sees the panel would know the company's private numbers."""
    tenant = house.admit()
    shown = of(tenant).json
    assert shown["connection"]["status"] == "CONNECTED"
    assert shown["connection"]["stale"] is False
    assert shown["phone"].count("•") == 5
    assert len(shown["phone"]) == 14


def test_numbers_are_listed_in_pages_without_asking_anybody(house: House) -> None:
    """One dead bridge would keep the operator's first page from loading."""
    tenant = house.admit()
    for number in range(4):
        create(tenant, name=f"Número {number}")
    house.phone.off()
    house.clock.advance(600)
    seen: list[str] = []
    query = "?limit=2"
    while query:
        answer = tenant.call("GET", INSTANCES + query)
        assert answer.status == 200
        seen.extend(row["id"] for row in answer.json["data"])
        query = f"?limit=2&cursor={answer.json['next_cursor']}" if answer.json["has_more"] else ""
    house.phone.on()
    assert len(seen) == len(set(seen)) == 5
    assert of(tenant).json["connection"]["stale"] is True


def test_a_number_is_connected_over_the_api(house: House) -> None:
    """Nobody could connect a number without the command line."""
    tenant = house.admit()
    instance_id = create(tenant).json["id"]
    path = f"{INSTANCES}/{instance_id}"
    started = tenant.call("POST", f"{path}/connect", {})
    assert (started.status, started.json["connection"]["status"]) == (202, "CONNECTING")
    house.clock.advance(1)
    code = tenant.call("GET", f"{path}/qr").json
    assert code["qr"].startswith("data:image/png;base64,")
    assert code["expires_at"] == "2027-01-15T08:01:01.000Z"
    typed = tenant.call("POST", f"{path}/pairing-code", {"phone": "+55 11 98765-4321"})
    house.phone.driver.control(f"sessions/{instance_id}/enter-code", {"code": typed.json["pairing_code"]})
    house.clock.advance(3)
    connection = tenant.call("GET", f"{path}/connection").json
    assert (connection["connection"]["status"], connection["code_expires_at"]) == ("CONNECTED", None)
    assert tenant.call("GET", f"{path}/qr").json["qr"] is None
    group = {"jid": "120363041234567890@g.us", "name": "Clientes"}
    house.phone.driver.control(f"sessions/{instance_id}/groups", group)
    assert tenant.call("GET", f"{path}/groups").json["data"] == [{"id": group["jid"], "name": "Clientes", "size": 1}]
    out = tenant.call("POST", f"{path}/logout", {})
    assert (out.json["connection"]["status"], out.json["connection"]["cause"]) == ("LOGGED_OUT", "LOGGED_OUT_BY_US")
    assert tenant.call("GET", f"{path}/groups").status == 409


def test_the_bridge_is_told_where_to_send_its_events(house: House) -> None:
    """The number would connect, and nothing that happens to it would ever be known."""
    tenant = house.admit()
    instance_id = create(tenant).json["id"]
    tenant.call("POST", f"{INSTANCES}/{instance_id}/connect", {})
    users = house.phone.driver.admin("GET", "/admin/users").data
    [webhook] = [user["webhook"] for user in users if user["name"] == instance_id]
    assert webhook.startswith(f"http://portaria.test/api/webhooks/whatsmeow/{tenant.id}.{instance_id}.")


def test_a_pause_tells_how_far_it_has_come(house: House) -> None:
    """The panel would say paused while a message is still leaving."""
    tenant = house.admit()
    leases, now = DynamoLeases(Table(house.dynamodb, house.table)), house.clock.now()
    leases.take(LeaseKind.LANE, tenant.instance_ids[0], "worker", Lease(now, now + 30_000, 2))
    paused = of(tenant, "/pause", "POST", {"reason": "campanha em revisão", "until": "2027-01-15T10:00:00Z"})
    control = paused.json["control"]
    assert (paused.status, control["status"], control["in_flight"]) == (200, "PAUSING", 2)
    assert (control["reason"], control["until"]) == ("campanha em revisão", "2027-01-15T10:00:00.000Z")
    leases.release(LeaseKind.LANE, tenant.instance_ids[0], "worker")
    assert of(tenant).json["control"]["status"] == "PAUSED"
    assert tenant.submit()["decision"]["reason"] == "OPS_PAUSED"
    again = of(tenant, "/pause", "POST", {"reason": "x"})
    assert (again.status, again.json["code"]) == (409, "not_possible_now")
    assert of(tenant, "/resume", "POST").json["control"]["status"] == "RUNNING"
    entries = of(tenant, "/journal").json["data"]
    assert [entry["type"] for entry in entries[:2]] == ["resumed", "paused"]
    assert entries[1]["data"] == {"reason": "campanha em revisão", "until": "2027-01-15T10:00:00.000Z"}
    assert entries[1]["actor"].startswith("client key_")


def test_the_rest_of_a_numbers_life(house: House) -> None:
    """An operator could not let a number rest, rename it, or take it out of use."""
    tenant = house.admit()
    rest = {"reason": "muitas respostas ruins", "until": "2027-01-15T12:00:00Z"}
    assert of(tenant, "/cool-down", "POST", rest).json["cooldown"]["until"] == "2027-01-15T12:00:00.000Z"
    assert of(tenant, "/end-cooldown", "POST").json["cooldown"] is None
    renamed = of(tenant, "", "PATCH", {"name": "Cobrança", "purpose": "DISPATCH"}).json
    assert (renamed["name"], renamed["purpose"]) == ("Cobrança", "DISPATCH")
    assert of(tenant, "/reinstate", "POST", {"reason": "x"}).status == 409
    assert of(tenant, "", "DELETE").json["lifecycle"] == "RETIRED"
    assert of(tenant, "/connect", "POST", {}).status == 409


def test_a_number_is_paced_by_a_preset_of_its_own(house: House) -> None:
    """A new number could only be slowed down together with all others."""
    tenant = house.admit()
    shown = of(tenant).json["policy"]
    assert (shown["scope"], shown["preset"], shown["per_minute"]) == ("ORGANIZATION", None, 1_000)
    slow = {"preset": "CONSERVATIVE"}
    created = create(tenant, policy=slow).json["policy"]
    patched = of(tenant, "", "PATCH", {"policy": slow}).json["policy"]
    assert created == patched
    figures = (created["per_minute"], created["per_hour"], created["per_day"], created["min_interval_ms"])
    assert (created["scope"], created["preset"], figures) == ("INSTANCE", "CONSERVATIVE", (5, 100, 800, 2_500))
    assert of(tenant, "", "PATCH", {"name": "Cobrança"}).json["policy"] == patched
    assert tenant.submit()["decision"]["trace"][0]["numbers"]["minute"] == "0/5"
    assert of(tenant, "", "PATCH", {"policy": None}).json["policy"] == shown
    entry = of(tenant, "/journal").json["data"][0]
    assert (entry["type"], entry["data"]["new"]) == ("policy_changed", None)
    assert entry["data"]["old"]["per_minute"] == 5


def test_a_test_message_leaves_from_its_number(house: House) -> None:
    """An operator would try a number out and see another one answer."""
    tenant = house.admit()
    sent = of(tenant, "/test-message", "POST", {"to": "+5511987650000"})
    assert (sent.status, sent.json["decision"]["instance_id"]) == (202, tenant.instance_ids[0])
    house.work()
    assert house.phone.texts() == ["Portaria: teste / test"]


def test_a_provider_that_is_down_is_said_to_be(house: House) -> None:
    """An operator would see "something failed on our side" and wait for us."""
    tenant = house.admit()
    instance_id = create(tenant).json["id"]
    house.phone.off()
    answer = tenant.call("POST", f"{INSTANCES}/{instance_id}/connect", {})
    house.phone.on()
    assert (answer.status, answer.json["code"]) == (502, "provider_unavailable")
    assert "cannot be reached" in answer.json["detail"]


_BODIES: dict[str, tuple[str, str, Any, str]] = {
    "no name": ("POST", "", {}, "/name"),
    "blank name": ("POST", "", {"name": "  "}, "/name"),
    "unknown provider": ("POST", "", {"name": "x", "provider": "fax"}, "/provider"),
    "unknown purpose": ("POST", "", {"name": "x", "purpose": "SPAM"}, "/purpose"),
    "unknown preset": ("POST", "", {"name": "x", "policy": {"preset": "RECKLESS"}}, "/policy/preset"),
    "pacing by some figures": ("PATCH", "/ID", {"policy": {"per_minute": 900}}, "/policy/per_hour"),
    "unknown member": ("POST", "", {"name": "x", "id": "ins_1"}, "/id"),
    "pause without reason": ("POST", "/ID/pause", {}, "/reason"),
    "pause until yesterday": ("POST", "/ID/pause", {"reason": "x", "until": "2020-01-01T00:00:00Z"}, "/until"),
    "rest without end": ("POST", "/ID/cool-down", {"reason": "x"}, "/until"),
    "pairing no phone": ("POST", "/ID/pairing-code", {"phone": "x"}, "/phone"),
    "empty test message": ("POST", "/ID/test-message", {"to": "+5511987654321", "text": ""}, "/text"),
}


@pytest.mark.parametrize("name", list(_BODIES))
def test_nonsense_is_refused_with_its_place(house: House, name: str) -> None:
    """An operator would not know which field of the form is wrong."""
    tenant = house.admit()
    method, path, body, pointer = _BODIES[name]
    before = house.items()
    path = path.replace("ID", tenant.instance_ids[0])
    answer = tenant.call(method, INSTANCES + path, body)
    assert (answer.status, answer.json["code"]) == (422, "invalid_input")
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert house.items() == before


def test_another_organizations_number_answers_like_an_unknown_one(house: House) -> None:
    """Anybody with a key could find out which numbers others have, and stop them."""
    tenant, stranger = house.admit(), house.admit()
    calls = [
        ("GET", "", None),
        ("PATCH", "", {"name": "meu"}),
        ("DELETE", "", None),
        ("POST", "/connect", {}),
        ("GET", "/qr", None),
        ("GET", "/connection", None),
        ("POST", "/pairing-code", {"phone": "+5511987654321"}),
        ("POST", "/pause", {"reason": "x"}),
        ("POST", "/resume", None),
        ("POST", "/logout", {}),
        ("POST", "/reinstate", {"reason": "x"}),
        ("POST", "/test-message", {"to": "+5511987654321"}),
        ("GET", "/groups", None),
        ("GET", "/journal", None),
    ]
    before = house.items()
    for method, path, body in calls:
        theirs = stranger.call(method, f"{INSTANCES}/{tenant.instance_ids[0]}{path}", body)
        unknown = stranger.call(method, f"{INSTANCES}/ins_00000000000000000000000000{path}", body)
        assert (theirs.status, unknown.status) == (404, 404), path
        assert _without_id(theirs) == _without_id(unknown)
    assert house.items() == before


def _without_id(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in json.loads(answer.raw).items() if name != "request_id"}
