"""Holds what the functions ask of AWS against their policies: AWS in memory would grant them everything.

A right that is missing deploys well, and then something never happens.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import aws

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_POLICIES = Path(__file__).parents[2] / "infra" / "policies"
# Calls whose right has another name; our transactions put.
_RIGHTS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "TransactWriteItems": "PutItem",
}


class Rights:
    """Watches every call that is made while a function runs."""

    def __init__(self) -> None:
        self._missing: set[str] = set()
        self._function: str | None = None

    @contextmanager
    def of(self, function: str) -> Iterator[None]:
        """Whatever is called now is called by a function, named as its policy is."""
        before, self._function = self._function, function
        try:
            yield
        finally:
            self._function = before

    def confirm(self) -> None:
        """Fail if a function did what its policy does not open; each such thing is told once."""
        missing, self._missing = sorted(self._missing), set()
        assert not missing, f"infra/policies does not open: {missing}"

    def look(self, params: Mapping[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's
        """Look at a call before it is made."""
        service, function = model.service_model.service_name, self._function
        if function is None or service not in {"dynamodb", "sqs"}:
            return
        asked = f"{service}:{_RIGHTS.get(model.name, model.name)} {_resource(params)}"
        if asked not in _opened(function):
            self._missing.add(f"{function}: {asked}")


RIGHTS = Rights()
# Clients take over what their session knows when they are made.
aws.session().events.register("provide-client-params.*", RIGHTS.look)


def _resource(params: Mapping[str, Any]) -> str:
    if "QueueUrl" in params:
        # The name of a stand-in ends with that of the queue it stands for.
        return str(params["QueueUrl"]).rpartition("/")[2].rpartition("-")[2]
    return "Table/index" if "IndexName" in params else "Table"


@lru_cache
def _opened(function: str) -> frozenset[str]:
    """What a policy opens, as calls and the names of what they are made of."""
    statements = json.loads((_POLICIES / f"{function}.json").read_text())["Statement"]
    return frozenset(
        f"{action} {_name(resource)}" for one in statements for action in one["Action"] for resource in one["Resource"]
    )


def _name(resource: Mapping[str, Any]) -> str:
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return "Table/index" if "/index/" in str(resource) else str(resource)
