"""The project function on what the table really wrote: exact figures, whatever comes twice or cannot be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

import app as portaria
from chalicelib.bootstrap import services
from tests.events.builder import Context
from tests.events.stream import SHARD, expiry_record, stream_event, stream_record
from tests.integration.costs import opt_out
from tests.integration.hooks import report
from tests.integration.rights import RIGHTS
from tests.integration.write_meter import Stream

if TYPE_CHECKING:
    from chalicelib.domain.rollup import Rollup
    from tests.integration.house import House, Tenant

METRICS = "/api/ops/metrics"
Records = list[dict[str, Any]]


def project(records: Records, shard: str | None = SHARD) -> None:
    """Let the function work on a batch."""
    with RIGHTS.of("project"):
        answer = portaria.project(stream_event(records, shard), Context())
    assert answer == {"state": {}}


def metrics(tenant: Tenant, query: str = "") -> Any:  # noqa: ANN401 - JSON values
    """What the API tells."""
    answer = tenant.call("GET", METRICS + query)
    assert answer.status == 200, answer.raw
    return answer.json


@dataclass(frozen=True)
class Told:
    """A customer, and what the stream tells of everything that was written since it came."""

    tenant: Tenant
    stream: Stream

    @property
    def records(self) -> Records:
        """As Lambda would deliver it, if nothing had been delivered yet."""
        return [stream_record(old, new) for old, new in self.stream.read()]


@pytest.fixture(scope="module")
def life(standing_house: House) -> Told:
    """A customer of whose three messages one was read, one failed and one was refused."""
    house, stream = standing_house, Stream()
    tenant = house.admit()
    read = tenant.submit()
    house.work()
    report(tenant, read)
    report(tenant, read, "Read")
    house.phone.driver.faults(
        answer="error", text="error sending message: can't send message to unknown server", count=1
    )
    tenant.submit(content={"type": "TEXT", "text": "Tudo bem?"})
    house.work()
    opt_out(tenant)
    tenant.submit(content={"type": "TEXT", "text": "Tchau"})
    return Told(tenant, stream)


@pytest.fixture
def told(life: Told) -> Told:
    """The same, with nothing of it counted yet."""
    house = life.tenant.house
    for item in house.items():
        if item["pk"]["S"].startswith("ROLLUP#"):
            house.dynamodb.delete_item(TableName=house.table, Key={name: item[name] for name in ("pk", "sk")})
    return life


@pytest.mark.parametrize("window", [SHARD, None])
def test_the_figures_tell_what_happened(told: Told, window: str | None) -> None:
    """An operator would see nothing, or figures that no timeline bears out; with windows and without."""
    project(told.records, window)
    everybody, number = metrics(told.tenant), metrics(told.tenant, f"?hours=168&instance_id={told.tenant.instance.id}")
    assert (everybody["since"], everybody["until"]) == ("2027-01-14T08:00:00.000Z", "2027-01-15T08:00:00.003Z")
    assert (everybody["accepted"], everybody["sent"], everybody["delivered"], everybody["read"]) == (3, 1, 1, 1)
    decisions, attempts = everybody["decisions"], everybody["attempts"]
    assert decisions == {"approved": 2, "queued": {}, "blocked": {"OPTED_OUT": 1}, "dropped": {}}
    assert (attempts["begun"], attempts["retries"], attempts["failed"]) == (2, 0, {})
    assert everybody["failed"] == {"RECIPIENT_INVALID": 1}
    assert (everybody["lag"]["p50_within_ms"], everybody["lag"]["buckets"][0]) == (
        1_000,
        {"within_ms": 1_000, "sent": 1},
    )
    assert (number["accepted"], number["sent"], number["failed"]) == (0, 1, everybody["failed"])


def test_what_is_delivered_again_is_not_counted_again(told: Told) -> None:
    """Lambda repeats whole batches after a timeout: each would add its messages once more."""
    records = told.records
    project(records)
    once = metrics(told.tenant)
    for again in (records, records[:5], records[-3:]):
        project(again)
    assert metrics(told.tenant) == once


def test_a_batch_that_broke_off_between_two_writes_is_counted_once(told: Told) -> None:
    """The organization's figures would be twice its numbers', or half of them."""
    tenant, records = told.tenant, told.records
    rollups = services().projection.rollups
    save, left = rollups.save, [1]

    def dying(rollup: Rollup) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise TimeoutError("DynamoDB kept throttling")
        save(rollup)

    rollups.save = dying  # type: ignore[method-assign]
    with pytest.raises(TimeoutError):
        project(records)
    rollups.save = save  # type: ignore[method-assign]
    project(records)
    assert metrics(tenant)["accepted"] == 3
    assert metrics(tenant, f"?instance_id={tenant.instance.id}")["decisions"]["approved"] == 2


def test_a_poison_record_is_parked_by_its_ids_and_the_shard_goes_on(told: Told) -> None:
    """One record would stop all counting until the stream forgets it; or a phone end up on a queue."""
    tenant, records = told.tenant, told.records
    poison = next(record for record in records if record["dynamodb"]["Keys"]["sk"]["S"] == "INTENT")
    poison["dynamodb"]["NewImage"]["ev"] = {"S": '[[0,"levitated","engine",{}]]'}
    project(records)
    assert metrics(tenant)["accepted"] == 2
    [parked] = tenant.house.receive("PROJECTION_DEAD_LETTERS_URL")
    name = json.loads(parked["body"])
    assert (name["event_id"], name["key"]) == (poison["eventID"], poison["dynamodb"]["Keys"]["pk"]["S"])
    assert "98765" not in parked["body"]


def test_expiries_empty_windows_and_its_own_writes_count_nothing(told: Told) -> None:
    """Retention would look like traffic, and the end of a quiet minute like a failure that is repeated for a day."""
    records, tenant = told.records, told.tenant
    project(records)
    once = metrics(tenant)
    intents = [record for record in records if record["dynamodb"]["Keys"]["sk"]["S"] == "INTENT"]
    project([expiry_record(record["dynamodb"]["NewImage"]) for record in intents])
    project([])
    project([stream_record({}, item) for item in tenant.house.items() if item["pk"]["S"].startswith("ROLLUP#")])
    assert metrics(tenant) == once


def test_hours_that_are_over_are_left_out(told: Told) -> None:
    """Yesterday's trouble would be shown as that of the last hour."""
    project(told.records)
    told.tenant.house.clock.advance(2 * 3600)
    assert metrics(told.tenant, "?hours=1")["accepted"] == 0
    assert metrics(told.tenant, "?hours=2")["accepted"] == 3


@pytest.mark.parametrize("query", ["hours=0", "hours=169", "hours=1.5", "hours=", "days=1", "hours=1&hours=2"])
def test_a_parameter_that_makes_no_sense_is_refused(standing_tenant: Tenant, query: str) -> None:
    """Whoever asks for a month would be shown a day and believe it."""
    answer = standing_tenant.call("GET", f"{METRICS}?{query}")
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert answer.json["detail"].startswith(query.partition("=")[0])


def test_anothers_number_is_unknown_here(standing_house: House, standing_tenant: Tenant) -> None:
    """One customer could find out which numbers another one has, and how much they send."""
    other = standing_house.admit()
    answers = [
        standing_tenant.call("GET", f"{METRICS}?instance_id={name}")
        for name in (other.instance.id, "ins_01JZZZZZZZZZZZZZZZZZZZZZZZ", "nonsense")
    ]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.json["detail"] for answer in answers}) == 1
