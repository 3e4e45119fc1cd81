"""Every page in both languages, both themes and both widths: whole, translated, usable by everybody."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.axe import COLOURS, violations
from tests.browser.driver import NARROW, Tab, translations
from tests.browser.places import PLACES, Place, Tour
from tests.browser.visiting import ADMIN

if TYPE_CHECKING:
    from tests.browser.visiting import Visits

pytestmark = pytest.mark.e2e

_TEXTS = """() => {
  const found = new Set(), walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) found.add(node.data.trim());
  for (const name of ["aria-label", "title", "alt", "placeholder", "data-over", "data-say", "data-done", "data-stale"])
    for (const element of document.querySelectorAll(`[${name}]`)) found.add(element.getAttribute(name));
  return [...found].filter(Boolean);
}"""
_PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s|\\\{\\\}")


@cache
def _english() -> re.Pattern[str]:
    """What a Portuguese page must not say: whole texts, with anything where they have a gap."""
    said = [text for text, translated in translations().items() if text != translated and re.search(r"[a-z]{3}", text)]
    return re.compile("|".join(_PLACEHOLDER.sub(".+", re.escape(text)) for text in said))


def _unfold(tab: Tab) -> None:
    tab.page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_is_whole_translated_and_accessible(tour: Tour, place: Place) -> None:
    """Whoever uses a keyboard, a screen reader, a phone, the dark theme or Portuguese would be kept out of it."""
    tab = tour.open(place)
    _unfold(tab)
    texts = tab.page.evaluate(_TEXTS) if place.name != "development" else []
    assert [text for text in texts if _english().fullmatch(text)] == []
    found = violations(tab.page)
    tab.dressed("dark")
    found += violations(tab.page, COLOURS)
    tab.wide(NARROW)
    assert tab.overflow() == 0
    found += violations(tab.page)
    assert found == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_speaks_english_on_a_small_screen(tour: Tour, place: Place) -> None:
    """An operator who reads English, on a phone, would have to scroll sideways or to guess."""
    tab = tour.open(place, "en", NARROW)
    _unfold(tab)
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    expect(tab.main.locator("h1")).to_be_visible()
    assert tab.overflow() == 0


def test_what_opens_over_a_page_is_accessible(visit: Visits) -> None:
    """The account menu and the help of the keyboard lie over pages and are seen by none of the other checks."""
    tab = visit(ADMIN)
    tab.open("overview")
    tab.page.locator("details.account summary").click()
    for theme in ("light", "dark"):
        tab.dressed(theme)
        assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("?")
    expect(tab.page.locator("#keys")).to_be_visible()
    for theme in ("light", "dark"):
        tab.dressed(theme)
        assert violations(tab.page) == []
