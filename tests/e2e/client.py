"""What a user's program does: hand intents in, look at them, read the phone's log."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import urllib3

from infra.local.stack import CREDENTIALS, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.e2e.conftest import Running

ACCEPTED = 202


class Client:
    """The API of a running stack, its phone, and its minute's tick on demand."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._http = urllib3.PoolManager(maxsize=16, retries=False, timeout=60.0)

    def submit(self, text: str, key: str | None = None, to: str = "+5511987654321", **wish: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Hand a text in."""
        body = {"target": {"kind": "PHONE", "value": to}, "content": {"type": "TEXT", "text": text}, **wish}
        headers = {"Idempotency-Key": key} if key else {}
        status, intent = self.call("POST", "/message-intents", body, headers)
        assert status == ACCEPTED, intent
        return intent

    def submit_many(self, texts: Sequence[str]) -> list[str]:
        """Hand many texts in, four at a time, and return the intents' ids."""
        with ThreadPoolExecutor(4) as pool:
            return [intent["id"] for intent in pool.map(self.submit, texts)]

    def intent(self, intent_id: str) -> dict[str, Any]:
        """One intent as it is now."""
        return self.call("GET", f"/message-intents/{intent_id}")[1]

    def statuses(self, ids: Sequence[str]) -> Counter[str]:
        """How many intents are in each status."""
        with ThreadPoolExecutor(4) as pool:
            return Counter(intent["status"] for intent in pool.map(self.intent, ids))

    def call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Any call of the API with the demonstration key."""
        endpoints = self._running.endpoints
        answer = self._http.request(
            method,
            endpoints["api"] + path,
            body=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {endpoints['api_key']}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        return answer.status, answer.json()

    def delivered(self) -> list[dict[str, Any]]:
        """The messages on the phone, in the order in which they came."""
        return list(self._log()["messages"])

    def sending(self) -> bool:
        """Whether a send is being answered by the phone at this moment."""
        return any(one["status"] is None and "/chat/send/" in one["path"] for one in self._log()["requests"])

    def _log(self) -> dict[str, Any]:
        log: dict[str, Any] = self._http.request("GET", f"{self._running.endpoints['phone']}/_phone/log").json()
        return log

    def hand(self, instance_id: str, action: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Do something on the phone: scan, reply, logout and the like."""
        url = f"{self._running.endpoints['phone']}/_phone/sessions/{instance_id}/{action}"
        answer = self._http.request("POST", url, json=body)
        assert answer.status < 300, answer.data
        return dict(answer.json())

    def webhook(self, path: str, body: bytes, signature: str) -> int:
        """What a stranger, or the bridge, posts to the door for webhooks; returns the status."""
        url = f"{self._running.endpoints['api']}/webhooks/{path}"
        headers = {"content-type": "application/json", "x-hmac-signature": signature}
        return self._http.request("POST", url, body=body, headers=headers).status

    def fault(self, **fault: object) -> None:
        """Make the phone misbehave; without arguments, behave again."""
        url = f"{self._running.endpoints['phone']}/_phone/faults"
        answer = self._http.request("POST", url, json=fault) if fault else self._http.request("DELETE", url)
        assert answer.status < 300, answer.data

    def tick(self) -> None:
        """Run the sweep now instead of at the next minute."""
        event = {
            "version": "0",
            "account": "000000000000",
            "region": REGION,
            "detail": {},
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "time": "2026-01-01T00:00:00Z",
            "id": "tick",
            "resources": [],
        }
        functions = boto3.client(
            "lambda",
            endpoint_url=self._running.stack.endpoint,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        answer = functions.invoke(FunctionName="portaria-local-sweep", Payload=json.dumps(event).encode())
        assert "FunctionError" not in answer, answer["Payload"].read()


def wait_until(reached: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until something is so, and return how long it took.

    Raises:
        AssertionError: It was not so in time.
    """
    started = time.monotonic()
    while not reached():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - started
