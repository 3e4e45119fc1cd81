"""Whether operations take more when more is stored: who stays for years would wait and pay more with every month."""

from __future__ import annotations

from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from moto.dynamodb.models.table import Table

from chalicelib.bootstrap import services
from chalicelib.domain.values import MINUTE, SECOND
from tests.bench.calls import logged
from tests.bench.history import MADE, History
from tests.bench.metric import Metric, row
from tests.integration.costs import TEXT, greeting
from tests.integration.house import INTENTS
from tests.integration.opening import opened
from tests.integration.read_meter import reading
from tests.integration.write_meter import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.house import Tenant

    Operations = Iterator[tuple[str, Callable[[], object]]]

_FEW, _MANY = MADE, 100_000
_PEOPLE = 5


@dataclass(frozen=True)
class Taken:
    """What an operation took.

    Attributes:
        units: Read and write units, together.
        calls: Calls of AWS.
    """

    units: float
    calls: int

    def over(self, less: Taken) -> float:
        """How many times as much as another it is, in what it exceeds that by most."""
        return max(self.units / less.units, self.calls / less.calls)


@row(Metric("growth", "x", 1.05))
def growth() -> Iterator[float]:
    """Each operation in an organization with a hundred thousand intents, over the same with a thousand: the worst.

    Both have the same numbers and the same traffic of late, as much is due, and one intent in ten waits for a number
    that is paused. Units are counted by the published rules: a query's from all entries that it looks at, whether a
    filter keeps them or not.
    """
    few, many = taken(_FEW), taken(_MANY)
    yield max(many[name].over(few[name]) for name in few)


def taken(stored: int) -> dict[str, Taken]:
    """What each operation takes when so many intents are stored, by its name."""
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory() as state,
        redirect_stdout(StringIO()),
        opened(Path(state), "bench") as house,
    ):
        # AWS in memory would sort everything before each query, and then once more what it has found.
        patch.setattr(Table, "all_items", lambda table: [one for part in table.items.values() for one in part.values()])
        tenant = house.admit()
        _prepare(tenant)
        _remember(tenant, stored)
        return {name: _metered(run) for name, run in _operations(tenant)}


def _prepare(tenant: Tenant) -> None:
    """Have everybody known, and the number's session looked at right before all that is measured."""
    _accept(tenant, "welcome", "Bem-vinda!")
    tenant.house.work()
    tenant.house.clock.advance(MINUTE / SECOND)
    tenant.house.sweep()


def _remember(tenant: Tenant, stored: int) -> None:
    """Store intents that left from the tenant's numbers, or wait for one more that somebody has paused."""
    numbers = tuple(tenant.instance_ids)
    stopped = tenant.add_number("Parada")
    assert tenant.call("POST", f"/api/instances/{stopped}/pause", {"reason": "férias"}).status == 200
    History(tenant.id, numbers, stopped, tenant.house.clock.now()).store(stored)


def _operations(tenant: Tenant) -> Operations:
    """What is measured, each in the state that all before it have left behind.

    Approvals that no queue has any more are due in the sweep.
    """
    yield "accept", partial(_accept, tenant, "sent")
    batch = tenant.house.receive()
    assert len(batch) == _PEOPLE
    yield "execute", partial(tenant.house.execute, batch)
    # Every page is full, of a thousand intents too: one that ends early would be cheap for another reason.
    yield "newest page", partial(_page, tenant, 50)
    yield "page of what waits", partial(_page, tenant, 50, "&status=QUEUED")
    yield "page of what failed", partial(_page, tenant, 25, "&status=FAILED")
    [newest] = _page(tenant, 1)
    yield "detail", partial(tenant.show, newest)
    _accept(tenant, "lost")
    lost = tenant.house.receive()
    tenant.house.clock.advance(MINUTE / SECOND)
    yield "sweep", tenant.house.sweep
    assert len(tenant.house.receive()) == len(lost) == _PEOPLE


def _accept(tenant: Tenant, key: str, text: str = TEXT) -> None:
    for person in range(_PEOPLE):
        answer = tenant.post(greeting(person, text), Idempotency_Key=f"{key} {person}")
        assert answer.status == 202, answer.raw


def _page(tenant: Tenant, length: int, wanted: str = "") -> list[Any]:
    found: list[Any] = tenant.call("GET", f"{INTENTS}?limit={length}{wanted}").json["data"]
    assert len(found) == length
    return found


def _metered(run: Callable[[], object]) -> Taken:
    clients = services()._table.client, services()._sqs  # noqa: SLF001 - both of them
    with writing() as written, reading() as read, logged(clients, 0.0) as log:
        run()
    return Taken(written.units + read.units, len(log.calls))
