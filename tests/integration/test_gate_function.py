"""The gate function: what waits is decided by it, at once or after a tick, and only what it is really asked."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import app
from chalicelib.bootstrap import services
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from chalicelib.entrypoints.http.schemas.fields import instant
from tests.events.builder import Context, schedule_event
from tests.fakes.clock import NOON
from tests.integration.house import UNHURRIED, events
from tests.integration.test_gate_messages import asks

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

THREE_AN_HOUR = Policy(per_minute=3, per_hour=3, per_day=1_000, min_interval=0, max_interval=0)


def later(house: House) -> str | None:
    """A minute from now, as a client writes it."""
    return instant(house.clock.now() + 60_000)


def tick(house: House) -> None:
    """The sweep alone: nobody answers what it asks."""
    assert house.receive("GATE_QUEUE_URL") == []
    app.sweep(schedule_event(), Context(55_000))


def stop(tenant: Tenant) -> None:
    """Pause the organization."""
    services().onboarding.change_organization(tenant.id, lambda one: replace(one, paused=Pause("usr_1", "stop", NOON)))


def resume(tenant: Tenant) -> None:
    """End its pause."""
    services().onboarding.change_organization(tenant.id, lambda one: replace(one, paused=None))


def test_what_is_never_answered_ends_in_the_dead_letters(house: House) -> None:
    """A message that nobody understands would circle for days and then be gone."""
    house.sqs.send_message(QueueUrl=house.urls["GATE_QUEUE_URL"], MessageBody="{")
    for _ in range(6):
        house.answer()
        house.clock.advance(400)
    dead = house.urls["GATE_QUEUE_URL"].replace("GateQueue", "GateDeadLetters")
    [message] = house.sqs.receive_message(QueueUrl=dead)["Messages"]
    assert message["Body"] == "{"


def test_the_tick_asks_and_the_gate_function_decides(house: House) -> None:
    """Ten thousand that wake at nine would not fit into one tick, and nothing else would be found meanwhile."""
    tenant = house.admit()
    intents = [tenant.submit(send_at=later(house)) for _ in range(30)]
    house.clock.advance(61)
    tick(house)
    assert set(tenant.statuses(*intents)) == {"QUEUED"}
    records = house.receive("GATE_QUEUE_URL")
    asked = [json.loads(record["body"])["intents"] for record in records]
    assert [len(ids) for ids in asked] == [25, 5]
    assert [name for ids in asked for name in ids] == [intent["id"] for intent in intents]
    assert house.gate(records) == []
    assert set(tenant.statuses(*intents)) == {"APPROVED"}


def test_a_message_that_comes_twice_decides_once(house: House) -> None:
    """Every second delivery would reserve once more, and publish what is under way."""
    tenant = house.admit()
    intent = tenant.submit(send_at=later(house))
    house.clock.advance(61)
    assert house.gate([asks(tenant, intent["id"])] * 2) == []
    once = house.items()
    assert house.gate([asks(tenant, intent["id"])]) == []
    assert house.items() == once
    assert len(house.receive()) == 1


def test_a_function_without_time_gives_everything_back(house: House) -> None:
    """It would be cut off in the middle of a decision, and report nothing."""
    tenant = house.admit()
    intent = tenant.submit(send_at=later(house))
    house.clock.advance(61)
    before, batch = house.items(), [asks(tenant, intent["id"])]
    assert house.gate(batch, remaining=8_000) == [batch[0]["messageId"]]
    assert house.items() == before


def test_a_resume_lets_everything_go_at_once(house: House) -> None:
    """After a resume everything would stand still for up to a minute, and nobody could tell why."""
    tenant = house.admit()
    path = f"/api/instances/{tenant.instance.id}"
    assert tenant.call("POST", f"{path}/pause", {"reason": "inventory"}).status == 200
    intents = [tenant.submit() for _ in range(3)]
    assert tenant.statuses(*intents) == ["QUEUED"] * 3
    assert tenant.call("POST", f"{path}/resume", {}).status == 200
    assert house.answer() == []
    house.work()
    assert tenant.statuses(*intents) == ["SENT"] * 3
    assert events(tenant.show(intents[0])) == ["accepted", "queued", "approved", "claimed", "sent"]


def test_an_organizations_resume_lets_everything_go_in_order(house: House) -> None:
    """Who asked last would be served first."""
    tenant = house.admit()
    stop(tenant)
    intents = [tenant.submit() for _ in range(30)]
    resume(tenant)
    house.answer()
    shown = [tenant.stored(intent) for intent in intents]
    assert {one.status for one in shown} == {"APPROVED"}
    approved_at = [one.timeline[-1].at for one in shown]
    assert all(earlier <= later for earlier, later in pairwise(approved_at))


def test_a_reconnected_number_sends_at_once(house: House) -> None:
    """Messages for a number that is back would wait for the next tick, one more minute."""
    tenant = house.admit()
    tenant.disconnect()
    intent = tenant.submit()
    assert intent["reason"] == "INSTANCE_DISCONNECTED"
    services().probing.ask(tenant.instance)
    house.answer()
    assert tenant.statuses(intent) == ["APPROVED"]


def test_what_the_engine_hands_back_says_what_it_waits_for(house: House) -> None:
    """For a minute a message for a dead number would show neither a number nor a reason that holds."""
    tenant = house.admit()
    intents = [tenant.submit(), tenant.submit()]
    house.phone.off()
    house.work()
    assert tenant.statuses(*intents) == ["QUEUED"] * 2
    assert house.answer() == []
    assert {tenant.stored(intent).parked_on for intent in intents} == {None}
    house.clock.advance(1)
    assert house.answer() == []
    assert {tenant.stored(intent).parked_on for intent in intents} == {tenant.id}
    house.phone.on()


def test_a_line_moves_with_the_limit(house: House) -> None:
    """Whoever found no room would wait for ever, leave out of turn, or break the limit."""
    tenant = house.admit(THREE_AN_HOUR)
    intents = [tenant.submit(target={"kind": "PHONE", "value": f"+5511987654{number:03}"}) for number in range(8)]
    assert tenant.statuses(*intents) == ["APPROVED"] * 3 + ["QUEUED"] * 5
    assert len(services().views.load(tenant.id).lines) == 1
    house.work()
    for before, after in ((3, 6), (6, 8)):
        house.wait(1_800)
        assert tenant.statuses(*intents) == ["SENT"] * before + ["QUEUED"] * (8 - before)
        house.wait(1_860)
        house.wait(60)
        assert tenant.statuses(*intents) == ["SENT"] * after + ["QUEUED"] * (8 - after)
    assert all(events(tenant.show(one)).count("queued") == 1 for one in intents[3:])
    assert services().views.load(tenant.id).lines == {}


def test_a_raised_limit_acts_at_once(house: House) -> None:
    """An operator would raise a limit, see nothing happen, and raise it again."""
    tenant = house.admit(THREE_AN_HOUR)
    intents = [tenant.submit() for _ in range(5)]
    services().registry.set_policy(tenant.id, tenant.instance.id, "operator usr_1", UNHURRIED)
    house.answer()
    assert tenant.statuses(*intents) == ["APPROVED"] * 5
