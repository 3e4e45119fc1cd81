"""A running phone, a client of it and a webhook for every test of the local phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.phone import LocalPhone, Timings
from tests.local_phone.driver import ADMIN, Driver, Receiver

FAST = Timings(
    receipt=0.03,
    connect=0.2,
    hang=5.0,
    settle=0.02,
    webhook_delay=0.4,
    webhook_reorder=0.3,
    webhook_backoff=(0.02, 0.02, 0.02, 0.02),
)


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[LocalPhone]:
    """A phone with short waits."""
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=FAST) as running:
        yield running


@pytest.fixture
def driver(phone: LocalPhone) -> Driver:
    """A client of the phone."""
    return Driver(phone.url)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook that remembers."""
    with Receiver() as running:
        yield running


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """A client of one phone with one paired session, for calls that are refused and so change nothing."""
    with LocalPhone(state=tmp_path_factory.mktemp("refusing"), admin_token=ADMIN, timings=FAST) as running:
        driver = Driver(running.url)
        driver.paired()
        yield driver
