"""An AWS and a bridge that cost next to nothing, in a process of their own: what is measured is then Portaria.

The table keeps items and refuses none, since nobody else writes; everything takes exactly as long as it is told to.
Not for tests: what they want to know is what happens when something is refused.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.local.ports import HOST
from infra.local.services import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Item = dict[str, dict[str, Any]]
    Answer = tuple[int, dict[str, Any]]

# So many sends at once does the bridge work on.
LINES = 10
KEEP, RESTORE, TAKE = "Bench.Keep", "Bench.Restore", "Bench.Take"
_ANSWER = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"


@dataclass(frozen=True)
class Addresses:
    """Where both are."""

    aws: str
    bridge: str


@dataclass
class QuickAws:
    """The operations that accepting and executing need, on items in memory.

    Attributes:
        seconds: How long each takes.
        items: The one table's items, by key.
        kept: The items as they were when they were kept.
        queues: Bodies of the messages in each queue, by its URL.
    """

    seconds: float
    items: dict[tuple[str, str], Item] = field(default_factory=dict)
    kept: dict[tuple[str, str], Item] = field(default_factory=dict)
    queues: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self._operations: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "DynamoDB_20120810.GetItem": self._get,
            "DynamoDB_20120810.PutItem": self._put,
            "DynamoDB_20120810.UpdateItem": self._update,
            "DynamoDB_20120810.DeleteItem": self._delete,
            "DynamoDB_20120810.BatchGetItem": self._get_many,
            "DynamoDB_20120810.BatchWriteItem": self._write_many,
            "DynamoDB_20120810.TransactWriteItems": self._write_together,
            "DynamoDB_20120810.Query": self._query,
            "AmazonSQS.SendMessage": self._send_one,
            "AmazonSQS.SendMessageBatch": self._send,
            "secretsmanager.GetSecretValue": lambda _: {"SecretString": "s" * 64},
            KEEP: self._keep,
            RESTORE: self._restore,
            TAKE: lambda request: {"Bodies": self.queues.pop(request["QueueUrl"], [])},
        }

    async def answer(self, head: str, body: bytes) -> Answer:
        """Answer one request."""
        operation = self._operations.get(_header(head, "x-amz-target"))
        if operation is None:
            return 400, {"__type": "UnknownOperationException"}
        answer = operation(json.loads(body))
        await asyncio.sleep(self.seconds)
        return 200, answer

    def _get(self, request: dict[str, Any]) -> dict[str, Any]:
        item = self.items.get(_key(request["Key"]))
        return {"Item": item} if item else {}

    def _put(self, request: dict[str, Any]) -> dict[str, Any]:
        self.items[_key(request["Item"])] = request["Item"]
        return {}

    def _update(self, request: dict[str, Any]) -> dict[str, Any]:
        """``SET`` and nothing else; the answer is the item as it was."""
        before = self.items.get(_key(request["Key"]), {})
        names, values = request.get("ExpressionAttributeNames", {}), request["ExpressionAttributeValues"]
        changes = (one.split(" = ") for one in request["UpdateExpression"].removeprefix("SET ").split(", "))
        changed = {names.get(name, name): values[value] for name, value in changes}
        self.items[_key(request["Key"])] = {**before, **request["Key"], **changed}
        return {"Attributes": before}

    def _delete(self, request: dict[str, Any]) -> dict[str, Any]:
        self.items.pop(_key(request["Key"]), None)
        return {}

    def _get_many(self, request: dict[str, Any]) -> dict[str, Any]:
        [(table, wanted)] = request["RequestItems"].items()
        found = [self.items[key] for key in map(_key, wanted["Keys"]) if key in self.items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def _write_many(self, request: dict[str, Any]) -> dict[str, Any]:
        for writes in request["RequestItems"].values():
            for write in writes:
                self._put(write["PutRequest"])
        return {"UnprocessedItems": {}}

    def _write_together(self, request: dict[str, Any]) -> dict[str, Any]:
        for write in request["TransactItems"]:
            self._put(write["Put"])
        return {}

    def _query(self, request: dict[str, Any]) -> dict[str, Any]:
        """One partition, perhaps from a prefix on: the only queries there are here; the values come in this order."""
        pk, prefix, *_ = (*(value["S"] for value in request["ExpressionAttributeValues"].values()), "")
        keys = sorted(key for key in self.items if key[0] == pk and key[1].startswith(prefix))
        return {"Items": [self.items[key] for key in keys], "Count": len(keys), "ScannedCount": len(keys)}

    def _send(self, request: dict[str, Any]) -> dict[str, Any]:
        self.queues[request["QueueUrl"]] += [entry["MessageBody"] for entry in request["Entries"]]
        return {"Successful": [], "Failed": []}

    def _send_one(self, request: dict[str, Any]) -> dict[str, Any]:
        self.queues[request["QueueUrl"]].append(request["MessageBody"])
        return {"MessageId": "1"}

    def _keep(self, _: dict[str, Any]) -> dict[str, Any]:
        self.kept = dict(self.items)
        return {}

    def _restore(self, _: dict[str, Any]) -> dict[str, Any]:
        self.items = dict(self.kept)
        return {}


@dataclass(frozen=True)
class QuickBridge:
    """The bridge's answer to a send that went well.

    Attributes:
        seconds: How long a send takes.
        lines: So many are worked on at once; all others wait their turn.
    """

    seconds: float
    lines: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LINES))

    async def answer(self, _head: str, body: bytes) -> Answer:
        """Answer one send."""
        async with self.lines:
            await asyncio.sleep(self.seconds)
        data = {"Details": "Sent", "Timestamp": 1_800_000_000, "Id": json.loads(body)["Id"]}
        return 200, {"code": 200, "data": data, "success": True}


@contextmanager
def quick(aws_seconds: float, send_seconds: float) -> Iterator[Addresses]:
    """Both of them, on ports of their own.

    Args:
        aws_seconds: How long each call of AWS takes.
        send_seconds: How long each send takes.
    """
    with subprocess.Popen(  # noqa: S603 - our own program with our own arguments
        [sys.executable, "-m", "tests.bench.quick", str(aws_seconds), str(send_seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield Addresses(*server.stdout.readline().split())
        finally:
            server.kill()


async def _serve(aws_seconds: float, send_seconds: float) -> None:
    urls = [await _listen(one.answer) for one in (QuickAws(aws_seconds), QuickBridge(send_seconds))]
    print(*urls, flush=True)
    await asyncio.Event().wait()


async def _listen(answer: Callable[[str, bytes], Awaitable[Answer]]) -> str:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                status, found = await answer(head, await reader.readexactly(int(_header(head, "content-length"))))
                text = json.dumps(found).encode()
                writer.write(_ANSWER % (status, len(text), text))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, HOST, 0)
    return f"http://{HOST}:{server.sockets[0].getsockname()[1]}"


def _header(head: str, name: str) -> str:
    """A header's value; empty when it is not there."""
    fields = (line.partition(":") for line in head.split("\r\n"))
    return next((value.strip() for given, _, value in fields if given.lower() == name), "")


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), float(sys.argv[2])))
