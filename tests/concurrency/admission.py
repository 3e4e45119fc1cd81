"""Fifty deciders on one number at once: how many they let out, and how often one had to ask again."""

from __future__ import annotations

import time
from bisect import bisect_right
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.organizations import DynamoDirectory
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.ids import UlidIds
from chalicelib.domain.organization import Organization
from chalicelib.domain.values import DAY, HOUR, MINUTE
from tests import aws, embedded
from tests.concurrency.deciders import Orders, Work, work
from tests.fakes.numbers import an_instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from chalicelib.domain.policy import Policy
    from chalicelib.domain.values import Purpose

PROCESSES = 2
THREADS = 25
DECIDERS = PROCESSES * THREADS
# Until all of them are ready to begin.
_RUN_UP = 0.5


@dataclass(frozen=True)
class Crowd:
    """Fifty deciders on the embedded AWS."""

    endpoint: str
    pool: ProcessPoolExecutor

    def admit(self, policy: Policy) -> str:
        """A new organization with one connected number; returns its id."""
        directory = DynamoDirectory(Table(embedded.client(self.endpoint), aws.TABLE))
        ids, now = UlidIds(), time.time_ns() // 1_000_000
        organization = Organization(ids.new("org"), "Loja", "pt-BR", "America/Sao_Paulo", policy)
        new = an_instance(ids.new("ins"))
        number = replace(new, organization_id=organization.id, seen_at=now + DAY, warmed_up=True)
        assert directory.put_organization(organization)
        assert directory.put_instance(number)
        return organization.id

    def decide(self, organization_id: str, purposes: Sequence[Purpose], each: int, window: int) -> Work:
        """Let every decider ask about ``each`` intents of these purposes, in the ``window``-th hour from now."""
        orders = Orders(
            endpoint=self.endpoint,
            organization_id=organization_id,
            purposes=tuple(purposes),
            deciders=THREADS,
            each=each,
            first_phone=0,
            begin=time.time() + _RUN_UP,
            ahead=window * (HOUR + 2 * MINUTE),
        )
        shifted = [replace(orders, first_phone=number * 1_000_000) for number in range(PROCESSES)]
        return _together(list(self.pool.map(work, shifted)))


@contextmanager
def crowd(directory: Path) -> Iterator[Crowd]:
    """Fifty deciders and an empty table."""
    with embedded.dynamodb(directory) as endpoint, ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        yield Crowd(endpoint, pool)


def most_in_an_hour(slots: list[int]) -> int:
    """The most slots that any 60 minutes hold."""
    ordered = sorted(slots)
    return max((bisect_right(ordered, slot + HOUR - 1) - index for index, slot in enumerate(ordered)), default=0)


def _together(works: list[Work]) -> Work:
    return Work(
        slots=tuple(slot for one in works for slot in one.slots),
        replies=sum(one.replies for one in works),
        deferred=sum(one.deferred for one in works),
        undecided=sum(one.undecided for one in works),
        writes=sum(one.writes for one in works),
        refused=sum(one.refused for one in works),
        seconds=max(one.seconds for one in works),
    )
