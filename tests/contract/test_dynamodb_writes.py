"""DynamoDB only: lost answers, races and partial reads, made by hooks in the SDK's own request path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib.adapters.dynamodb.gate_views import DynamoGateViews
from chalicelib.adapters.dynamodb.leases import DynamoLeases
from chalicelib.adapters.dynamodb.organizations import DynamoDirectory
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.control import Lease
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.instance import JournalType
from chalicelib.domain.usage import Usage
from tests import aws
from tests.contract import samples
from tests.contract.conftest import dynamo_intents
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def client(table: Table) -> DynamoDBClient:  # noqa: ARG001 - the table must be there
    """A client of one's own, to hang hooks on."""
    return aws.session().client("dynamodb")


@pytest.fixture
def retrying(client: DynamoDBClient) -> Table:
    """The table over a network that loses answers."""
    aws.lose_answers(client)
    return Table(client, aws.TABLE)


def once(client: DynamoDBClient, operation: str, action: Callable[[], object]) -> None:
    """Let somebody else act after the next call was made and before it arrives."""
    waiting = [action]

    def act(**_: object) -> None:
        if waiting:
            waiting.pop()()

    client.meta.events.register_first(f"before-call.dynamodb.{operation}", act)


def conflict(client: DynamoDBClient, operation: str, error: dict[str, Any], status: int = 400) -> None:
    """Answer the next call as DynamoDB does while somebody else's transaction holds an item; AWS in memory never does.

    Args:
        client: Whose next call.
        operation: The call's name.
        error: The answer.
        status: Its HTTP status.
    """
    waiting = [(AWSResponse("", status, {}, None), {**error, "ResponseMetadata": {}})]  # type: ignore[arg-type]  # unread

    def answer(**_: object) -> Any:  # noqa: ANN401 - a response, or nothing
        return waiting.pop() if waiting else None

    client.meta.events.register_first(f"before-call.dynamodb.{operation}", answer)


def test_the_network_really_loses_answers(retrying: Table) -> None:
    """The five tests below would prove nothing."""
    answer = retrying.client.put_item(TableName=aws.TABLE, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_retried_creation_is_ones_own(retrying: Table) -> None:
    """A client would be told that its key was used before, and its slot would be given back while the message goes."""
    assert dynamo_intents(retrying).create(samples.approved()) is None


def test_a_retried_save_is_no_conflict(retrying: Table) -> None:
    """A worker would give up a claim that it holds, and the message would wait for the lease to run out."""
    intents = dynamo_intents(retrying)
    intents.create(samples.approved())
    intents.save(samples.sending(), samples.approved().version)
    assert intents.get(samples.sending().id) == samples.sending()


def test_a_retried_reservation_is_ones_own(retrying: Table) -> None:
    """A slot would be reserved twice for one message: capacity lost with every hiccup of the network."""
    views = DynamoGateViews(retrying)
    assert views.save_usage(samples.ORGANIZATION, Usage(samples.INSTANCE).reserve(NOON, 2_500))
    assert views.usage(samples.ORGANIZATION, samples.INSTANCE).everything.minute.counts == (1,)


def test_a_retried_lease_is_ones_own(retrying: Table) -> None:
    """A number would stand still for a whole lease that nobody uses."""
    leases, lease = DynamoLeases(retrying), Lease(NOON, NOON + 30_000, 1)
    assert leases.take(LeaseKind.LANE, samples.INSTANCE, "a", lease)
    assert not leases.take(LeaseKind.LANE, samples.INSTANCE, "b", lease)


def test_a_retried_change_of_a_number_is_ones_own(retrying: Table) -> None:
    """A pause would be refused as somebody else's although it holds, or stand in the journal twice."""
    directory = DynamoDirectory(retrying)
    assert directory.put_instance(samples.instance().noting(JournalType.CREATED, NOON, "client key_1"))
    [created] = directory.journal(samples.INSTANCE, None, 9).entries
    assert created.type is JournalType.CREATED
    known = directory.instance(samples.ORGANIZATION, samples.INSTANCE)
    assert known is not None
    assert known.version == 1


@pytest.mark.parametrize("held", ["number", "journal"])
def test_a_number_that_another_transaction_holds_is_a_conflict(table: Table, client: DynamoDBClient, held: str) -> None:
    """Two operators at once: one of them would see a server error instead of having the change made a moment later."""
    codes = ["TransactionConflict", "None"] if held == "number" else ["None", "TransactionConflict"]
    reasons = [{"Code": code} for code in codes]
    error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    conflict(client, "TransactWriteItems", error)
    directory, changed = (
        DynamoDirectory(Table(client, aws.TABLE)),
        samples.instance().noting(JournalType.CREATED, 1, "x"),
    )
    assert not directory.put_instance(changed)
    assert DynamoDirectory(table).instance(samples.ORGANIZATION, samples.INSTANCE) is None
    assert directory.put_instance(changed)


def test_a_plain_write_that_meets_a_transaction_is_a_conflict(client: DynamoDBClient, table: Table) -> None:
    """A send that went well would count as failed because somebody renamed the number at that moment."""
    conflict(client, "PutItem", {"Error": {"Code": "TransactionConflictException"}})
    directory = DynamoDirectory(Table(client, aws.TABLE))
    assert not directory.put_instance(samples.instance())
    assert DynamoDirectory(table).instance(samples.ORGANIZATION, samples.INSTANCE) is None
    assert directory.put_instance(samples.instance())


def test_a_retry_that_meets_a_transaction_is_still_ones_own(retrying: Table) -> None:
    """A change that was made would be made again on top of itself: a failed scan would count twice."""
    sent: list[object] = []

    def held(request: object, **_: object) -> AWSResponse | None:
        sent.append(request)
        answer = AWSResponse("", 400, {}, None)  # type: ignore[arg-type]  # its content is given
        answer._content = b'{"__type":"TransactionConflictException"}'  # type: ignore[attr-defined]  # noqa: SLF001 - as it is read from the wire
        return answer if len(sent) == 2 else None

    retrying.client.meta.events.register_first("before-send.dynamodb.PutItem", held)  # type: ignore[arg-type]  # it may answer
    assert DynamoDirectory(retrying).put_instance(samples.instance())
    assert len(sent) == 2


def test_a_transaction_cancelled_for_another_reason_is_an_error(client: DynamoDBClient) -> None:
    """A table that throttles would look like a crowd of operators, and nobody would be alarmed."""
    error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": "ThrottlingError"}]}
    conflict(client, "TransactWriteItems", error)
    changed = samples.instance().noting(JournalType.CREATED, NOON, "client key_1")
    with pytest.raises(client.exceptions.TransactionCanceledException):
        DynamoDirectory(Table(client, aws.TABLE)).put_instance(changed)


def test_of_two_concurrent_creators_one_wins(table: Table, client: DynamoDBClient) -> None:
    """Two requests with one idempotency key would send two messages."""
    winner, loser = samples.approved(), samples.with_another_body(samples.pending())
    once(client, "PutItem", lambda: dynamo_intents(table).create(winner))
    assert dynamo_intents(Table(client, aws.TABLE)).create(loser) == winner
    assert dynamo_intents(table).get(winner.id) == winner


def test_of_two_concurrent_claims_one_wins(table: Table, client: DynamoDBClient) -> None:
    """Two workers would send the same message."""
    intents, before = dynamo_intents(table), samples.approved()
    intents.create(before)
    once(client, "PutItem", lambda: intents.save(samples.sending(), before.version))
    with pytest.raises(VersionConflict):
        dynamo_intents(Table(client, aws.TABLE)).save(samples.parked(), before.version)
    assert intents.get(before.id) == samples.sending()


def test_what_a_batch_read_left_out_is_asked_for_again(table: Table, client: DynamoDBClient) -> None:
    """Under load some messages of a batch would be taken for deleted and never be sent."""
    intents = [samples.pending(number) for number in range(5)]
    for intent in intents:
        dynamo_intents(table).create(intent)
    left_out: list[Any] = []

    def ask_less(params: dict[str, Any], **_: object) -> None:
        keys = params["RequestItems"][aws.TABLE]["Keys"]
        if not left_out:
            left_out.extend(keys[2:])
            params["RequestItems"] = {aws.TABLE: {"Keys": keys[:2], "ConsistentRead": True}}

    def say_so(parsed: dict[str, Any], **_: object) -> None:
        if len(left_out) == 3:
            parsed["UnprocessedKeys"] = {aws.TABLE: {"Keys": list(left_out), "ConsistentRead": True}}
            left_out.append(None)

    client.meta.events.register("provide-client-params.dynamodb.BatchGetItem", ask_less)
    client.meta.events.register("after-call.dynamodb.BatchGetItem", say_so)
    names = [intent.id for intent in intents]
    assert dynamo_intents(Table(client, aws.TABLE)).get_many(names) == {intent.id: intent for intent in intents}


def test_the_gate_reads_every_page_of_a_large_organization(table: Table, client: DynamoDBClient) -> None:
    """An organization with many numbers would only ever use the first ones."""
    for number in range(7):
        table.put({"pk": "ORG#o", "sk": f"GATE#{number}", "v": number})

    def a_small_page(params: dict[str, Any], **_: object) -> None:
        params["Limit"] = 3

    client.meta.events.register("provide-client-params.dynamodb.Query", a_small_page)
    found = Table(client, aws.TABLE).query("pk = :pk", {":pk": "ORG#o"})
    assert [item["v"] for item in found] == list(range(7))
