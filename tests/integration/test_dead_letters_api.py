"""Dead letters over HTTP: listed, redriven through the Gate, cancelled, and nobody else's business."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.events.builder import sqs_record
from tests.integration.dying import DEAD_LETTERS, buried, dead_letter
from tests.integration.house import UNHURRIED, events

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

LIST, REDRIVE, CANCEL = "/api/ops/dead-letters", "/api/ops/dead-letters/redrive", "/api/ops/dead-letters/redrive/cancel"
WHY = {"reason": "o provedor voltou"}


def listed(tenant: Tenant, query: str = "") -> Any:  # noqa: ANN401 - JSON values
    """What the organization is shown."""
    answer = tenant.call("GET", LIST + query)
    assert answer.status == 200, answer.raw
    return answer.json


def test_dead_letters_are_listed_and_redriven(house: House, tenant: Tenant) -> None:
    """After an outage every message that died would have to be found and sent again by hand."""
    dead = [dead_letter(tenant), dead_letter(tenant, target={"kind": "PHONE", "value": "+5511912340001"})]
    before = listed(tenant)
    assert [one["id"] for one in before["data"]] == [one["id"] for one in reversed(dead)]
    assert {(one["reason"], one["last_failure"]) for one in before["data"]} == {("RETRIES_EXHAUSTED", "TRANSIENT")}
    assert (before["count"], before["redrive"], before["has_more"]) == (2, None, False)
    assert before["messages"] == {"execution": 2, "gate": 0, "provider-events": 0, "projection": 0}
    begun = tenant.call("POST", REDRIVE, WHY)
    assert begun.status == 202
    assert (begun.json["status"], begun.json["per_minute"], begun.json["searching"]) == ("RUNNING", 60, True)
    assert begun.json["started_by"].startswith("client key_")
    assert tenant.call("POST", REDRIVE, WHY).status == 409
    house.sweep()
    done = tenant.call("GET", REDRIVE).json
    assert (done["status"], done["redriven"], done["searching"]) == ("DONE", 2, False)
    house.work()
    assert tenant.statuses(*dead) == ["SENT", "SENT"]
    assert len(house.phone.sends()) == 2
    assert events(tenant.show(dead[0])).count("retried") == 1
    after = listed(tenant)
    assert (after["data"], after["count"], after["messages"]["execution"], after["redrive"]) == ([], 0, 0, done)


def test_pages_follow_each_other(tenant: Tenant) -> None:
    """Of a bad night only the newest would be seen."""
    dead = [dead_letter(tenant) for _ in range(3)]
    first = listed(tenant, "?limit=2")
    assert (len(first["data"]), first["has_more"]) == (2, True)
    rest = listed(tenant, f"?limit=2&cursor={first['next_cursor']}")
    assert ([one["id"] for one in rest["data"]], rest["next_cursor"]) == ([dead[0]["id"]], None)


def test_a_redrive_is_cancelled(house: House, tenant: Tenant) -> None:
    """An operator who sees that the provider is still down could only watch."""
    dead = [dead_letter(tenant) for _ in range(2)]
    assert tenant.call("GET", REDRIVE).status == 404
    assert tenant.call("POST", CANCEL).status == 404
    tenant.call("POST", REDRIVE, WHY | {"per_minute": 1})
    house.sweep()
    cancelled = tenant.call("POST", CANCEL)
    assert (cancelled.status, cancelled.json["status"], cancelled.json["redriven"]) == (200, "CANCELLED", 1)
    assert cancelled.json["cancelled_by"] == cancelled.json["started_by"]
    house.clock.advance(120)
    house.sweep()
    assert [one["id"] for one in listed(tenant)["data"]] == [dead[0]["id"]]
    assert tenant.call("POST", CANCEL).json["code"] == "not_possible_now"


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({}, "/reason"),
    ({"reason": ""}, "/reason"),
    (WHY | {"per_minute": 0}, "/per_minute"),
    (WHY | {"per_minute": 601}, "/per_minute"),
    (WHY | {"per_minute": "fast"}, "/per_minute"),
    (WHY | {"per_minute": True}, "/per_minute"),
    (WHY | {"speed": 3}, "/speed"),
]


def test_what_makes_no_sense_is_refused_where_it_stands(tenant: Tenant) -> None:
    """A typing mistake would redrive at a rate that nobody wanted, or look as if nothing had died."""
    for body, pointer in MISTAKES:
        answer = tenant.call("POST", REDRIVE, body)
        assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])
    assert tenant.call("GET", REDRIVE).status == 404
    assert tenant.call("GET", f"{LIST}?status=FAILED").status == 400
    assert tenant.call("GET", f"{LIST}?cursor=made-up").status == 400


def test_another_organization_sees_and_redrives_nothing_of_it(house: House, tenant: Tenant) -> None:
    """One customer would send another one's messages, or read whom they wrote to."""
    dead, other = dead_letter(tenant), house.admit()
    cursor = listed(tenant, "?limit=1")["next_cursor"]
    assert cursor is None
    assert (listed(other)["data"], listed(other)["count"], listed(other)["messages"]["execution"]) == ([], 0, 1)
    other.call("POST", REDRIVE, WHY)
    house.sweep()
    assert other.call("GET", REDRIVE).json["status"] == "DONE"
    assert tenant.call("GET", REDRIVE).status == 404
    assert tenant.statuses(dead) == ["FAILED"]
    assert len(buried(house)) == 1


def test_a_message_moved_back_by_hand_sends_nothing(house: House, tenant: Tenant) -> None:
    """SQS's own redrive, which asks no Gate, would send what is paused, expired, or was sent since."""
    dead = dead_letter(tenant)
    [body] = buried(house)
    house.execute([sqs_record(body, "moved back", "handle")])
    assert (house.phone.sends(), tenant.statuses(dead)) == ([], ["FAILED"])
    tenant.call("POST", REDRIVE, WHY)
    house.sweep()
    assert house.execute([sqs_record(body, "moved back again", "handle")]) == []
    assert (house.phone.sends(), tenant.statuses(dead)) == ([], ["APPROVED"])


def test_what_nobody_can_read_stays(house: House, tenant: Tenant) -> None:
    """The only trace of a message would be deleted unread."""
    house.sqs.send_message(QueueUrl=house.urls[DEAD_LETTERS], MessageBody=json.dumps({"v": 99}))
    tenant.call("POST", REDRIVE, WHY)
    house.sweep()
    done = tenant.call("GET", REDRIVE).json
    assert (done["status"], done["unreadable"], len(buried(house))) == ("DONE", 1, 1)


def test_a_queue_that_does_not_answer_leaves_the_list_readable(house: House) -> None:
    """During an outage, of all times, nobody could see what died."""
    tenant = house.admit(UNHURRIED)
    dead_letter(tenant)
    house.sqs.delete_queue(QueueUrl=house.urls["GATE_DEAD_LETTERS_URL"])
    shown = listed(tenant)
    assert (len(shown["data"]), shown["messages"]["gate"], shown["messages"]["execution"]) == (1, None, 1)


def test_what_the_engine_gave_up_on_is_redriven(house: House, tenant: Tenant) -> None:
    """Between the engine that gives up, its queue and the redrive a message would get lost."""
    dead = tenant.submit()
    house.phone.driver.faults(answer="error")
    for pause in (1, 8, 40, 155, 380, 1_130):
        house.wait(pause)
    assert (tenant.show(dead)["reason"], len(house.phone.sends())) == ("RETRIES_EXHAUSTED", 6)
    assert [one["last_failure"] for one in listed(tenant)["data"]] == ["TRANSIENT"]
    for _ in range(25):
        house.clock.advance(0.001)
        house.work()
    assert (len(buried(house)), house.receive()) == (1, [])
    house.phone.driver.faults()
    house.clock.advance(120)
    tenant.call("POST", REDRIVE, WHY)
    house.wait(1)
    shown = tenant.show(dead)
    assert (shown["status"], shown["attempts"], len(house.phone.texts())) == ("SENT", 1, 1)
    assert (tenant.call("GET", REDRIVE).json["status"], buried(house)) == ("DONE", [])
