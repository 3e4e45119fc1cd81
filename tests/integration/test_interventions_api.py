"""Cancel, retry and resolve over HTTP: what people decide about a message holds, is told, and sends nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import hooks
from tests.integration.house import INTENTS, events
from tests.integration.outcomes import failed, unconfirmed

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

WHY = {"reason": "o cliente pediu por telefone"}


def act(tenant: Tenant, intent: Any, action: str, body: object = None) -> Answer:  # noqa: ANN401 - JSON values
    """Do something about a message."""
    return tenant.call("POST", f"{INTENTS}/{intent['id']}/{action}", WHY if body is None else body)


def test_a_cancelled_message_never_leaves(house: House, tenant: Tenant) -> None:
    """Cancelled must mean that nobody gets it, and the answer must say who cancelled it and why."""
    intent = tenant.submit()
    assert intent["allowed_actions"] == ["cancel"]
    answer = act(tenant, intent, "cancel")
    assert (answer.status, answer.json) == (200, tenant.show(intent))
    assert (answer.json["status"], answer.json["reason"], answer.json["allowed_actions"]) == (
        "DROPPED",
        "CANCELLED",
        [],
    )
    dropped = answer.json["timeline"][-1]
    assert (dropped["type"], dropped["data"]["why"]) == ("dropped", WHY["reason"])
    assert dropped["actor"].startswith("client key_")
    house.work()
    assert house.phone.sends() == []
    again = act(tenant, intent, "cancel", {"reason": "de novo"})
    assert (again.status, again.json) == (200, answer.json)


def test_what_was_sent_can_neither_be_cancelled_nor_retried_nor_resolved(house: House, tenant: Tenant) -> None:
    """The client must learn what the message is, and the message must stay what it is."""
    intent = tenant.submit()
    house.work()
    before = tenant.show(intent)
    for action, body in (("cancel", WHY), ("retry", WHY), ("resolve", {**WHY, "outcome": "resend"})):
        answer = act(tenant, intent, action, body)
        assert (answer.status, answer.json["code"]) == (409, "not_possible_now")
        assert "is SENT" in answer.json["detail"]
    assert tenant.show(intent) == before


def test_a_retry_leaves_as_another_message(house: House, tenant: Tenant) -> None:
    """The client must see the new decision at once; WhatsApp must not take the second send for the first."""
    intent = failed(tenant)
    assert tenant.show(intent)["allowed_actions"] == ["retry"]
    answer = act(tenant, intent, "retry")
    assert (answer.status, answer.json["status"], answer.json["attempts"]) == (200, "APPROVED", 0)
    assert answer.json["expires_at"] == intent["expires_at"]
    assert events(answer.json)[-2:] == ["retried", "approved"]
    house.work()
    assert tenant.show(intent)["status"] == "SENT"
    first, second = house.phone.sends()
    assert first
    assert second
    assert (second[:-2], first[-2:], second[-2:]) == (first[:-2], "00", "01")


def test_a_retry_may_be_given_more_time(tenant: Tenant) -> None:
    """What expired could never be retried, and a mistake in the instant must be told with its place."""
    intent = failed(tenant)
    wrong = act(tenant, intent, "retry", {**WHY, "expires_at": "2027-01-15T07:59:59Z"})
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "/expires_at")
    assert act(tenant, intent, "retry", {**WHY, "expires_at": "2028-01-15T08:00:00Z"}).status == 422
    answer = act(tenant, intent, "retry", {**WHY, "expires_at": "2027-02-01T08:00:00Z"})
    assert answer.json["expires_at"] == "2027-02-01T08:00:00.000Z"
    [retried] = [one for one in answer.json["timeline"] if one["type"] == "retried"]
    assert retried["data"] == {"why": WHY["reason"], "expires_at": "2027-02-01T08:00:00.000Z"}


def test_a_blocked_message_is_retried_once_its_reason_is_gone(house: House, tenant: Tenant) -> None:
    """Refused for an opt-out that was a mistake, the message need not be submitted anew."""
    contact = "/api/contacts/%2B5511987654321/opt-out"
    assert tenant.call("PUT", contact, {"scope": "all", "proof": "telefone"}).status == 200
    intent = tenant.submit()
    assert (intent["status"], intent["allowed_actions"]) == ("BLOCKED", ["retry"])
    assert act(tenant, intent, "retry").json["status"] == "BLOCKED"
    assert tenant.call("DELETE", contact, {"proof": "e-mail"}).status == 200
    assert act(tenant, intent, "retry").json["status"] == "APPROVED"
    house.work()
    assert tenant.show(intent)["status"] == "SENT"
    assert house.phone.texts() == ["Oi"]


def test_a_receipt_before_the_retry_is_proof(house: House, tenant: Tenant) -> None:
    """It failed for us and arrived all the same: a retry would be a second message."""
    intent = failed(tenant)
    hooks.report(tenant, intent)
    answer = act(tenant, intent, "retry")
    assert (answer.status, answer.json["code"]) == (409, "not_possible_now")
    assert (tenant.show(intent)["status"], tenant.show(intent)["delivery"]) == ("SENT", "DELIVERED")
    assert len(house.phone.sends()) == 1


@pytest.mark.parametrize(("outcome", "status"), [("sent", "SENT"), ("not_sent", "FAILED")])
def test_what_somebody_knows_ends_the_doubt(house: House, tenant: Tenant, outcome: str, status: str) -> None:
    """Whoever asked the recipient knows more than we do: the message must end, without one more call."""
    intent = unconfirmed(tenant)
    assert tenant.show(intent)["allowed_actions"] == ["resolve"]
    assert act(tenant, intent, "cancel").status == 409
    assert act(tenant, intent, "retry").status == 409
    answer = act(tenant, intent, "resolve", {**WHY, "outcome": outcome})
    assert (answer.status, answer.json["status"]) == (200, status)
    assert answer.json["timeline"][-1]["data"]["why"] == WHY["reason"]
    house.wait(16)
    house.wait(60)
    assert len(house.phone.sends()) == 1
    hooks.report(tenant, intent)
    assert (tenant.show(intent)["status"], tenant.show(intent)["delivery"]) == ("SENT", "DELIVERED")


def test_a_resend_is_another_message_unless_proof_comes_first(house: House, tenant: Tenant) -> None:
    """Asked for at the risk of a second message, it leaves once more; told of the first in time, it does not."""
    first, second = unconfirmed(tenant), None
    assert act(tenant, first, "resolve", {**WHY, "outcome": "resend"}).json["status"] == "APPROVED"
    house.work()
    assert tenant.show(first)["status"] == "SENT"
    assert len(set(house.phone.sends())) == 2
    second = unconfirmed(tenant)
    assert act(tenant, second, "resolve", {**WHY, "outcome": "resend"}).json["status"] == "APPROVED"
    hooks.report(tenant, second)
    house.work()
    assert tenant.show(second)["status"] == "SENT"
    assert len(house.phone.sends()) == 3


def test_another_organizations_message_is_as_unknown_as_any(house: House, tenant: Tenant) -> None:
    """Whoever guesses an id would cancel another company's message, or learn that there is one."""
    theirs = house.admit().submit()
    for action, body in (("cancel", WHY), ("retry", WHY), ("resolve", {**WHY, "outcome": "sent"})):
        answers = [act(tenant, {"id": name}, action, body) for name in (theirs["id"], f"int_{'0' * 26}", "int_1", "x")]
        assert {answer.status for answer in answers} == {404}
        assert len({answer.json["detail"] for answer in answers}) == 1


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("cancel", {}, "/reason"),
    ("cancel", {"reason": " "}, "/reason"),
    ("cancel", {"reason": "x" * 281}, "/reason"),
    ("cancel", {**WHY, "force": True}, "/force"),
    ("retry", {**WHY, "expires_at": "amanhã"}, "/expires_at"),
    ("resolve", WHY, "/outcome"),
    ("resolve", {**WHY, "outcome": "SENT"}, "/outcome"),
]


def test_a_body_that_makes_no_sense_is_told_where(tenant: Tenant) -> None:
    """A timeline without a reason, or an outcome that was misspelt, helps nobody; and nothing may have happened."""
    intent = tenant.submit()
    for action, body, pointer in MISTAKES:
        answer = act(tenant, intent, action, body)
        assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])
    assert tenant.show(intent)["version"] == intent["version"]
