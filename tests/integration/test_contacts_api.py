"""People over HTTP: found by any of their names, and their wishes written down with what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.integration.hooks import knock

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

PHONE = "+5531987654321"
AGREED = {
    "legal_basis": "CONSENT",
    "source": "formulário da loja",
    "at": "2027-01-14T17:00:00-03:00",
    "proof": "registro 4711",
}


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
    contact(tenant, PHONE, "/consent", "PUT", AGREED)
    assert tenant.submit(target=to, category="MARKETING")["status"] == "APPROVED"


def test_a_consent_is_written_down_and_withdrawn(house: House) -> None:
    """Nobody could show a data-protection officer what a customer had agreed to, when and where."""
    tenant = house.admit()
    given = contact(tenant, "+553187654321", "/consent", "PUT", AGREED)
    assert given.status == 200
    (consent,) = given.json["consents"]
    by = consent.pop("by")
    assert by.startswith("client key_")
    assert consent == {**AGREED, "purpose": "MARKETING", "at": "2027-01-14T20:00:00.000Z", "withdrawn": None}
    assert given.json["marketing_consent"] is True
    ended = contact(tenant, PHONE, "/consent", "DELETE", {"proof": "pediu por e-mail"})
    (consent,) = ended.json["consents"]
    assert (consent["withdrawn"]["by"], consent["withdrawn"]["proof"]) == (by, "pediu por e-mail")
    assert ended.json["marketing_consent"] is False
    repeated = contact(tenant, PHONE, "/consent", "PUT", AGREED)
    assert repeated.json["marketing_consent"] is False
    assert contact(tenant, PHONE).json["consents"] == ended.json["consents"]


def test_an_opt_out_outweighs_a_consent_in_what_is_shown(house: House) -> None:
    """An operator would read that a customer agreed, who said stop since."""
    tenant = house.admit()
    contact(tenant, PHONE, "/consent", "PUT", AGREED)
    out = contact(tenant, PHONE, "/opt-out", "PUT", {"proof": "ligou"})
    assert out.json["marketing_consent"] is False
    house.clock.advance(1)
    back = contact(tenant, PHONE, "/opt-out", "DELETE", {"proof": "ligou de novo"})
    assert back.json["marketing_consent"] is True


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"legal_basis": "BECAUSE"}, "/legal_basis"),
        ({"legal_basis": "CONTRACT"}, "/legal_basis"),
        ({"at": "2099-01-01T00:00:00Z"}, "/at"),
        ({"at": "ontem"}, "/at"),
        ({"at": None}, "/at"),
        ({"source": " "}, "/source"),
        ({"proof": ""}, "/proof"),
        ({"purpose": "SPAM"}, "/purpose"),
        ({"porpose": "MARKETING"}, "/porpose"),
    ],
)
def test_a_consent_that_proves_nothing_is_refused(house: House, change: dict[str, object], pointer: str) -> None:
    """An import with a column mixed up would make everybody reachable, and nothing would show why."""
    tenant = house.admit()
    answer = contact(tenant, PHONE, "/consent", "PUT", {**AGREED, **change})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert contact(tenant, PHONE).status == 404


def test_only_a_consent_that_was_given_is_withdrawn(house: House) -> None:
    """A typo in the phone would be answered as if the consent were gone."""
    tenant, stranger = house.admit(), house.admit()
    assert contact(tenant, PHONE, "/consent", "DELETE", {"proof": "x"}).status == 404
    contact(tenant, PHONE, "/consent", "PUT", {**AGREED, "purpose": "UTILITY", "legal_basis": "CONTRACT"})
    answer = contact(tenant, PHONE, "/consent", "DELETE", {"proof": "x"})
    assert (answer.status, "opt-out" in answer.json["detail"]) == (404, True)
    assert contact(stranger, PHONE, "/consent", "DELETE", {"purpose": "UTILITY", "proof": "x"}).status == 404


def test_who_says_stop_is_told_once_that_it_is_done(house: House) -> None:
    """Somebody who says SAIR would not know whether it worked, and report the number instead."""
    tenant = house.admit()
    said = {"from": PHONE.removeprefix("+"), "text": "SAIR"}
    house.phone.driver.control(f"sessions/{tenant.instance_ids[0]}/reply", said)
    (hook,) = house.receiver.wait_for("Message")
    for _ in range(2):
        assert knock(tenant, hook.raw, str(hook.signature)).status == 204
        house.work()
    (told,) = tenant.call("GET", "/api/message-intents").json["data"]
    shown = tenant.call("GET", f"/api/message-intents/{told['id']}").json
    assert (shown["origin"], shown["purpose"], shown["status"]) == ("SYSTEM", "REPLY", "SENT")
    assert "VOLTAR" in shown["content"]["text"]
    assert tenant.submit(target={"kind": "PHONE", "value": PHONE})["decision"]["reason"] == "OPTED_OUT"


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
    assert before["confirm_opt_outs"] is True
    silent = tenant.call("PATCH", "/api/organization", {"confirm_opt_outs": False}).json
    assert (silent["confirm_opt_outs"], silent["opt_out_words"]) == (False, ["chega"])
    for wrong in (
        {"opt_out_words": ["!"]},
        {"confirm_opt_outs": "no"},
        {"time_zone": "Marte/Base"},
        {"locale": "fr"},
        {"paused": True},
    ):
        assert tenant.call("PATCH", "/api/organization", wrong).status == 422
