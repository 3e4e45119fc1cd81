"""Messages to groups over HTTP, against the phone: which numbers are in them is asked, learned and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from tests.integration.browser import Browser, member
from tests.integration.house import INTENTS

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

GROUP = "120363041234567890@g.us"
TO_GROUP = {"kind": "GROUP", "value": GROUP}


def join(tenant: Tenant, number: int = 0) -> None:
    """Let somebody add one of the tenant's numbers to the group."""
    path = f"sessions/{tenant.instance_ids[number]}/groups"
    assert tenant.house.phone.driver.control(path, {"jid": GROUP, "name": "Clientes"}).status == 200


def received(house: House) -> list[tuple[str, str]]:
    """From which number the group got which text."""
    messages = house.phone.driver.log()["messages"]
    return [(message["instance_id"], message["body"]) for message in messages if message["to"] == GROUP]


def test_a_message_reaches_a_group(house: House) -> None:
    """A client could write to people only, or its message to a group would be checked like a phone."""
    tenant = house.admit()
    join(tenant)
    intent = tenant.submit(target=TO_GROUP)
    assert (intent["status"], intent["target"]) == ("APPROVED", TO_GROUP)
    house.work()
    assert tenant.show(intent)["status"] == "SENT"
    assert received(house) == [(tenant.instance_ids[0], "Oi")]
    assert not [one for one in house.phone.driver.log()["requests"] if one["path"] == "/user/check"]
    listed = tenant.call("GET", f"{INTENTS}?target={quote(GROUP)}").json["data"]
    assert [row["id"] for row in listed] == [intent["id"]]
    contact = tenant.call("GET", f"/api/contacts/{quote(GROUP)}").json
    assert (contact["phone"], contact["aliases"]) == (None, [TO_GROUP])
    assert [one["id"] for one in contact["recent_intents"]] == [intent["id"]]


def test_the_number_that_is_in_the_group_is_found(house: House) -> None:
    """A message would fail because the Gate asked the wrong one of two numbers."""
    tenant = house.admit()
    tenant.add_number("Suporte")
    join(tenant, 1)
    intents = [tenant.submit(target=TO_GROUP, content={"type": "TEXT", "text": text}) for text in ("um", "dois")]
    for _ in range(3):
        house.wait(2)
    assert {tenant.show(one)["status"] for one in intents} == {"SENT"}
    assert sorted(received(house)) == [(tenant.instance_ids[1], "dois"), (tenant.instance_ids[1], "um")]
    refused = tenant.submit(target=TO_GROUP, instance_id=tenant.instance_ids[0])
    assert (refused["status"], refused["reason"]) == ("BLOCKED", "NOT_IN_GROUP")


def test_looking_at_a_numbers_groups_lets_the_gate_know(house: House) -> None:
    """Somebody adds the number to the group, and its messages would still be refused."""
    tenant = house.admit()
    path = f"/api/instances/{tenant.instance_ids[0]}/groups"
    assert tenant.call("GET", path).json["data"] == []
    refused = tenant.submit(target=TO_GROUP)
    assert (refused["status"], refused["reason"]) == ("BLOCKED", "NOT_IN_GROUP")
    assert refused["decision"]["trace"][0]["text"] == "fora do grupo · consulta ao WhatsApp: 05:00:00"
    join(tenant)
    assert tenant.call("GET", path).json["data"] == [{"id": GROUP, "name": "Clientes", "size": 1}]
    assert tenant.submit(target=TO_GROUP)["status"] == "APPROVED"


def test_marketing_to_a_group_goes_by_what_was_written_down_for_it(house: House) -> None:
    """Nobody could say that a group is for offers, or everybody would get them unasked."""
    tenant = house.admit()
    assert tenant.submit(target=TO_GROUP, category="MARKETING")["reason"] == "NO_CONSENT"
    agreed = {
        "legal_basis": "CONSENT",
        "source": "regras do grupo",
        "at": "2027-01-14T17:00:00-03:00",
        "proof": "print",
    }
    assert tenant.call("PUT", f"/api/contacts/{quote(GROUP)}/consent", agreed).json["marketing_consent"] is True
    assert tenant.submit(target=TO_GROUP, category="MARKETING")["status"] == "APPROVED"
    out = {"scope": "marketing", "proof": "o dono do grupo pediu"}
    tenant.call("PUT", f"/api/contacts/{quote(GROUP)}/opt-out", out)
    assert tenant.submit(target=TO_GROUP, category="MARKETING")["reason"] == "OPTED_OUT"


def test_the_panel_finds_and_masks_a_group(house: House) -> None:
    """An operator could not look for a group's messages, and a viewer would read its id."""
    tenant = house.admit()
    intent = tenant.submit(target=TO_GROUP)
    viewer = Browser(house).sign_in(member(tenant, Role.VIEWER))
    viewer.open("/messages").submit("search", q=GROUP)
    assert viewer.links(f"/messages/{intent['id']}")
    assert "12036 •••• 890@g.us" in viewer.text
    viewer.open(f"/messages/{intent['id']}")
    assert "12036 •••• 890@g.us" in viewer.text
    assert GROUP not in viewer.html
    assert services().views.load(tenant.id).groups == {}
