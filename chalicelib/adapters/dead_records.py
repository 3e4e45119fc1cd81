"""Records of the stream that could not be counted, by name on a queue that nobody works off by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from chalicelib.application.ports.changes import RecordName


class SqsDeadRecords:
    """Puts names on the projection's dead-letter queue: ids only."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def park(self, shard: str, name: RecordName) -> None:
        """Keep the name of a record."""
        body = {"v": 1, "event_id": name.event_id, "shard": shard, "seq": name.seq, "key": name.key}
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body, separators=(",", ":")))
