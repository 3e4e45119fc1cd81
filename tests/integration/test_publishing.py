"""The queue cannot be reached just when a message is accepted: nothing may be lost, and the client need not know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.policy import Policy
from tests.integration.house import wish

if TYPE_CHECKING:
    import pytest

    from tests.integration.house import House

_LATER = "Later-ExecutionQueue"


def _point_elsewhere(house: House, patch: pytest.MonkeyPatch) -> None:
    """A new process whose execution queue does not exist."""
    url = house.urls["EXECUTION_QUEUE_URL"].replace("ExecutionQueue", _LATER)
    patch.setenv("EXECUTION_QUEUE_URL", url)
    services.cache_clear()
    services().__dict__["clock"] = house.clock


def _repair(house: House) -> None:
    """The queue exists from now on."""
    house.sqs.create_queue(QueueName=_LATER)
    house.urls = {**house.urls, "EXECUTION_QUEUE_URL": services().settings.execution_queue_url}


def test_a_failed_publish_is_made_good(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages accepted during an outage of the queue would never be sent."""
    tenant = house.admit()
    _point_elsewhere(house, monkeypatch)
    answer = tenant.post(wish())
    assert (answer.status, answer.json["status"]) == (202, "APPROVED")
    _repair(house)
    house.sweep()
    assert house.receive() == []
    house.clock.advance(61)
    house.sweep()
    (record,) = house.receive()
    wanted = {"v": 2, "intent_id": answer.json["id"], "approval": 1, "instance_id": tenant.instance.id}
    assert json.loads(record["body"]) == wanted
    assert house.execute([record]) == []
    assert tenant.statuses(answer.json) == ["SENT"]


def test_a_long_outage_asks_the_gate_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an outage everything would leave at once on slots long gone, and the number would be banned."""
    tenant = house.admit()
    _point_elsewhere(house, monkeypatch)
    intents = [tenant.submit() for _ in range(3)]
    for _ in range(5):
        house.clock.advance(60)
        house.sweep()
    _repair(house)
    house.wait(300)
    house.wait(300)
    shown = tenant.show(intents[0])
    assert tenant.statuses(*intents) == ["SENT"] * 3
    assert "LATE_SLOT" in [event["data"].get("reason") for event in shown["timeline"]]
    assert len(house.phone.texts()) == 3


def test_a_lost_message_is_published_again(house: House) -> None:
    """A message that the queue lost would be approved for ever."""
    tenant = house.admit()
    intent = tenant.submit()
    house.sqs.purge_queue(QueueUrl=house.urls["EXECUTION_QUEUE_URL"])
    house.wait(59)
    assert tenant.statuses(intent) == ["APPROVED"]
    house.wait(2)
    assert tenant.statuses(intent) == ["SENT"]


def test_the_delay_is_the_slot(house: House) -> None:
    """Workers would be woken minutes too early, again and again."""
    tenant = house.admit(Policy(per_minute=1, per_hour=60, per_day=1_000, min_interval=0, max_interval=0))
    soon, late = tenant.submit(), tenant.submit()
    assert [json.loads(record["body"])["intent_id"] for record in house.receive()] == [soon["id"]]
    house.clock.advance(61)
    assert [json.loads(record["body"])["intent_id"] for record in house.receive()] == [late["id"]]


def test_shadow_mode_decides_and_sends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries out the Gate beside another gateway would write to every customer twice."""
    monkeypatch.setenv("EXECUTION_QUEUE_ENABLED", "false")
    services.cache_clear()
    services().__dict__["clock"] = house.clock
    tenant = house.admit()
    intent = tenant.submit()
    house.wait(70)
    assert (tenant.statuses(intent), house.receive(), house.phone.sends()) == (["APPROVED"], [], [])
    assert tenant.call("GET", "/api/organization").json["sending_enabled"] is False
    monkeypatch.setenv("EXECUTION_QUEUE_ENABLED", "true")
    services.cache_clear()
    services().__dict__["clock"] = house.clock
    for _ in range(4):
        house.wait(120)
    assert tenant.statuses(intent) == ["SENT"]
    assert "LATE_SLOT" in [event["data"].get("reason") for event in tenant.show(intent)["timeline"]]
