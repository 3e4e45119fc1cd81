"""Many messages with one request, over HTTP: what a client is told, also when it asks again or makes mistakes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.house import wish

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

BATCHES = "/api/batches"


def many(count: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """A body with so many fine wishes, to as many people."""
    people = [{"kind": "PHONE", "value": f"+55119876{number:05d}"} for number in range(count)]
    return {"intents": [wish(target=one, external_id=f"order-{index}", **changes) for index, one in enumerate(people)]}


def batch(tenant: Tenant, accepted: Answer, query: str = "") -> Any:  # noqa: ANN401 - JSON values
    """A batch as the API shows it now."""
    answer = tenant.call("GET", f"{BATCHES}/{accepted.json['batch_id']}{query}")
    assert answer.status == 200, answer.raw
    return answer.json


def test_a_few_are_answered_each_like_a_single_one(house: House) -> None:
    """A client would have to ask for every message what was decided about it."""
    tenant = house.admit()
    answer = tenant.post(many(3), Idempotency_Key="day-1")
    body = answer.json
    assert (answer.status, body["count"], body["counts"], body["notice"]) == (202, 3, {"APPROVED": 3}, None)
    assert [one["external_id"] for one in body["intents"]] == ["order-0", "order-1", "order-2"]
    assert [one["batch_id"] for one in body["intents"]] == [body["batch_id"]] * 3
    assert body["intents"] == [tenant.show(one) for one in body["intents"]]
    assert body["intents"][0]["decision"]["kind"] == "APPROVE"
    assert answer.headers["Location"] == body["url"] == f"{BATCHES}/{body['batch_id']}"
    assert house.work() == []
    assert len(house.phone.texts()) == 3


def test_many_are_answered_with_where_to_ask_on(house: House) -> None:
    """A client with a thousand messages would wait until its connection breaks."""
    tenant = house.admit()
    answer = tenant.post(many(30), Idempotency_Key="day-1")
    body = answer.json
    assert (answer.status, body["count"], body["counts"], body["intents"]) == (202, 30, {"PENDING": 30}, None)
    before = batch(tenant, answer)
    assert (before["count"], before["accepted"], before["decided"], before["counts"]) == (30, 30, 0, {"PENDING": 30})
    house.answer()
    house.execute(house.receive())
    after = batch(tenant, answer, "?limit=20")
    assert (after["accepted"], after["decided"], after["counts"]) == (30, 30, {"SENT": 10, "APPROVED": 20})
    assert [one["external_id"] for one in after["data"]] == [f"order-{index}" for index in range(20)]
    assert after["data"][7]["index"] == 7
    assert {(one["status"], one["delivery"]) for one in after["data"]} == {("SENT", "ACCEPTED"), ("APPROVED", None)}
    rest = batch(tenant, answer, f"?limit=20&cursor={after['next_cursor']}")
    assert [one["index"] for one in rest["data"]] == list(range(20, 30))
    assert (rest["has_more"], rest["next_cursor"], rest["counts"], rest["accepted"]) == (False, None, None, None)
    assert tenant.show(after["data"][0])["batch_id"] == answer.json["batch_id"]


def test_the_same_request_again_tells_how_far_it_is(house: House) -> None:
    """A client that lost the answer would write to everybody twice."""
    tenant = house.admit()
    first = tenant.post(many(30), Idempotency_Key="day-1")
    undecided = tenant.post(many(30), Idempotency_Key="day-1")
    assert (undecided.status, undecided.json["code"], undecided.headers["Retry-After"]) == (409, "being_decided", "5")
    assert first.json["batch_id"] in undecided.json["detail"]
    house.answer()
    again = tenant.post(many(30), Idempotency_Key="day-1")
    assert (again.status, again.headers["Idempotent-Replayed"]) == (202, "true")
    assert again.json == {**first.json, "counts": {"APPROVED": 30}}
    assert tenant.call("GET", "/api/message-intents?limit=31").json["has_more"] is False


def test_a_few_again_are_the_same(house: House) -> None:
    """As above, for a request whose messages are decided at once."""
    tenant = house.admit()
    first, again = (tenant.post(many(3), Idempotency_Key="day-1") for _ in range(2))
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json


@pytest.mark.parametrize(("first", "second"), [(3, 4), (30, 29), (30, 3), (3, 30)])
def test_another_number_of_messages_is_another_request(house: House, first: int, second: int) -> None:
    """Messages would be swallowed because a key was used for others before."""
    tenant = house.admit()
    tenant.post(many(first), Idempotency_Key="day-1")
    before = house.items()
    answer = tenant.post(many(second), Idempotency_Key="day-1")
    assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")
    assert house.items() == before


def test_one_message_in_a_list_is_not_that_message_alone(house: House) -> None:
    """A client would get an answer of a shape that it did not ask for."""
    tenant = house.admit()
    assert tenant.post(many(1)["intents"][0], Idempotency_Key="a").status == 202
    assert tenant.post(many(1), Idempotency_Key="a").json["code"] == "idempotency_key_reused"
    assert tenant.post(many(1), Idempotency_Key="b").json["count"] == 1
    assert tenant.post(many(1)["intents"][0], Idempotency_Key="b").json["code"] == "idempotency_key_reused"


def test_without_a_key_the_answer_says_that_repeating_doubles(house: House) -> None:
    """A client would repeat a request that it got no answer to, and write to everybody twice."""
    notice = house.admit().post(many(2)).json["notice"]
    assert "Idempotency-Key" in notice


def test_every_mistake_has_its_place_and_nothing_is_stored(house: House) -> None:
    """A client could not find its mistake among a thousand messages, or half of them would leave."""
    tenant = house.admit()
    before = house.items()
    body = many(30)
    body["intents"][3]["target"]["value"] = "11987654321"
    body["intents"][7]["content"] = {"type": "TEXT", "text": " "}
    body["intents"][9]["content"] = {"type": "CAROUSEL"}
    body["intents"][12]["colour"] = "red"
    body["intents"][20]["origin"] = "CAMPAIGN"
    answer = tenant.post(body)
    assert (answer.status, answer.json["code"]) == (422, "invalid_input")
    assert [one["pointer"] for one in answer.json["errors"]] == [
        "/intents/3/target/value",
        "/intents/7/content/text",
        "/intents/9/content/type",
        "/intents/12/colour",
        "/intents/20/campaign",
    ]
    body = many(30)
    body["intents"][0]["instance_id"] = "ins_nobody"
    body["intents"][29]["expires_at"] = "2020-01-01T00:00:00Z"
    answer = tenant.post(body)
    assert answer.status == 422
    assert [one["pointer"] for one in answer.json["errors"]] == ["/intents/0/instance_id", "/intents/29/expires_at"]
    assert house.items() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"intents": []}, "/intents"),
        ({"intents": [wish()] * 1_001}, "/intents"),
        ({"intents": wish()}, "/intents"),
        ({"intents": [wish()], "purpose": "REPLY"}, "/purpose"),
        ({"intents": ["Oi"]}, "/intents/0"),
        ({"intents": None}, "/intents"),
    ],
)
def test_a_list_that_is_none_is_refused_at_its_place(house: House, body: dict[str, Any], pointer: str) -> None:
    """A client would have to guess what a list of messages looks like, or how long it may be."""
    answer = house.admit().post(body)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("body", [b"[]", b'"Oi"', b"null", b"7"])
def test_what_is_no_message_at_all_is_refused(house: House, body: bytes) -> None:
    """The reading of two shapes would fail on a third one with an error of ours."""
    answer = house.admit().post(body)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "")


def test_a_body_that_is_too_large_is_refused_with_its_limit(house: House) -> None:
    """A client would get a gateway's bare error, and not learn to send less at once."""
    tenant = house.admit()
    body = json.dumps(many(1_000, content={"type": "TEXT", "text": "x" * 4_096})).encode()
    answer = tenant.post(body)
    assert (answer.status, answer.json["code"]) == (413, "request_too_large")
    assert "4,000,000" in answer.json["detail"]
    fine = json.dumps(many(900, content={"type": "TEXT", "text": "x" * 4_096})).encode()
    assert len(fine) < 4_000_000 < len(body)


def test_a_broken_gate_queue_is_no_reason_to_refuse(house: House) -> None:
    """Messages would be refused, or lost, because a queue was down for a moment."""
    tenant = house.admit()
    queue = house.urls["GATE_QUEUE_URL"]
    house.sqs.delete_queue(QueueUrl=queue)
    answer = tenant.post(many(30), Idempotency_Key="day-1")
    assert (answer.status, answer.json["counts"]) == (202, {"PENDING": 30})


def test_another_organizations_batch_is_unknown(house: House) -> None:
    """Customers could find out how much others send."""
    ours, theirs = house.admit(), house.admit()
    name = ours.post(many(2)).json["batch_id"]
    unknown = [theirs.call("GET", f"{BATCHES}/{one}") for one in (name, "bat_01JAAAAAAAAAAAAAAAAAAAAAAA", "x")]
    assert [answer.status for answer in unknown] == [404] * 3
    assert len({answer.json["detail"] for answer in unknown}) == 1


def test_a_cursor_is_good_for_its_own_batch_only(house: House) -> None:
    """A cursor of one list would show a part of another as if it were the beginning."""
    tenant = house.admit()
    first, second = tenant.post(many(3)), tenant.post(many(3))
    cursor = batch(tenant, first, "?limit=1")["next_cursor"]
    assert batch(tenant, first, f"?limit=1&cursor={cursor}")["data"][0]["index"] == 1
    wrong = tenant.call("GET", f"{BATCHES}/{second.json['batch_id']}?cursor={cursor}")
    assert (wrong.status, wrong.json["code"]) == (400, "bad_request")
