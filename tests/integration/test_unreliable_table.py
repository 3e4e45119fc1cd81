"""The table as it is in the cloud: answers are lost on the way, and what has expired lies there for days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from tests import aws
from tests.events.builder import sqs_record
from tests.integration.house import events
from tests.integration.test_execute import order

if TYPE_CHECKING:
    from tests.integration.house import House


def test_every_write_is_answered_only_the_second_time(house: House) -> None:
    """A hiccup of the network would cost a slot twice, leave a message with a lease nobody holds, or send it twice."""
    tenant = house.admit()
    lost = aws.lose_answers(services()._table.client)  # noqa: SLF001 - the one client of all adapters
    intents = [tenant.submit() for _ in range(3)]
    assert house.work() == []
    assert tenant.statuses(*intents) == ["SENT"] * 3
    assert [events(tenant.show(intent)) for intent in intents] == [["accepted", "approved", "claimed", "sent"]] * 3
    assert len(house.phone.sends()) == 3
    assert len(lost) >= 3 * len(["reserve", "create", "claim", "settle"])
    usage = services().views.usage(tenant.id, tenant.instance.id)
    assert usage.everything.minute.used(house.clock.now()) == 3


def test_what_has_expired_and_is_not_removed_yet_still_counts(house: House) -> None:
    """DynamoDB removes expired items within days: until then a key would make a second message, or a twin be sent."""
    tenant = house.admit()
    first = tenant.post(Idempotency_Key="order-1").json
    house.work()
    for item in house.items():
        if "ttl" in item:
            house.dynamodb.put_item(TableName=house.table, Item={**item, "ttl": {"N": "1"}})
    again = tenant.post(Idempotency_Key="order-1")
    assert (again.headers["Idempotent-Replayed"], again.json["id"]) == ("true", first["id"])
    assert house.execute([sqs_record(order(first["id"]))]) == []
    house.wait(61)
    assert tenant.statuses(first) == ["SENT"]
    assert len(house.phone.sends()) == 1
