"""What a million messages cost at AWS's list prices, computed from what the meters count."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from tests.aws import batch_size
from tests.bench.calls import logged, longest_chain
from tests.bench.metric import Metric, row
from tests.bench.plant import EVENTS, EXECUTION, GATE, plant, wish
from tests.bench.prices import Work, usd_kept
from tests.bench.units import of_bulk, of_receipts, of_single
from tests.integration.costs import BULK, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.plant import Plant
    from tests.integration.costs import Cost

_CONFIG = Path(__file__).parents[3] / ".chalice" / "config.json"
_MEMORY_GB = json.loads(_CONFIG.read_text())["lambda_memory_size"] / 1_024
# As long as a call of AWS takes within its region, and as long as a send is supposed to take, seconds.
_AWS, _SEND = 0.004, 0.1
# So slow while they are counted that calls side by side overlap, however busy the machine is.
_SLOWLY = 0.5
_SINGLES, _RECEIPTS = 3, 10
# One message in so many has a second attempt.
_SECOND_ATTEMPTS = 20
_TO_QUEUES = ("SendMessage", "SendMessageBatch", "ChangeMessageVisibilityBatch")
# SQS hands out, and takes back, so many messages in one request.
_AT_ONCE = 10
# Headers are kept for ninety days after their messages have expired, by default two weeks after they were handed in.
_MONTHS = (90 + 14) / 30


@row(Metric("usd_per_million_single", "USD", 12))
def of_single_messages() -> Iterator[float]:
    """Each handed in by itself, with a key, and sent by itself."""
    work = Work()
    with _warm(NUMBERS, _SINGLES) as works:
        for person in range(_SINGLES):
            work += _request(works, partial(works.post, wish(person), f"one {person}"))
            bodies = works.take(EXECUTION)
            work += _sending(works, bodies, in_line=1)
    yield (work.times(1 / _SINGLES) + _units(of_single())).usd_per_million


@row(Metric("usd_per_million_bulk", "USD", 6.5))
def of_many_messages() -> Iterator[float]:
    """A hundred handed in with one request, decided from the queue, sent in batches as they are deployed."""
    batch = batch_size("Execute")
    with _warm(NUMBERS, BULK) as works:
        body = {"intents": [wish(person) for person in range(BULK)]}
        work = _request(works, partial(works.post, body, "many"))
        questions = works.take(GATE)
        work += _polled(works, partial(works.gate, questions), len(questions))
        bodies = works.take(EXECUTION)
        for start in range(0, BULK, batch):
            work += _sending(works, bodies[start : start + batch], in_line=ceil(batch / NUMBERS))
    yield (work.times(1 / BULK) + _units(of_bulk())).usd_per_million


@row(Metric("usd_receipts", "USD", 6))
def of_receipts_of_messages() -> Iterator[float]:
    """Two receipts of each message, ten of them taken in at once."""
    with _warm(1, _RECEIPTS) as works:
        intents = works.post({"intents": [wish(person) for person in range(_RECEIPTS)]}, "many")["intents"]
        works.execute(works.take(EXECUTION), _RECEIPTS)
        work = Work()
        for intent in intents:
            work += _request(works, partial(works.tell, intent, "Delivered"))
        told = works.take(EVENTS)
        work += _polled(works, partial(works.ingest, told), len(told))
    yield (work.times(1 / _RECEIPTS) + _units(of_receipts())).times(2).usd_per_million


@row(Metric("usd_storage", "USD", None))
def of_keeping() -> Iterator[float]:
    """A million messages of a month, each with its index entries, for as long as they are kept."""
    yield usd_kept(of_bulk().size, _MONTHS) * 1_000_000


@contextmanager
def _warm(numbers: int, people: int) -> Iterator[Plant]:
    """A Portaria in which everything was used once."""
    with plant(numbers, people) as works:
        intent = works.post(wish(0), "first")
        works.execute(works.take(EXECUTION), 1)
        works.tell(intent, "Delivered")
        works.ingest(works.take(EVENTS))
        works.restore()
        yield works


def _request(works: Plant, run: Callable[[], object]) -> Work:
    """One request of the API."""
    return _invocation(works, run) + Work(requests=1)


def _polled(works: Plant, run: Callable[[], object], messages: int, in_line: int = 0) -> Work:
    """One invocation with messages of a queue, which are received and deleted by Lambda's poller."""
    return _invocation(works, run, in_line) + Work(queue_requests=2 * ceil(messages / _AT_ONCE))


def _sending(works: Plant, bodies: list[str], in_line: int) -> Work:
    """One invocation that sends, and its share of those for second attempts."""
    work = _polled(works, partial(works.execute, bodies, len(bodies)), len(bodies), in_line)
    assert works.sent(bodies) == len(bodies)
    return work.times(1 + 1 / _SECOND_ATTEMPTS)


def _invocation(works: Plant, run: Callable[[], object], in_line: int = 0) -> Work:
    """What an invocation takes, with so many sends one after the other."""
    written, began = works.written(), time.process_time()
    clients = services()._table.client, services()._sqs  # noqa: SLF001 - both of them
    with logged(clients, _SLOWLY) as log:
        run()
    waited = len(longest_chain(log.calls)) * _AWS + in_line * _SEND
    return Work(
        invocations=1,
        processor=time.process_time() - began,
        waiting=waited * _MEMORY_GB,
        queue_requests=sum(call.name in _TO_QUEUES for call in log.calls),
        log_bytes=works.written() - written,
    )


def _units(cost: Cost) -> Work:
    return Work(writes=cost.writes, reads=cost.reads)
