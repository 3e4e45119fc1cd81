"""Reads what a run left behind, as those see it who were never told: from outside, after the fact."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.intents import from_item
from chalicelib.adapters.providers.whatsmeow.message_id import intent_of
from infra.local.phone.journal import KEPT
from tests.e2e.reconciliation.evidence import Arrival, Call, Depth, Evidence, by_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.policy import Policy
    from tests.e2e.reconciliation.evidence import Crash, Post, Stop
    from tests.e2e.tenant import Tenant

_SENDS = "/chat/send/"
_WORKERS_QUEUES = ("ExecutionQueue", "GateQueue", "ProviderEventsQueue")
_DEAD_LETTERS = "DeadLetters"
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what concerns one organization."""

    tenant: Tenant

    def take(
        self,
        posts: Sequence[Post],
        policy: Policy,
        *,
        stops: Sequence[Stop] = (),
        crashes: Sequence[Crash] = (),
        backlog: Sequence[tuple[int, int]] = (),
    ) -> Evidence:
        """Everything there is, as of now, with what only those know who ran it."""
        items = {str(item["pk"]).removeprefix("INTENT#"): item for item in self._headers()}
        intents = {name: from_item(item) for name, item in items.items()}
        log = self.tenant.client.log()
        return Evidence(
            posts=tuple(posts),
            intents=intents,
            items=items,
            shown={one["id"]: one for one in self.tenant.all("/message-intents")},
            said=self._said(posts),
            calls=tuple(_calls(log, intents)),
            arrivals=tuple(_arrivals(log, intents)),
            queues=self.queues(),
            dead=tuple(self._dead_letters()),
            policy=policy,
            taken=time.time_ns() // 1_000_000,
            stops=tuple(stops),
            crashes=tuple(crashes),
            backlog=tuple(backlog),
            complete=len(log["requests"]) < KEPT,
        )

    def _said(self, posts: Sequence[Post]) -> dict[str, str]:
        contested = [same for same in by_key(posts).values() if len(same) > 1]
        names = {post.intent_id for same in contested for post in same if post.intent_id}
        return {name: self.tenant.client.intent(name)["content"]["text"] for name in sorted(names)}

    def queues(self) -> dict[str, Depth]:
        """Every queue of the stack, about as full as it is."""
        sqs, found = self.tenant.client.aws("sqs"), {}
        for url in sqs.list_queues()["QueueUrls"]:
            told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            numbers = ("", "NotVisible", "Delayed")
            found[_name(url)] = Depth(*(int(told[f"ApproximateNumberOfMessages{one}"]) for one in numbers))
        return found

    def idle(self) -> bool:
        """Whether the workers' queues hold nothing."""
        depths = self.queues()
        return all(depths[name] == Depth(0, 0, 0) for name in _WORKERS_QUEUES)

    def _headers(self) -> Iterator[dict[str, Any]]:
        client = self.tenant.client
        for page in client.aws("dynamodb").get_paginator("scan").paginate(TableName=client.table_name):
            for typed in page["Items"]:
                if typed["sk"] == {"S": "INTENT"} and typed["org"]["S"] == self.tenant.organization_id:
                    yield {name: _plain(value) for name, value in typed.items()}

    def _dead_letters(self) -> Iterator[Mapping[str, Any]]:
        """The bodies of the dead letters; they stay where they are, visible again at once."""
        sqs, seen = self.tenant.client.aws("sqs"), set[str]()
        for url in sqs.list_queues()["QueueUrls"]:
            while _DEAD_LETTERS in url:
                got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=_BATCH, VisibilityTimeout=5)
                fresh = [one for one in got.get("Messages", []) if one["MessageId"] not in seen]
                if not fresh:
                    break
                for message in fresh:
                    seen.add(message["MessageId"])
                    yield _body(message["Body"])


def _calls(log: Mapping[str, Any], intents: Mapping[str, Any]) -> Iterator[Call]:
    for request in log["requests"]:
        name = intent_of(request["id"] or "") if request["path"].startswith(_SENDS) else None
        if name in intents:
            yield Call(_millis(request["at"]), str(name), _generation(request["id"]), request["status"])


def _arrivals(log: Mapping[str, Any], intents: Mapping[str, Any]) -> Iterator[Arrival]:
    for message in log["messages"]:
        name = intent_of(message["id"])
        if name in intents:
            yield Arrival(str(name), _generation(message["id"]), message["instance_id"], message["copies"])


def _generation(wire_id: str) -> int:
    return int(wire_id[-2:], 16)


def _millis(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _name(url: str) -> str:
    """A queue's name in the template."""
    return url.rpartition("/")[2].removeprefix("portaria-local-").rpartition("-")[0]


def _body(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _plain(typed: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever an attribute holds
    if "S" in typed:
        return typed["S"]
    return int(typed["N"]) if "N" in typed else bytes(typed["B"])
