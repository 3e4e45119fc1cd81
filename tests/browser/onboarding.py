"""The way through onboarding, for all tests that take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.driver import Tab


def connect_page(tab: Tab, name: str) -> str:
    """Go through the first two steps; returns the id of the number that the third one connects."""
    tab.open("instances")
    tab.link("Connect a number").click()
    tab.control("Name").fill(name)
    tab.button("Continue").click()
    tab.button("Create and connect").click()
    tab.page.wait_for_url("**/connect?*")
    return tab.path.split("/")[1]


def scan(phone: Page, tab: Tab) -> None:
    """Scan the code that a tab shows, on the phone's page."""
    number = tab.path.split("/")[1]
    tab.await_shown(tab.main.locator(".qr img"))
    phone.locator(f"button[data-post*='{number}/scan']").click()
