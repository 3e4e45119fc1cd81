"""kill -9 in the middle of a burst: every intent ends SENT, and the phone shows each message once."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.e2e.client import Client, wait_until

if TYPE_CHECKING:
    from tests.stack import Running

pytestmark = [pytest.mark.e2e, pytest.mark.long]

BURST = 200
KILLS = 4


def test_killed_execute_workers_lose_and_repeat_nothing(stack: Running) -> None:
    """A worker dies between the claim and the answer: nothing is lost, and nobody gets a message twice."""
    client = Client(stack)
    client.fault(latency_ms=300)
    texts = [f"rajada {number}" for number in range(BURST)]
    ids = client.submit_many(texts)
    for _ in range(KILLS):
        wait_until(client.sending, 120, "a send in flight")
        for pid in stack.stack.worker_pids("execute"):
            os.kill(pid, signal.SIGKILL)
        time.sleep(5)
    took = wait_until(lambda: client.statuses(ids) == {"SENT": BURST}, 400, "all SENT")
    client.fault()
    messages = [message for message in client.delivered() if message["body"].startswith("rajada")]
    repeats = Counter(message["copies"] for message in messages)
    kinds = Counter(event["type"] for name in ids for event in client.intent(name)["timeline"])
    print(f"settled {took:.0f} s after the last kill; copies per message {dict(repeats)}; events {dict(kinds)}")  # noqa: T201
    assert kinds["unconfirmed"] > 0, "no worker was hit while it was sending"
    assert sorted(message["body"] for message in messages) == sorted(texts)
