"""People over HTTP: found by any of their names, and their wishes written down with what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.integration.hooks import knock

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

PHONE = "+5531987654321"


def contact(tenant: Tenant, target: str, path: str = "", method: str = "GET", body: object = None) -> Answer:
    """A call about a person; the name is encoded as a browser would."""
    return tenant.call(method, f"/api/contacts/{quote(target, safe='')}{path}", body)


def test_a_person_is_found_by_every_name(house: House) -> None:
    """An operator who has only what the phone shows could not find the customer."""
    tenant = house.admit()
    tenant.submit(target={"kind": "PHONE", "value": PHONE})
    house.work()
    said = {"from": PHONE.removeprefix("+"), "lid": "99887766554433", "text": "oi, quanto custa?"}
    house.phone.driver.control(f"sessions/{tenant.instance_ids[0]}/reply", said)
    (hook,) = house.receiver.wait_for("Message")
    assert knock(tenant, hook.raw, str(hook.signature)).status == 204
    house.work()
    found = contact(tenant, PHONE).json
    names = [PHONE, PHONE.removeprefix("+"), "+553187654321", "553187654321@s.whatsapp.net", "99887766554433@lid"]
    for name in [*names, found["id"]]:
        answer = contact(tenant, name)
        assert (answer.status, answer.json) == (200, found), name
    assert found["phone"] == PHONE
    assert found["sticky_instance_id"] == tenant.instance_ids[0]
    assert found["number_check"]["on_whatsapp"] is True
    assert len(found["recent_intents"]) == 1


def test_an_opt_out_is_written_down_and_taken_back(house: House) -> None:
    """What a customer said on the phone could not be honoured, or never be undone."""
    tenant = house.admit()
    out = contact(tenant, PHONE, "/opt-out", "PUT", {"scope": "marketing", "proof": "ligou em 3/1"})
    assert out.json["preference"]["opt_out"] == "marketing"
    assert out.json["preference"]["by"].startswith("client key_")
    to = {"kind": "PHONE", "value": PHONE}
    assert tenant.submit(target=to, category="MARKETING")["decision"]["reason"] == "OPTED_OUT"
    assert tenant.submit(target=to)["status"] == "APPROVED"
    back = contact(tenant, "+553187654321", "/opt-out", "DELETE", {"proof": "pediu de volta por e-mail"})
    assert back.json["preference"] == {
        "opt_out": None,
        "at": "2027-01-15T08:00:00.002Z",
        "by": out.json["preference"]["by"],
        "proof": "pediu de volta por e-mail",
    }
    assert tenant.submit(target=to, category="MARKETING")["status"] == "APPROVED"


@pytest.mark.parametrize("target", ["+5521900000000", "nobody", "1@lid", "con_x", "..", "%2e%2e", "<script>"])
def test_an_unknown_person_is_not_found(house: House, target: str) -> None:
    """A typo would look like a server that is broken."""
    answer = contact(house.admit(), target)
    assert (answer.status, answer.json["code"]) == (404, "not_found")


def test_a_wish_without_what_it_rests_on_is_refused(house: House) -> None:
    """Nobody could later say why a customer got no messages."""
    tenant = house.admit()
    for body in ({}, {"scope": "everything", "proof": "x"}, {"proof": "  "}):
        assert contact(tenant, PHONE, "/opt-out", "PUT", body).status == 422


def test_people_of_another_organization_are_unknown(house: House) -> None:
    """A company would learn who another one's customers are."""
    tenant, stranger = house.admit(), house.admit()
    known = contact(tenant, PHONE, "/opt-out", "PUT", {"proof": "x"}).json
    for name in (PHONE, known["id"]):
        assert contact(stranger, name).status == 404
    answer = contact(stranger, known["id"], "/opt-out", "DELETE", {"proof": "x"})
    assert answer.status == 404
    assert contact(tenant, PHONE).json["preference"]["opt_out"] == "all"


def test_the_organizations_words_can_be_changed(house: House) -> None:
    """A company that tells its customers another word could not honour it."""
    tenant = house.admit()
    before = tenant.call("GET", "/api/organization").json
    assert "SAIR" in before["opt_out_words"]
    after = tenant.call("PATCH", "/api/organization", {"opt_out_words": ["chega"], "name": "Loja Nova"}).json
    assert (after["opt_out_words"], after["name"], after["locale"]) == (["chega"], "Loja Nova", before["locale"])
    assert tenant.call("GET", "/api/organization").json == after
    for wrong in ({"opt_out_words": ["!"]}, {"time_zone": "Marte/Base"}, {"locale": "fr"}, {"paused": True}):
        assert tenant.call("PATCH", "/api/organization", wrong).status == 422
