"""Two minutes without workers: what had slots asks for new ones, and the phone sees the policy's pace, not a burst."""

from __future__ import annotations

import time
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.e2e.client import Client, wait_until

if TYPE_CHECKING:
    from tests.stack import Running

pytestmark = [pytest.mark.e2e, pytest.mark.long]

STALE, PER_MINUTE, INTERVAL = 40, 30, 2.0
OUTAGE = 130
# The queue delivers to the second, and a send takes a moment.
LATE = 1.0


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_after_an_outage_nothing_leaves_in_a_burst(stack: Running) -> None:
    """Forty messages in one second after an outage are how numbers get banned."""
    client = Client(stack)
    number = client.connected("Retomada")
    own = {**client.call("GET", "/policy")[1]["policy"], "per_minute": PER_MINUTE, "per_hour": 600, "per_day": 6_000}
    own |= {"min_interval_ms": int(INTERVAL * 1000), "max_interval_ms": int(INTERVAL * 1000), "typing_ms": 0}
    status, answer = client.call("PATCH", f"/instances/{number}", {"policy": own})
    assert status == 200, answer
    with client.without("execute"):
        ids = [
            client.submit(f"retomada {one}", instance_id=number, to=f"+551198{one:07d}")["id"] for one in range(STALE)
        ]
        time.sleep(OUTAGE)
    wait_until(lambda: client.statuses(ids) == {"SENT": STALE}, 420, "all SENT")
    messages = [message for message in client.delivered() if message["body"].startswith("retomada")]
    started = sorted(_instant(message["at"]) for message in messages)
    gaps = [later - earlier for earlier, later in pairwise(started)]
    busiest = max(sum(start <= other < start + 60 for other in started) for start in started)
    reasons = {event["data"].get("reason") for name in ids for event in client.intent(name)["timeline"]}
    print(f"{len(messages)} messages, shortest gap {min(gaps):.2f} s, busiest minute {busiest} of {PER_MINUTE}")  # noqa: T201
    assert len(messages) == STALE
    assert "LATE_SLOT" in reasons
    assert min(gaps) >= INTERVAL - LATE
    assert busiest <= PER_MINUTE
    assert {message["copies"] for message in messages} == {1}
