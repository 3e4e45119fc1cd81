"""A message followed in the panel, and the list of all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.visiting import ADMIN

if TYPE_CHECKING:
    from tests.browser.driver import Tab
    from tests.browser.visiting import Visits
    from tests.e2e.client import Client

pytestmark = pytest.mark.e2e


def test_a_message_is_followed_from_writing_to_reading(visit: Visits, client: Client, ids: dict[str, str]) -> None:
    """What the product is for: somebody asks what became of a message, and the page says it while it happens."""
    tab = visit(hurried=True)
    tab.open(f"messages/new?instance_id={ids['sales']}")
    tab.control("Recipient").fill("+55 11 97777-0001")
    tab.control("Text").fill("Seu pedido chegou?\nResponda por aqui.")
    tab.button("Send").click()
    tab.await_shown(tab.badge("Delivered").first)
    tab.page.evaluate("window.same = true")
    provider_id = client.intent(tab.path.split("/")[1].split("?")[0])["provider_id"]
    visit.phone().locator(f"#read-{ids['sales']}-{provider_id}").click()
    tab.await_shown(tab.badge("Read").first)
    assert tab.page.evaluate("window.same"), "the page was loaded anew"


def test_filters_survive_a_reload_and_can_be_passed_on(visit: Visits) -> None:
    """A filtered list that somebody bookmarks, or sends to a colleague, would show something else."""
    tab = visit()
    tab.open("messages")
    tab.main.locator("summary").first.click()
    tab.control("State").select_option("FAILED")
    tab.button("Apply").click()
    expect(tab.badge("Failed").first).to_be_visible()
    assert tab.path == "messages?status=FAILED"
    tab.page.reload()
    rows = tab.main.locator("tbody tr")
    assert rows.count() == tab.badge("Failed").count() > 0
    expect(tab.main.locator(".chip")).to_contain_text(tab.word("Failed"))
    expect(tab.control("State")).to_have_value("FAILED")


def test_new_messages_are_announced_and_move_no_row(visit: Visits, client: Client) -> None:
    """Somebody who is about to click a row would hit the one that slid under the pointer."""
    tab = visit()
    tab.page.clock.install()
    tab.open("messages")
    before = _rows(tab)
    client.submit("Mais uma", to="+5511977770002")
    tab.page.clock.run_for(12_000)
    expect(tab.page.locator("#fresh")).to_contain_text("1")
    assert _rows(tab) == before
    tab.page.locator("#fresh a").click()
    expect(tab.main.locator("tbody tr a").first).to_contain_text("•••• 002")


def test_one_box_finds_a_message_by_any_id_or_phone(visit: Visits, client: Client, ids: dict[str, str]) -> None:
    """Support hears an order number or a phone, and would not know where to put it."""
    tab = visit(ADMIN)
    sought = client.intent(ids["read"])
    for text, path in (
        (ids["read"], f"messages/{ids['read']}"),
        (sought["external_id"], f"messages/{ids['read']}"),
        (sought["provider_id"], f"messages/{ids['read']}"),
        (ids["sales"], f"instances/{ids['sales']}/overview"),
        (sought["target"]["value"], "messages?target="),
    ):
        tab.open("overview")
        tab.page.locator("#search").fill(text)
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_url(re.compile(f"/{re.escape(path)}"))


def test_a_form_that_is_refused_says_so(visit: Visits, client: Client) -> None:
    """Who signed in anew in another tab would press a button again and again, and nothing would happen."""
    tab = visit()
    tab.open(f"messages/{client.submit('Olá', to='+5511977770003')['id']}")
    tab.page.locator("#recipient input[name=csrf]").evaluate("field => { field.value = 'of an older session' }")
    tab.troubles.expected.add(403)
    tab.button("Show").click()
    expect(tab.page.locator("h1")).to_have_text(tab.word("This form is no longer valid"))


def _rows(tab: Tab) -> list[str | None]:
    return [one.get_attribute("id") for one in tab.main.locator("tbody tr a").all()]
