"""The panel in a browser that runs no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.onboarding import connect_page, scan
from tests.browser.visiting import VISITOR

if TYPE_CHECKING:
    from tests.browser.driver import Tab
    from tests.browser.visiting import Visits
    from tests.stack import Running

pytestmark = pytest.mark.e2e


def test_everything_works_by_loading_pages(visit: Visits, stack: Running) -> None:
    """A company's locked-down browser, or a script that did not arrive, would leave people without the panel."""
    tab = visit(VISITOR, javascript=False)
    tab.sign_in("otavio@example.com", stack.endpoints["password"])
    expect(tab.main.locator("h1")).to_have_text(tab.word("Overview"))
    number = connect_page(tab, "Loja sem scripts")
    _reload_until(tab, "Waiting for a scan")
    scan(visit.phone(), tab)
    _reload_until(tab, "Connected")
    tab.open(f"messages/new?instance_id={number}")
    tab.control("Recipient").fill("+5511977770003")
    tab.control("Text").fill("Sem scripts")
    tab.button("Send").click()
    expect(tab.main).to_contain_text("Sem scripts")
    tab.open(f"instances/{number}/settings")
    tab.control("Why do you pause it?").fill("Sem scripts também")
    tab.button("Pause").click()
    expect(tab.main).to_contain_text(tab.word("Settings"))
    tab.open(f"instances/{number}/overview")
    expect(tab.main.locator(".banner")).to_contain_text("Sem scripts também")
    tab.button("Resume").click()
    expect(tab.main.locator(".banner")).to_have_count(0)


def _reload_until(tab: Tab, state: str) -> None:
    for _ in range(30):
        if tab.badge(state).count():
            return
        tab.page.reload()
    expect(tab.badge(state)).to_be_visible()
