"""One running stack for all tests that want one, and who tests beside whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.stack import NotReady, Running, started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xdist.remote import Producer

_ON_THE_STACK = ("tests/browser/", "tests/e2e/")

# A busy machine is slow, not wrong: no example has to be done within a time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


class _Rooms(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Keeps a file's tests in one process, and all that want the running stack in one that starts it once."""

    def _split_scope(self, nodeid: str) -> str:
        return "stack" if nodeid.startswith(_ON_THE_STACK) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Rooms:
    """Who tests beside whom."""
    return _Rooms(config, log)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The packaged app on the embedded AWS, with the demonstration; ``stack.endpoints["api"]`` is its API."""
    try:
        with started(tmp_path_factory.mktemp("stack")) as running:
            yield running
    except NotReady as error:
        pytest.fail(str(error), pytrace=False)
