"""One running stack for all tests that want one, and who tests beside whom."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.stack import Keeper, NotReady, Running

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

_STACK = "stack"
_ON_THE_STACK = ("tests/browser/", "tests/e2e/")
_ON_ANOTHER_STACK = "tests/infra/test_restart.py"
_KEEPER = pytest.StashKey[Keeper]()

# A busy machine is slow, not wrong: no example has to be done within a time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


class _Rooms(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Keeps a file's tests in one process, and all that want the running stack in one, as soon as it is up."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        self._keeper = config.stash[_KEEPER]

    def _split_scope(self, nodeid: str) -> str:
        return _STACK if nodeid.startswith(_ON_THE_STACK) else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        awaited = _STACK in self.workqueue
        if awaited:
            self._keeper.begin()
            self.workqueue.move_to_end(_STACK, last=not self._keeper.decided)
        if _ON_ANOTHER_STACK in self.workqueue:  # soon, but after: two that start at once are both slow
            self.workqueue.move_to_end(_ON_ANOTHER_STACK, last=awaited)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Rooms:
    """Who tests beside whom."""
    return _Rooms(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Know where the stack is: the process that was called keeps it for all that it starts."""
    given = getattr(config, "workerinput", None)
    config.stash[_KEEPER] = Keeper(Path(given[_STACK])) if given else Keeper.somewhere()


def pytest_configure_node(node: WorkerController) -> None:
    """Tell a process that is started where the stack is."""
    node.workerinput[_STACK] = str(node.config.stash[_KEEPER].state_dir)


def pytest_collection_finish() -> None:
    """Look less often for what is no longer used: the many modules stay, and tests leave little behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the stack up."""
    config.stash[_KEEPER].close()


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Running:
    """The packaged app on the embedded AWS, with the demonstration; ``stack.endpoints["api"]`` is its API."""
    keeper = request.config.stash[_KEEPER]
    if not hasattr(request.config, "workerinput"):
        keeper.begin()
    try:
        return keeper.running()
    except NotReady as error:
        pytest.fail(str(error), pytrace=False)
