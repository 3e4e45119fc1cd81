"""The gate queue's messages: what is not understood goes back, and takes nobody along."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract import samples
from tests.events.builder import sqs_record

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

ORGANIZATION, INTENT = samples.an_id("org"), samples.an_id("int")
UNREADABLE: list[Any] = [
    *("", None, [], "int_1", 7, {}),
    pytest.param("[" * 100_000, id="nested"),
    {"organization_id": ORGANIZATION, "intents": [INTENT]},
    {"v": 2, "organization_id": ORGANIZATION, "intents": [INTENT]},
    {"v": 1, "intents": [INTENT]},
    {"v": 1, "organization_id": INTENT, "intents": [INTENT]},
    {"v": 1, "organization_id": 7, "intents": [INTENT]},
    {"v": 1, "organization_id": ORGANIZATION},
    {"v": 1, "organization_id": ORGANIZATION, "intents": []},
    {"v": 1, "organization_id": ORGANIZATION, "intents": INTENT},
    {"v": 1, "organization_id": ORGANIZATION, "intents": [7]},
    {"v": 1, "organization_id": ORGANIZATION, "intents": ["int_1"]},
    {"v": 1, "organization_id": ORGANIZATION, "intents": [INTENT] * 26},
    {"v": 1, "organization_id": ORGANIZATION, "intents": [INTENT], "place": ORGANIZATION},
    {"v": 1, "organization_id": ORGANIZATION, "place": 7},
    {"v": 1, "organization_id": ORGANIZATION, "place": INTENT},
    {"v": 1, "organization_id": ORGANIZATION, "place": f"{ORGANIZATION}/nowhere"},
    {"v": 1, "organization_id": ORGANIZATION, "place": "ins_1/dispatch"},
    {"v": 1, "organization_id": ORGANIZATION, "simulation": 7},
    {"v": 1, "organization_id": ORGANIZATION, "simulation": INTENT},
    {"v": 1, "organization_id": ORGANIZATION, "simulation": samples.an_id("sim"), "intents": [INTENT]},
    {"v": 1, "organization_id": ORGANIZATION, "simulation": samples.an_id("sim"), "place": ORGANIZATION},
]
_NUMBERS = count()


def asks(tenant: Tenant, *intent_ids: str) -> dict[str, Any]:
    """A message that asks about intents."""
    return sqs_record(json.dumps({"v": 1, "organization_id": tenant.id, "intents": intent_ids}))


def undecided(house: House, tenant: Tenant) -> str:
    """Id of an intent that is stored and was never decided."""
    intent = samples.pending(next(_NUMBERS), house.clock.now(), tenant.id)
    house.intents.create(intent)
    return intent.id


@pytest.mark.parametrize("body", UNREADABLE, ids=json.dumps)
def test_an_unreadable_message_goes_back_alone(standing_tenant: Tenant, body: Any) -> None:  # noqa: ANN401 - JSON values
    """One broken message would take its neighbours along, or vanish without reaching the dead letters."""
    house, tenant = standing_tenant.house, standing_tenant
    intent_id = undecided(house, tenant)
    broken = sqs_record(body if isinstance(body, str) else json.dumps(body))
    assert house.gate([broken, asks(tenant, intent_id)]) == [broken["messageId"]]
    assert tenant.statuses({"id": intent_id}) == ["APPROVED"]


def test_what_is_unknown_or_somebody_elses_is_done(standing_tenant: Tenant) -> None:
    """A deleted message would circle through the queue, or a forged one decide another customer's."""
    house, tenant = standing_tenant.house, standing_tenant
    other = house.admit()
    intent_id = undecided(house, other)
    assert house.gate([asks(tenant, samples.an_id("int", 10**6), intent_id)]) == []
    simulation = {"v": 1, "organization_id": tenant.id, "simulation": samples.an_id("sim")}
    assert house.gate([sqs_record(json.dumps(simulation))]) == []
    assert other.statuses({"id": intent_id}) == ["PENDING"]
