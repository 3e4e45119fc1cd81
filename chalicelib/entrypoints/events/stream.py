"""The table's stream, handed to the projection shard by shard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from chalicelib.bootstrap import services

if TYPE_CHECKING:
    from chalice.app import DynamoDBEvent


class WindowResponse(TypedDict):
    """What Lambda expects in a tumbling window: without a state the batch counts as failed."""

    state: dict[str, str]


def project(event: DynamoDBEvent) -> WindowResponse:
    """Count a batch. Nothing is kept in the window's state: the window is there for the shard's id alone."""
    body = event.to_dict()
    records = body.get("Records", [])
    if records:
        services().projection.work(_shard(body), records)
    return {"state": {}}


def _shard(body: dict[str, Any]) -> str:
    """Which shard it is; outside of windows, as on the embedded AWS, the stream is its own only one."""
    return body.get("shardId") or str(body["Records"][0]["eventSourceARN"]).rpartition("/")[2]
