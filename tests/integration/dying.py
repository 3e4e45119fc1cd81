"""Messages that the engine gave up on, with what it leaves in the queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.dead_letters import exhausted

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

DEAD_LETTERS = "EXECUTION_DEAD_LETTERS_URL"


def dead_letter(tenant: Tenant, **changes: Any) -> Any:  # noqa: ANN401 - JSON values
    """Hand a message in that fails for good after its retries; its message ends in the dead-letter queue."""
    intent, house = tenant.submit(**changes), tenant.house
    approved = tenant.stored(intent)
    house.intents.save(exhausted(approved, house.clock.now()), approved.version)
    [record] = house.receive()
    house.sqs.send_message(QueueUrl=house.urls[DEAD_LETTERS], MessageBody=record["body"])
    house.sqs.delete_message(QueueUrl=house.urls["EXECUTION_QUEUE_URL"], ReceiptHandle=record["receiptHandle"])
    return intent


def buried(house: House) -> list[str]:
    """The bodies in the dead-letter queue that nobody has set aside, an instant later."""
    house.clock.advance(0.001)
    return [record["body"] for record in house.receive(DEAD_LETTERS)]
