"""How many AWS round trips wait for each other: counted, on AWS in memory with the engine's real threads."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from tests.bench.calls import logged, longest_chain
from tests.bench.metric import Metric, row
from tests.integration.costs import NUMBERS, TEXT, greeting, prepare
from tests.integration.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

# So slow that what is asked for side by side overlaps, however busy the machine is.
_LATENCY = 0.5


@row(Metric("aws_stages_accept", "calls", 5), Metric("aws_stages_execute", "calls", 5))
def stages() -> Iterator[float]:
    """One message handed in by itself with a key, then a batch of ten from ten numbers, each sent at once."""
    with TemporaryDirectory() as state, redirect_stdout(StringIO()), opened(Path(state), "bench") as house:
        tenant = house.admit()
        prepare(tenant, NUMBERS)
        first, *others = [greeting(person, TEXT) for person in range(NUMBERS)]
        _use_threads()
        clients = services()._table.client, services()._sqs  # noqa: SLF001 - both of them
        with logged(clients, _LATENCY) as accepting:
            assert tenant.post(first, Idempotency_Key="first").status == 202
        assert tenant.post({"intents": others}).status == 202
        batch = house.receive()
        assert len(batch) == NUMBERS
        with logged(clients, _LATENCY) as executing:
            assert house.execute(batch) == []
    yield len(longest_chain(accepting.calls))
    yield len(longest_chain(executing.calls))


def _use_threads() -> None:
    """Let everything be made anew on threads: an opened house does one thing after the other."""
    made = services().__dict__
    for name in [name for name in made if name not in {"settings", "clock", "_table", "_sqs", "_secrets"}]:
        del made[name]
