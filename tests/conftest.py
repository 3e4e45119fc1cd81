"""One running stack for all tests that want one: starting it takes longer than most of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.stack import NotReady, Running, started

if TYPE_CHECKING:
    from collections.abc import Iterator

# A busy machine is slow, not wrong: no example has to be done within a time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The packaged app on the embedded AWS, with the demonstration; ``stack.endpoints["api"]`` is its API."""
    try:
        with started(tmp_path_factory.mktemp("stack")) as running:
            yield running
    except NotReady as error:
        pytest.fail(str(error), pytrace=False)
