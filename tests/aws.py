"""AWS in memory, with the table, queues and users that infra/resources.yaml deploys: nothing is described twice."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
import yaml
from botocore import UNSIGNED
from botocore.config import Config
from joserfc.jwk import RSAKey
from moto import backend_index
from moto.core.serialize import BaseJSONSerializer
from moto.utilities.utils import load_resource

from tests.infra.template import Template

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

TABLE = "portaria-test"
_REGION = "sa-east-1"
_RESOURCES = Path(__file__).parent.parent / "infra" / "resources.yaml"
_UNPREFIXED = {"Ref", "Condition"}
_CLIENTS: dict[str, Any] = {}

# Every call is held against the addresses of every service there is, and each opening prepares all of them.
_SERVICES = frozenset({"cognitoidp", "dynamodb", "dynamodbstreams", "secretsmanager", "sqs"})
backend_index.backend_url_patterns[:] = [one for one in backend_index.backend_url_patterns if one[0] in _SERVICES]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags (``!Ref``, ``!GetAtt``, ...) as their long forms."""


def _function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in _UNPREFIXED else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _function)


@lru_cache(maxsize=1)
def resources() -> Template:
    """What infra/resources.yaml says, for a stage in the cloud."""
    return Template(_Loader(_RESOURCES.read_text()).get_single_data())


@lru_cache(maxsize=1)
def session() -> boto3.session.Session:
    """A session with credentials that open nothing, so that no test finds a developer's own.

    Nobody reads the signature, and to make it and the usual name of the caller takes as long as to answer; without one,
    the name tells the region.
    """
    core = botocore.session.Session()
    core.set_default_client_config(Config(signature_version=UNSIGNED, user_agent=f"tests region/{_REGION}"))
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.session.Session(**keys, region_name=_REGION, botocore_session=core)


def client(service: str, config: Config) -> Any:  # noqa: ANN401 - one function for every kind of client
    """Stands in for ``boto3.client``: to make one takes longer than most tests, so a process has one of each kind."""
    if service not in _CLIENTS:
        _CLIENTS[service] = session().client(service, config=config)  # type: ignore[call-overload]
    return _CLIENTS[service]


@lru_cache(maxsize=1)
def dynamodb() -> DynamoDBClient:
    """A client that tests share, for its creation is slow: add no event handler to it."""
    return session().client("dynamodb")


@lru_cache(maxsize=1)
def sqs() -> SQSClient:
    """As above."""
    return session().client("sqs")


@lru_cache(maxsize=1)
def cognito() -> CognitoIdentityProviderClient:
    """As above."""
    return session().client("cognito-idp")


def lose_answers(client: DynamoDBClient) -> list[str]:
    """Let the answer to every conditional write be lost once, so that the SDK sends it again; returns the lost ones."""
    lost: list[str] = []

    def lose(attempts: int, operation: Any, **_: object) -> int | None:  # noqa: ANN401 - botocore's
        if attempts > 1:
            return None
        lost.append(operation.name)
        return 0

    for name in ("PutItem", "UpdateItem", "TransactWriteItems"):
        client.meta.events.register_first(f"needs-retry.dynamodb.{name}", lose)  # type: ignore[arg-type]  # it may answer
    return lost


def create_table(client: DynamoDBClient) -> str:
    """Create the table with everything an adapter can notice: keys, indexes, stream and expiry.

    Returns:
        The table's name.
    """
    properties = resources().properties("Table")
    stream: Any = {"StreamEnabled": True, **properties["StreamSpecification"]}
    client.create_table(
        TableName=TABLE,
        BillingMode=properties["BillingMode"],
        AttributeDefinitions=properties["AttributeDefinitions"],
        KeySchema=properties["KeySchema"],
        GlobalSecondaryIndexes=properties["GlobalSecondaryIndexes"],
        StreamSpecification=stream,
    )
    client.update_time_to_live(TableName=TABLE, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
    return TABLE


def batch_size(function: str) -> int:
    """How many messages a deployed function is given at once, by its name in the template."""
    [source] = resources().properties(function)["Events"].values()
    return int(source["Properties"]["BatchSize"])


def create_queue(client: SQSClient, logical_name: str) -> str:
    """Create a queue of infra/resources.yaml, and the dead-letter queue it names.

    Args:
        client: Where to create it.
        logical_name: Its name in the template, e.g. ``ExecutionQueue``.

    Returns:
        The queue's URL.
    """
    attributes: Any = {name: _attribute(client, value) for name, value in resources().properties(logical_name).items()}
    return client.create_queue(QueueName=logical_name, Attributes=attributes)["QueueUrl"]


def create_user_pool(client: CognitoIdentityProviderClient) -> tuple[str, str]:
    """Create the user pool with its app client.

    Returns:
        The pool's id and the client's.
    """
    pool: Any = {**resources().properties("UserPool"), "PoolName": "portaria-test"}
    del pool["UserPoolName"]
    key = _pool_key()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RSAKey, "import_key", lambda _: key)
        pool_id = client.create_user_pool(**pool)["UserPool"]["Id"]
    panel: Any = {**resources().properties("UserPoolClient"), "UserPoolId": pool_id}
    return pool_id, client.create_user_pool_client(**panel)["UserPoolClient"]["ClientId"]


@lru_cache(maxsize=1)
def _pool_key() -> RSAKey:
    """The key that every pool in memory signs with: to read it takes longer than most tests."""
    return RSAKey.import_key(load_resource("cognitoidp/resources/jwks-private.json"))


def _serialized(one: Any, answer: dict[str, Any], value: Any, shape: Any, key: str) -> None:  # noqa: ANN401 - its own
    """A text or number of an item is written as it is.

    AWS in memory looks for each of the ten kinds of value under several names, for each value of each item: that would
    be most of the time of a query.
    """
    if shape.name == "AttributeValue" and len(value) == 1 and not _PLAIN.isdisjoint(value):
        answer[key] = value
    else:
        _ANYTHING(one, answer, value, shape, key)


_PLAIN = frozenset({"S", "N"})
_ANYTHING = BaseJSONSerializer._serialize_type_structure  # noqa: SLF001 - there is no other way in
BaseJSONSerializer._serialize_type_structure = _serialized  # type: ignore[assignment,method-assign]  # noqa: SLF001 - as above


def _attribute(client: SQSClient, value: Any) -> str:  # noqa: ANN401 - any value of a template
    if isinstance(value, dict):
        return json.dumps({name: _resolved(client, part) for name, part in value.items()})
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _resolved(client: SQSClient, value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        *_, account, name = create_queue(client, value["Fn::GetAtt"][0]).split("/")
        return f"arn:aws:sqs:{client.meta.region_name}:{account}:{name}"
    return value
