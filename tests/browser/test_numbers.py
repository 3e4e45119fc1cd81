"""What people do with a number in the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.driver import NARROW

if TYPE_CHECKING:
    from tests.browser.visiting import Visits
    from tests.e2e.client import Client

pytestmark = pytest.mark.e2e


def test_a_pause_tells_who_and_why_until_it_ends(visit: Visits, client: Client) -> None:
    """A colleague would wonder why nothing leaves, and resume what was stopped for a reason."""
    number = client.connected("Loja em balanço")
    tab = visit(width=NARROW)
    tab.open(f"instances/{number}/overview")
    tab.main.locator("#ask-pause summary").click()
    tab.control("Why do you pause it?").fill("Balanço do estoque")
    tab.button("Pause").click()
    banner = tab.main.locator(".banner")
    expect(banner).to_contain_text("Balanço do estoque")
    expect(banner).to_contain_text("otavio")
    tab.open("overview")
    expect(tab.main.locator(".banner").filter(has_text="Balanço do estoque")).to_be_visible()
    tab.open(f"instances/{number}/overview")
    tab.button("Resume").click()
    expect(tab.main.locator("#ask-pause summary")).to_be_visible()
    expect(banner).to_have_count(0)
    tab.open(f"instances/{number}/audit")
    expect(tab.main.locator("tbody")).to_contain_text("Balanço do estoque")


def test_a_rest_that_whatsapp_enforces_is_explained(visit: Visits, ids: dict[str, str]) -> None:
    """Messages wait for hours, and nobody would know for what and until when."""
    tab = visit()
    tab.open(f"instances/{ids['desk']}/overview")
    banner = tab.main.locator(".banner").filter(has_text="101")
    expect(banner).to_contain_text(
        tab.word("What is addressed to this number waits and leaves after the rest; nothing is lost.")
    )


def test_the_longest_name_fits_the_smallest_screen(visit: Visits, client: Client) -> None:
    """One number with a long name would push every page that lists it off the side of a phone."""
    number = client.call("POST", "/instances", {"name": "W" * 80})[1]["id"]
    tab = visit(width=NARROW)
    for path in ("overview", "instances", f"instances/{number}/connect", f"instances/{number}/audit"):
        tab.open(path)
        expect(tab.main).to_contain_text("W" * 80)
        assert tab.overflow() <= 0, path
    client.call("DELETE", f"/instances/{number}")
