"""P11: of a batch exactly the messages that are still to be worked on go back, in every combination."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.builder import sqs_record
from tests.integration.test_execute import order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.house import House, Tenant


_UNREADABLE = [
    *("", "not json", "null", "[]", '"int_1"', "7", "{}", '{"intent_id": "int_1"}', '{"approval": 1}'),
    *('{"intent_id": 1, "approval": 1}', '{"intent_id": "int_1", "approval": "1"}', '{"intent_id": null}'),
    pytest.param("[" * 100_000, id="nested"),
]


def _good(tenant: Tenant) -> str:
    return order(tenant.submit()["id"])


def _resting(tenant: Tenant) -> str:
    """A message that came back before its retry was due."""
    body = _good(tenant)
    tenant.house.phone.driver.faults(answer="error", count=1)
    assert len(tenant.house.execute([sqs_record(body)])) == 1
    return body


def _sent(tenant: Tenant) -> str:
    body = _good(tenant)
    assert tenant.house.execute([sqs_record(body)]) == []
    return body


def _stale(tenant: Tenant) -> str:
    return order(tenant.submit()["id"], 0)


def _unknown(_tenant: Tenant) -> str:
    return order("int_01JAAAAAAAAAAAAAAAAAAAAAAA")


def _unreadable(_tenant: Tenant) -> str:
    return "{"


# Each kind of message: how it comes about, whether it goes back, whether the phone is called.
_KINDS: dict[str, tuple[Callable[[Tenant], str], bool, bool]] = {
    "good": (_good, False, True),
    "resting": (_resting, True, False),
    "sent": (_sent, False, False),
    "stale": (_stale, False, False),
    "unknown": (_unknown, False, False),
    "unreadable": (_unreadable, True, False),
}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(list(_KINDS)), min_size=1, max_size=10))
def test_exactly_the_unfinished_messages_go_back(standing_tenant: Tenant, kinds: list[str]) -> None:
    """A message would be lost with a finished batch, or sent again with an unfinished one."""
    house = standing_tenant.house
    batch = [sqs_record(_KINDS[kind][0](standing_tenant)) for kind in kinds]
    before = len(house.phone.sends())
    failed = house.execute(batch)
    expected = [record["messageId"] for record, kind in zip(batch, kinds, strict=True) if _KINDS[kind][1]]
    assert sorted(failed) == sorted(expected)
    assert len(house.phone.sends()) - before == sum(_KINDS[kind][2] for kind in kinds)
    house.clock.advance(0.001)


def test_one_refused_send_goes_back_alone(standing_house: House) -> None:
    """One message that WhatsApp refused for a moment would be lost, or its neighbours sent twice."""
    tenant = standing_house.admit()
    intents = [tenant.submit() for _ in range(4)]
    batch = [sqs_record(order(intent["id"])) for intent in intents]
    standing_house.phone.driver.faults(answer="error", count=1)
    assert standing_house.execute(batch) == [batch[0]["messageId"]]
    assert tenant.statuses(*intents) == ["APPROVED", "SENT", "SENT", "SENT"]
    shown = tenant.show(intents[0])
    assert (shown["attempts"], shown["timeline"][-1]["data"]["code"]) == (1, "TRANSIENT")
    standing_house.clock.advance(10)
    assert standing_house.execute(batch[:1]) == []
    assert tenant.statuses(intents[0]) == ["SENT"]


@pytest.mark.parametrize("body", _UNREADABLE)
def test_an_unreadable_message_goes_back_alone(standing_tenant: Tenant, body: str) -> None:
    """One broken message would take its neighbours along, or vanish without reaching the dead letters."""
    tenant, house = standing_tenant, standing_tenant.house
    intent = tenant.submit()
    broken = sqs_record(body)
    assert house.execute([broken, sqs_record(order(intent["id"]))]) == [broken["messageId"]]
    assert tenant.statuses(intent) == ["SENT"]
