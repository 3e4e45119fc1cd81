"""The panel by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.visiting import Visits

pytestmark = pytest.mark.e2e


def test_rows_are_walked_and_opened_by_key(visit: Visits) -> None:
    """Whoever looks through a hundred messages would reach for the mouse a hundred times."""
    tab = visit()
    tab.open("messages")
    rows = tab.main.locator("tbody tr a")
    tab.page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    tab.page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    tab.page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    href = rows.nth(0).get_attribute("href")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"**/{href}")


def test_search_and_help_are_a_key_away(visit: Visits) -> None:
    """The shortcuts are of no use to somebody who cannot find out what they are."""
    tab = visit()
    tab.open("overview")
    search, keys = tab.page.locator("#search"), tab.page.locator("#keys")
    tab.page.keyboard.press("/")
    expect(search).to_be_focused()
    tab.page.keyboard.type("j?")
    expect(search).to_have_value("j?")
    tab.page.keyboard.press("Escape")
    expect(search).not_to_be_focused()
    tab.page.keyboard.press("?")
    expect(keys).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()


def test_single_keys_can_be_switched_off(visit: Visits) -> None:
    """Somebody who dictates would set off shortcuts with every word."""
    tab = visit()
    tab.open("messages")
    tab.page.keyboard.press("?")
    tab.page.locator("#keys-on").uncheck()
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("j")
    tab.page.keyboard.press("/")
    expect(tab.page.locator("#search")).not_to_be_focused()
    tab.page.reload()
    tab.page.keyboard.press("?")
    expect(tab.page.locator("#keys")).not_to_be_visible()


def test_the_content_is_one_key_away(visit: Visits) -> None:
    """Without a way past the navigation, every page begins with the same ten stops."""
    tab = visit()
    tab.open("overview")
    tab.page.keyboard.press("Tab")
    expect(tab.page.locator("a.skip")).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("#main")).to_be_focused()
