"""Makes up for what the embedded API Gateway leaves out of a template, so that it answers as the cloud's does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import boto3

_EXTENSION = "x-amazon-apigateway-gateway-responses"
_CUSTOM = ("statusCode", "responseParameters", "responseTemplates")


def apply_gateway_responses(session: boto3.Session, template: Path, api_id: str, stage: str) -> None:
    """Give the API the gateway responses of its definition, which the embedded importer does not read.

    They take effect with a deployment, as in the cloud; nothing is done when the API already has them.

    Args:
        session: Points to the embedded AWS.
        template: The packaged template.
        api_id: The API.
        stage: The gateway's stage.
    """
    client: Any = session.client("apigateway")  # its stubs are not installed: nothing else here needs them
    definition = json.loads(template.read_text())["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    present = {item["responseType"]: item for item in client.get_gateway_responses(restApiId=api_id)["items"]}
    changed = False
    for kind, wanted in definition.get(_EXTENSION, {}).items():
        there = present.get(kind, {})
        if all(there.get(key) == wanted[key] for key in _CUSTOM if key in wanted):
            continue
        given = {key: wanted[key] for key in _CUSTOM if key in wanted}
        client.put_gateway_response(restApiId=api_id, responseType=kind, **given)
        changed = True
    if changed:
        client.create_deployment(restApiId=api_id, stageName=stage)
