"""The packaged template: figures and settings that no unit test can see, on every kind of stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.credentials import PASSWORD_LENGTH
from chalicelib.domain.verdict import MAX_ATTEMPTS
from tests.infra.template import get_att

if TYPE_CHECKING:
    from tests.infra.template import Template

HANDLERS = {
    "APIHandler": "app.app",
    "Gate": "app.gate",
    "Execute": "app.execute",
    "Ingest": "app.ingest",
    "Sweep": "app.sweep",
    "Project": "app.project",
}
QUEUES = {"Gate": "GateQueue", "Execute": "ExecutionQueue", "Ingest": "ProviderEventsQueue"}
DEAD_LETTERS = {
    "GateQueue": "GateDeadLetters",
    "ExecutionQueue": "ExecutionDeadLetters",
    "ProviderEventsQueue": "ProviderEventsDeadLetters",
}


def test_handlers_live_in_app(template: Template) -> None:
    """A handler in a blueprint module would run without app.py: no middleware, no journal, no metrics."""
    found = {name: entry["Handler"] for name, entry in template.resources("AWS::Serverless::Function")}
    assert found == HANDLERS


@pytest.mark.parametrize("function", QUEUES)
def test_mappings_report_partial_failures(template: Template, function: str) -> None:
    """Without the setting, SQS deletes the messages that failed: messages are lost and nobody is told."""
    mapping = template.mapping(function)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    together = mapping["BatchSize"], mapping.get("MaximumBatchingWindowInSeconds", 0)
    assert together == ((100, 1) if function == "Execute" else (10, 0))
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == (2 if template.stage == "local" else 10)
    assert get_att(mapping["Queue"]) == f"{QUEUES[function]}.Arn"


@pytest.mark.parametrize("function", QUEUES)
def test_visibility_outlives_the_function(template: Template, function: str) -> None:
    """A shorter visibility hands a message to a second worker while the first still sends it."""
    queue, collecting = template.properties(QUEUES[function]), template.mapping(function)
    longest = 6 * template.properties(function)["Timeout"] + collecting.get("MaximumBatchingWindowInSeconds", 0)
    assert queue["VisibilityTimeout"] >= longest


def test_a_send_ends_before_its_function(template: Template) -> None:
    """A send that does not fit is never started, or cut off with its outcome unknown: nothing would ever leave."""
    connecting, settling = 3.0, 2.0  # what bootstrap and the execution handler keep beside the answer's timeout
    send = float(template.environment["SEND_TIMEOUT_SECONDS"])
    assert connecting + send + settling + 1 <= template.properties("Execute")["Timeout"]


@pytest.mark.parametrize(("queue", "receives"), [("GateQueue", 5), ("ExecutionQueue", 25), ("ProviderEventsQueue", 5)])
def test_queues_redrive_to_dead_letters(template: Template, queue: str, receives: int) -> None:
    """Without a dead-letter queue a message that always fails circles for days and then disappears."""
    policy = template.properties(queue)["RedrivePolicy"]
    assert policy["maxReceiveCount"] == receives
    assert get_att(policy["deadLetterTargetArn"]) == f"{DEAD_LETTERS[queue]}.Arn"
    assert template.properties(DEAD_LETTERS[queue])["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_the_engine_gives_up_before_its_queue_does(template: Template) -> None:
    """A message would die between two retries, and nobody be told why: waits for a lane and redeliveries count too."""
    assert template.properties("ExecutionQueue")["RedrivePolicy"]["maxReceiveCount"] >= 4 * MAX_ATTEMPTS


@pytest.mark.parametrize("queue", [*DEAD_LETTERS.values(), "ProjectionDeadLetters"])
def test_dead_letters_are_alarmed(template: Template, queue: str) -> None:
    """A dead letter that rings nowhere is a customer's message that nobody misses until the customer does."""
    alarms = [entry for _, entry in template.resources("AWS::CloudWatch::Alarm")]
    watched = {"Fn::GetAtt": [queue, "QueueName"]}
    (alarm,) = [entry for entry in alarms if entry["Dimensions"][0]["Value"] == watched]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert alarm["AlarmDescription"]["Fn::Sub"].startswith("Portaria (${Stage}): ")
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def test_queues_are_encrypted(template: Template) -> None:
    """Queue messages are data of the operator's customers' business: at rest they are encrypted."""
    queues = dict(template.resources("AWS::SQS::Queue"))
    assert len(queues) == 7
    assert all(entry["SqsManagedSseEnabled"] for entry in queues.values())


def test_a_long_place_is_not_taken_for_a_loop(template: Template) -> None:
    """Lambda would stop a chain of sixteen: of thousands who wait for a number the last would wait a minute more."""
    assert template.properties("Gate")["RecursiveLoop"] == "Allow"


def _intrinsics(node: Any, path: str = "") -> list[str]:  # noqa: ANN401 - any part of a template
    """Where an intrinsic function shares its map with something else."""
    if isinstance(node, list):
        return [found for index, item in enumerate(node) for found in _intrinsics(item, f"{path}/{index}")]
    if not isinstance(node, dict):
        return []
    mixed = len(node) > 1 and any(key == "Ref" or key.startswith("Fn::") for key in node)
    return [path] * mixed + [found for key, item in node.items() for found in _intrinsics(item, f"{path}/{key}")]


def test_every_intrinsic_function_stands_alone(template: Template) -> None:
    """Merging two ways to say the same leaves both keys in one map: CloudFormation refuses the whole template."""
    assert _intrinsics(template.body) == []


def test_the_table_survives_the_stack_in_the_cloud(template: Template) -> None:
    """Deleting a stack by mistake must not delete every timeline; on a laptop nothing must stay behind."""
    kept = "Delete" if template.stage == "local" else "Retain"
    for name in ("Table", "MasterSecret", "UserPool"):
        assert template.body["Resources"][name]["DeletionPolicy"] == kept
        assert template.body["Resources"][name]["UpdateReplacePolicy"] == kept


def test_the_table_has_what_the_engine_relies_on(template: Template) -> None:
    """Recovery after a crash reads these indexes, the rollups this stream, retention this attribute."""
    table = template.properties("Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["SSESpecification"]["SSEEnabled"]
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    indexes = {entry["IndexName"]: entry for entry in table["GlobalSecondaryIndexes"]}
    assert indexes["by_wake"]["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert indexes["by_external"]["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    for name in ("by_org", "by_exception"):
        assert {"st", "pur", "who", "why", "num"} <= set(indexes[name]["Projection"]["NonKeyAttributes"])


def test_only_invited_people_sign_in_and_nobody_learns_who_was(template: Template) -> None:
    """Anybody could make themselves an account, or find out who has one, or guess a short password."""
    pool, client = template.properties("UserPool"), template.properties("UserPoolClient")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == PASSWORD_LENGTH
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert not client["GenerateSecret"]


def test_functions_know_their_resources(template: Template) -> None:
    """A missing variable is an API that answers 500 to everything."""
    wanted = "STAGE TABLE_NAME GATE_QUEUE_URL EXECUTION_QUEUE_ENABLED EXECUTION_QUEUE_URL PROVIDER_EVENTS_QUEUE_URL"
    wanted += " GATE_DEAD_LETTERS_URL EXECUTION_DEAD_LETTERS_URL PROVIDER_EVENTS_DEAD_LETTERS_URL"
    wanted += " PROJECTION_DEAD_LETTERS_URL MASTER_SECRET_ID BRIDGE_SECRET_ID USER_POOL_ID USER_POOL_CLIENT_ID"
    wanted += " BRIDGE_URL API_URL SEND_TIMEOUT_SECONDS LEASE_MARGIN_SECONDS POWERTOOLS_SERVICE_NAME"
    assert set(template.environment) == {*wanted.split(), "POWERTOOLS_METRICS_NAMESPACE"}
    assert "BridgeAdminToken" not in str(template.environment)


def test_the_stage_is_the_first_part_of_the_path(template: Template) -> None:
    """Links are built from the stage's name: another gateway stage would break every one of them."""
    assert template.properties("RestAPI")["StageName"] == template.stage
    assert template.body["Parameters"]["Stage"]["AllowedValues"] == [template.stage]


def test_cloud_functions_run_on_arm(template: Template) -> None:
    """The same work is billed at a lower price on arm64."""
    if template.stage != "local":
        for _, function in template.resources("AWS::Serverless::Function"):
            assert function["Architectures"] == ["arm64"]


def test_the_gateway_answers_in_our_words(template: Template) -> None:
    """A client that parses problems must be able to parse the gateway's own errors too."""
    responses = template.properties("RestAPI")["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= set(responses)
    assert responses["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"
    for response in responses.values():
        assert response["responseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        body = response["responseTemplates"]["application/json"]
        assert '"code":' in body
        assert '"request_id":"$context.requestId"' in body


def test_log_groups_are_our_own(template: Template) -> None:
    """A log group named after a resource that is not there stops the deployment; one without retention never ends."""
    groups = [entry for _, entry in template.resources("AWS::Logs::LogGroup")]
    names = {entry["LogGroupName"]["Fn::Sub"] for entry in groups}
    assert names == {
        f"/aws/lambda/portaria-${{Stage}}-{name}" for name in ("api", "gate", "execute", "ingest", "sweep", "project")
    }
    assert all(entry["RetentionInDays"] for entry in groups)
