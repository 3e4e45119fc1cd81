"""A whole Portaria for every test: AWS in memory from the real template, a real phone, and time that stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.role import Role
from tests.integration.browser import Browser, member
from tests.integration.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.house import House, Tenant


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """All of Portaria, with nobody admitted yet."""
    with opened(tmp_path, request.node.nodeid) as house:
        yield house


@pytest.fixture
def tenant(house: House) -> Tenant:
    """An organization with one connected number."""
    return house.admit()


@pytest.fixture
def browser(house: House, tenant: Tenant) -> Browser:
    """An operator's browser."""
    return Browser(house).sign_in(member(tenant, Role.OPERATOR))


@pytest.fixture(scope="module")
def standing_house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    """One for all tests of a module that change nothing; never beside ``house``."""
    with opened(tmp_path_factory.mktemp("house"), request.node.nodeid) as house:
        yield house


@pytest.fixture(scope="module")
def standing_tenant(standing_house: House) -> Tenant:
    """Somebody who lives there."""
    return standing_house.admit()
