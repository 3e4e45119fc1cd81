"""What a user's program does: hand intents in, look at them, read the phone's log."""

from __future__ import annotations

import hmac
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import urllib3

from chalicelib.adapters.keyring import DerivingKeyring
from infra.local.stack import CREDENTIALS, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.stack import Running

ACCEPTED = 202


class Client:
    """The API of a running stack, its phone, and its minute's tick on demand."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._http = urllib3.PoolManager(maxsize=16, retries=False, timeout=60.0)

    def submit(self, text: str, key: str | None = None, to: str = "+5511987654321", **wish: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Hand a text in, for the demonstration's connected number unless another one is wished for."""
        body = {
            "target": {"kind": "PHONE", "value": to},
            "content": {"type": "TEXT", "text": text},
            "instance_id": self._running.endpoints["instance_id"],
            **wish,
        }
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
        return list(self.log()["messages"])

    def sending(self) -> bool:
        """Whether a send is being answered by the phone at this moment."""
        return any(one["status"] is None and "/chat/send/" in one["path"] for one in self.log()["requests"])

    def log(self) -> dict[str, Any]:
        """What the phone remembers: the requests that reached it and the messages on it."""
        log: dict[str, Any] = self._http.request("GET", f"{self._running.endpoints['phone']}/_phone/log").json()
        return log

    def hand(self, instance_id: str, action: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Do something on the phone: scan, reply, logout and the like."""
        url = f"{self._running.endpoints['phone']}/_phone/sessions/{instance_id}/{action}"
        answer = self._http.request("POST", url, json=body)
        assert answer.status < 300, answer.data
        return dict(answer.json())

    def waiting(self, name: str) -> str:
        """A new number that waits for its code to be scanned; returns its id."""
        status, created = self.call("POST", "/instances", {"name": name})
        assert status == 201, created
        self.begin(str(created["id"]))
        return str(created["id"])

    def begin(self, instance_id: str) -> None:
        """Start a number's session and wait for the code to scan."""
        assert self.call("POST", f"/instances/{instance_id}/connect", {})[0] == ACCEPTED
        shown: dict[str, Any] = {}

        def code() -> bool:
            shown.update(self.call("GET", f"/instances/{instance_id}/qr")[1])
            return shown["qr"] is not None

        wait_until(code, 60, "a code to scan")
        assert shown["qr"].startswith("data:image/png;base64,")
        assert shown["connection"]["status"] == "AWAITING_SCAN"

    def connected(self, name: str) -> str:
        """A new number, scanned; returns its id."""
        instance_id = self.waiting(name)
        self.hand(instance_id, "scan")
        wait_until(lambda: self.connection(instance_id) == "CONNECTED", 60, "CONNECTED after the scan")
        return instance_id

    def connection(self, instance_id: str) -> str:
        """The state of a number's connection."""
        return str(self.call("GET", f"/instances/{instance_id}")[1]["connection"]["status"])

    def tell(self, instance_id: str, fact: bytes, *, forge: bool = False) -> int:
        """Post a webhook at a number's secret address, signed by its key or by another; returns the status."""
        master = self.aws("secretsmanager").get_secret_value(SecretId=self._running.stack.master_secret_id)
        keyring = DerivingKeyring(lambda: master["SecretString"])
        organization_id = json.loads((self._running.stack.state_dir / "demo.json").read_text())["organization_id"]
        subject = f"{organization_id}.{instance_id}"
        key = "0" * 64 if forge else keyring.derive("webhook-signature", instance_id)
        headers = {
            "content-type": "application/json",
            "x-hmac-signature": hmac.new(key.encode(), fact, "sha256").hexdigest(),
        }
        path = f"webhooks/whatsmeow/{subject}.{keyring.derive('webhook-path', subject)}"
        return self._http.request("POST", f"{self._running.endpoints['api']}/{path}", body=fact, headers=headers).status

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
        functions = self.aws("lambda")
        answer = functions.invoke(FunctionName="portaria-local-sweep", Payload=json.dumps(event).encode())
        assert "FunctionError" not in answer, answer["Payload"].read()

    @contextmanager
    def without(self, function: str) -> Iterator[None]:
        """Let a queue's function be given nothing for a while."""
        functions, name = self.aws("lambda"), f"portaria-local-{function}"
        [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        try:
            yield
        finally:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    @property
    def table_name(self) -> str:
        """The table, for those who look behind the API."""
        return self._running.stack.table_name

    def aws(self, service: str) -> Any:  # noqa: ANN401 - boto3 types clients by literal names
        """A client of the embedded AWS."""
        keys = {name: CREDENTIALS[name.upper()] for name in ("aws_access_key_id", "aws_secret_access_key")}
        endpoint = self._running.stack.endpoint
        return boto3.client(service, endpoint_url=endpoint, region_name=REGION, **keys)  # type: ignore[call-overload]


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
