"""kill -9 again and again while two thousand messages are handed in and sent: the promises hold, one by one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.sqs import SqsExecutionQueue
from chalicelib.domain.policy import Policy
from tests.e2e.client import wait_until
from tests.e2e.reconciliation import reconciled, table
from tests.e2e.reconciliation.evidence import Stop
from tests.e2e.reconciliation.reading import Reader
from tests.e2e.storm import Storm
from tests.e2e.tally import Tally
from tests.e2e.tenant import Tenant
from tests.e2e.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.e2e.reconciliation.evidence import Post
    from tests.stack import Running

pytestmark = [pytest.mark.e2e, pytest.mark.long]

SEED = 20261126
NUMBERS = 20
# 2,000 messages: by themselves, a few with one request, many with one request; some keys are posted several times.
SINGLES, FEW, MANY, CONTESTED = 580, (32, 25), (6, 100), (20, 8)
INTENTS = SINGLES + FEW[0] * FEW[1] + MANY[0] * MANY[1] + CONTESTED[0]
# Slower than the two workers of the local stage manage while they are killed: who falls behind is not looked at.
POLICY = Policy(per_minute=11, per_hour=600, per_day=10_000, min_interval=4_000, max_interval=6_000)
PAUSED_SECONDS = 30
STALE_ORDERS = 200
ENDED = ("SENT", "FAILED", "BLOCKED", "DROPPED")
# The storm ends when so many are sent.
CALM_AFTER = 0.8
LONGEST_STORM, LONGEST_RECOVERY = 2_400, 900


def test_whoever_is_killed_the_promises_hold(stack: Running) -> None:
    """A deployment, a crash or a full machine in the middle of a campaign would lose, repeat or hurry messages."""
    tenant = Tenant.admit(stack, NUMBERS, POLICY)
    reader, tally, started = Reader(tenant), Tally(tenant), time.monotonic()
    with Watch(tenant.client, stack.stack.environment["EXECUTION_QUEUE_URL"]) as watch:
        posts, stop, storm = _through_the_storm(stack, tally)
        blown = time.monotonic() - started
        settled = wait_until(lambda: tally.of(*ENDED) == INTENTS, LONGEST_RECOVERY, "the end of every message")
        wait_until(reader.idle, LONGEST_RECOVERY, "empty queues")
    calls = len(reader.take(posts, POLICY).calls)
    _deliver_again(stack, reader, posts)
    evidence = reader.take(posts, POLICY, stops=[stop], crashes=storm.crashes, backlog=watch.seen)
    findings = reconciled(evidence)
    tenant.client.fault()
    print(  # noqa: T201 - the figures are what it is run for
        f"\nseed {SEED}: {len(evidence.accepted)} messages over {NUMBERS} numbers, {len(storm.crashes)} kills "
        f"within {blown:.0f} s, settled {settled:.0f} s later\n"
        f"{STALE_ORDERS} orders of ended messages delivered again: {len(evidence.calls) - calls} calls\n"
        f"{table(findings)}"
    )
    assert len(evidence.accepted) == INTENTS
    assert len(evidence.calls) == calls
    assert {one.promise: one.broken for one in findings if one.broken} == {}


def _through_the_storm(stack: Running, tally: Tally) -> tuple[list[Post], Stop, Storm]:
    """Hand everything in, pause a number and resume it, until most is sent; meanwhile workers die."""
    tenant, sent = tally.tenant, partial(tally.of, "SENT")
    with ThreadPoolExecutor(1) as aside, Storm(tenant.client, stack.stack, sent, SEED) as storm:
        stopped = aside.submit(_paused_in_the_middle, tally)
        posts = _hand_in(tenant)
        stop = stopped.result()
        wait_until(lambda: sent() >= INTENTS * CALM_AFTER, LONGEST_STORM, "most SENT")
    return posts, stop, storm


def _hand_in(tenant: Tenant) -> list[Post]:
    """Everything, by four clients at once, in a random order."""
    places = iter(range(INTENTS))

    def wishes(count: int) -> list[dict[str, object]]:
        return [tenant.wish(index, f"prova {index}") for index in (next(places) for _ in range(count))]

    jobs: list[Callable[[], list[Post]]] = []
    jobs += [partial(tenant.post, f"single-{one}", wishes(1), single=True) for one in range(SINGLES)]
    for name, (requests, each) in (("few", FEW), ("many", MANY)):
        jobs += [partial(tenant.post, f"{name}-{one}", wishes(each)) for one in range(requests)]
    for one in range(CONTESTED[0]):
        [wish] = wishes(1)
        other = {**wish, "content": {"type": "TEXT", "text": f"outra {one}"}}
        jobs.append(partial(tenant.contest, f"contested-{one}", wish, other, CONTESTED[1]))
    Random(SEED).shuffle(jobs)  # noqa: S311 - a repeatable choice, not a secret
    with ThreadPoolExecutor(4) as pool:
        return [post for made in pool.map(lambda job: job(), jobs) for post in made]


def _paused_in_the_middle(tally: Tally) -> Stop:
    """Pause a number as soon as it is busy, and resume it a while later."""
    tenant, number = tally.tenant, tally.tenant.numbers[0]
    wait_until(lambda: tally.of("SENT") > INTENTS / 10, LONGEST_STORM, "a tenth SENT")
    assert tenant.insist("POST", f"/instances/{number}/pause", {"reason": "prova"})[0] == 200
    control: dict[str, str] = {}
    while control.get("status") != "PAUSED":
        control = tenant.insist("GET", f"/instances/{number}")[1]["control"]
    paused = time.time_ns() // 1_000_000
    written = round(datetime.fromisoformat(control["since"]).timestamp() * 1000)
    time.sleep(PAUSED_SECONDS)
    resumed = time.time_ns() // 1_000_000
    assert tenant.insist("POST", f"/instances/{number}/resume")[0] == 200
    return Stop(number, written, paused, resumed)


def _deliver_again(stack: Running, reader: Reader, posts: Sequence[Post]) -> None:
    """Let the engine have old orders of messages that have ended, as a redrive of dead letters would."""
    ended = list(reader.take(posts, POLICY).intents.values())[:STALE_ORDERS]
    queue = SqsExecutionQueue(reader.tenant.client.aws("sqs"), stack.stack.environment["EXECUTION_QUEUE_URL"])
    assert not queue.publish(ended, time.time_ns() // 1_000_000)
    time.sleep(2)
    wait_until(reader.idle, 60, "an empty queue")
