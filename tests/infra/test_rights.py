"""What each function may do in AWS: everything that it does, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.template import get_att
from tests.infra.test_template import HANDLERS

if TYPE_CHECKING:
    from tests.infra.template import Template

DATA_ACTIONS = ("dynamodb:", "sqs:", "secretsmanager:", "s3:", "kms:")


def test_policies_name_what_they_open(template: Template) -> None:
    """A policy with `*` would let one function's bug read or delete everything else in the account."""
    roles = dict(template.resources("AWS::IAM::Role"))
    assert len(roles) == len(HANDLERS)
    for role in roles.values():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert not any(action.endswith(":*") for action in statement["Action"])
                if any(action.startswith(DATA_ACTIONS) for action in statement["Action"]):
                    assert "*" not in statement["Resource"]
                    assert all(isinstance(resource, dict) for resource in statement["Resource"])


READ = {"GetItem", "BatchGetItem", "Query"}
CONSUME = {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"}
READ_STREAM = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
RIGHTS = {
    "ApiHandler": {
        "dynamodb": READ | {"PutItem", "UpdateItem", "BatchWriteItem"},
        "sqs": {"SendMessage", "GetQueueAttributes"},
        "secretsmanager": {"GetSecretValue"},
    },
    "Gate": {
        "dynamodb": READ | {"PutItem"},
        "sqs": CONSUME | {"SendMessage"},
        "secretsmanager": {"GetSecretValue"},
    },
    "Execute": {
        "dynamodb": READ | {"PutItem", "UpdateItem"},
        "sqs": CONSUME | {"ChangeMessageVisibility", "SendMessage"},
        "secretsmanager": {"GetSecretValue"},
    },
    "Ingest": {
        "dynamodb": READ | {"PutItem"},
        "sqs": CONSUME | {"SendMessage"},
        "secretsmanager": {"GetSecretValue"},
    },
    "Sweep": {
        "dynamodb": READ | {"PutItem", "DeleteItem"},
        "sqs": CONSUME | {"ChangeMessageVisibility", "SendMessage"},
        "secretsmanager": {"GetSecretValue"},
    },
    "Project": {
        "dynamodb": {"GetItem", "BatchGetItem", "PutItem", *READ_STREAM},
        "sqs": {"SendMessage"},
    },
}
# Which queues each function may put messages on: only the Gate's own approvals reach the engine.
PUBLISHES = {
    "ApiHandler": {"GateQueue", "ExecutionQueue", "ProviderEventsQueue"},
    "Gate": {"GateQueue", "ExecutionQueue"},
    "Execute": {"GateQueue"},
    "Ingest": {"GateQueue", "ExecutionQueue"},
    "Sweep": {"GateQueue", "ExecutionQueue"},
    "Project": {"ProjectionDeadLetters"},
}
# Which queues each function asks how long they are.
MEASURES = {
    "ApiHandler": {"GateDeadLetters", "ExecutionDeadLetters", "ProviderEventsDeadLetters", "ProjectionDeadLetters"},
    "Sweep": {"GateQueue", "ExecutionQueue", "ExecutionDeadLetters"},
}


@pytest.mark.parametrize("function", RIGHTS)
def test_a_role_holds_exactly_what_its_function_uses(template: Template, function: str) -> None:
    """A missing right deploys well and then nothing works; one too many is what a bug or a thief may do."""
    rights: dict[str, set[str]] = {}
    for policy in template.properties(f"{function}Role")["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in statement["Action"]:
                service, _, verb = action.partition(":")
                rights.setdefault(service, set()).add(verb)
    del rights["logs"]
    assert rights == RIGHTS[function]


@pytest.mark.parametrize("function", PUBLISHES)
def test_a_role_publishes_where_its_function_does(template: Template, function: str) -> None:
    """What waits would be found a minute late by the sweep, every time, and nobody would see why."""
    assert _opened(template, function, "sqs:SendMessage") == {f"{queue}.Arn" for queue in PUBLISHES[function]}


@pytest.mark.parametrize("function", MEASURES)
def test_a_role_measures_the_queues_that_its_function_does(template: Template, function: str) -> None:
    """The sweep publishes nothing again whose queue it cannot measure: a message that got lost would stay lost."""
    assert _opened(template, function, "sqs:GetQueueAttributes") == {f"{queue}.Arn" for queue in MEASURES[function]}


def test_only_the_dead_letters_that_a_redrive_clears_are_received(template: Template) -> None:
    """A bug in the sweep could empty a live queue: messages would wait for their redelivery, or be gone."""
    assert _opened(template, "Sweep", "sqs:ReceiveMessage") == {"ExecutionDeadLetters.Arn"}


def _opened(template: Template, function: str, action: str) -> set[str]:
    """What a function's role opens for an action."""
    policies = template.properties(f"{function}Role")["Policies"]
    statements = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
    return {get_att(resource) for one in statements if action in one["Action"] for resource in one["Resource"]}


def test_the_bridges_admin_token_is_read_where_numbers_are_registered_only(template: Template) -> None:
    """It opens every number: whatever sends, sweeps or takes events in must not be able to read it."""
    for name, role in template.resources("AWS::IAM::Role"):
        wanted = ["MasterSecret", "BridgeSecret"] if name.startswith("ApiHandler") else ["MasterSecret"]
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if "secretsmanager:GetSecretValue" in statement["Action"]:
                    assert statement["Resource"] == [{"Ref": secret} for secret in wanted]
