"""One Chromium for all tests of this suite, and visits in which nothing may go wrong unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.chromium import NoChromium, launch
from tests.browser.places import Tour, ids_of
from tests.browser.visiting import Visits
from tests.e2e.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browser; it speaks over pipes."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium; a machine without one fails and says what to type."""
    try:
        browser = launch(playwright)
    except NoChromium as error:
        pytest.fail(str(error), pytrace=False)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def client(stack: Running) -> Client:
    """What programs and the phone's owner do meanwhile."""
    return Client(stack)


@pytest.fixture(scope="session")
def ids(client: Client) -> dict[str, str]:
    """Ids of the demonstration's things, by what they are."""
    return ids_of(client)


@pytest.fixture(scope="session")
def visits(chromium: Browser, stack: Running) -> Visits:
    """Everybody's sessions."""
    return Visits(chromium, stack)


@pytest.fixture
def visit(visits: Visits) -> Iterator[Visits]:
    """Opens tabs for one test; whatever went wrong in one fails it."""
    yield visits
    assert visits.close() == []


@pytest.fixture
def tour(visit: Visits, client: Client, ids: dict[str, str]) -> Tour:
    """Leads through all pages."""
    return Tour(visit, client, ids)
