"""Every twentieth order is delivered once more, during or after its work: nobody gets a message twice."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.policy import Policy
from tests.e2e.client import wait_until
from tests.e2e.reconciliation import reconciled, table
from tests.e2e.reconciliation.reading import Reader
from tests.e2e.redelivery import Shift, injected, redelivered, work
from tests.e2e.tally import Tally
from tests.e2e.tenant import Tenant
from tests.e2e.watch import Watch

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.reconciliation.evidence import Evidence
    from tests.stack import Running

pytestmark = [pytest.mark.e2e, pytest.mark.long]

SEED = 20261126
REQUESTS, EACH = 20, 250
INTENTS = REQUESTS * EACH
# Of which chance makes at least one in twenty.
SHARE, LEAST = 0.06, 0.05
NUMBERS = 20
# One of them is idle most of the time, and gets the second copy while another works on the first.
WORKERS = 4
POLICY = Policy(per_minute=36, per_hour=2_000, per_day=10_000, min_interval=1_500, max_interval=1_800)
LONGEST = 900
OK = 200


def test_what_is_delivered_again_is_not_sent_again(stack: Running, tmp_path: Path) -> None:
    """The queue delivers at least once: without care, a customer gets some messages twice every day."""
    tenant = Tenant.admit(stack, NUMBERS, POLICY)
    reader, tally = Reader(tenant), Tally(tenant)
    shift = Shift({**stack.stack.environment}, SHARE, SEED, tmp_path)
    # Receipts and figures by the hour would only take the machine's time: what is looked at are sends.
    tenant.client.fault(latency_ms=100, webhooks="drop")
    started = time.monotonic()
    with (
        ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool,
        tenant.client.without("execute"),
        tenant.client.without("project"),
        Watch(tenant.client, shift.environment["EXECUTION_QUEUE_URL"]) as watch,
    ):
        working = [pool.submit(work, shift) for _ in range(WORKERS)]
        try:
            posts = [
                post for number in range(REQUESTS) for post in tenant.post(f"again-{number}", _wishes(tenant, number))
            ]
            wait_until(lambda: tally.of("SENT") == INTENTS, LONGEST, "all SENT")
            wait_until(reader.idle, LONGEST, "what was delivered again is done")
        finally:
            shift.over.touch()
        deliveries = [delivery for one in working for delivery in one.result()]
    took = time.monotonic() - started
    tenant.client.fault()
    evidence = reader.take(posts, POLICY, backlog=watch.seen)
    findings, twice = reconciled(evidence), _after_acknowledgement(evidence)
    again, (beside, after) = injected(tmp_path), redelivered(deliveries)
    print(  # noqa: T201 - the figures are what it is run for
        f"\nseed {SEED}: {INTENTS} messages over {NUMBERS} numbers in {took:.0f} s; {again} orders delivered once "
        f"more; {beside} deliveries met another at work and {after} came when all was done; sends after an "
        f"acknowledgement: {twice}\n{table(findings)}"
    )
    assert again >= INTENTS * LEAST
    assert min(beside, after) > 0
    assert twice == 0
    assert {one.copies for one in evidence.arrivals} == {1}
    assert {one.promise: one.broken for one in findings if one.broken} == {}


def _wishes(tenant: Tenant, number: int) -> list[dict[str, object]]:
    return [tenant.wish(index, f"outra vez {index}") for index in range(number * EACH, (number + 1) * EACH)]


def _after_acknowledgement(evidence: Evidence) -> int:
    """The sends that the phone saw after it had acknowledged one of the same message."""
    repeats = 0
    for intent_id in evidence.intents:
        acknowledged: set[int] = set()
        for call in evidence.calls_of(intent_id):
            repeats += call.generation in acknowledged
            if call.status == OK:
                acknowledged.add(call.generation)
    return repeats
