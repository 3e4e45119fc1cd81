"""A number is connected in the panel, by scanning its code on the phone's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.driver import DESKTOP, NARROW
from tests.browser.onboarding import connect_page, scan
from tests.browser.visiting import ADMIN

if TYPE_CHECKING:
    from tests.browser.visiting import Visits
    from tests.e2e.client import Client

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("width", [DESKTOP, NARROW])
@pytest.mark.parametrize("locale", ["pt-BR", "en"])
def test_a_number_is_connected_in_three_steps(visit: Visits, locale: str, width: int) -> None:
    """The first thing every customer does; whoever fails at it has no product."""
    # Once in real time, as people have it.
    tab = visit(locale=locale, width=width, hurried=(locale, width) != ("pt-BR", DESKTOP))
    name = f"Loja {locale} {width}"
    connect_page(tab, name)
    tab.await_shown(tab.badge("Waiting for a scan"))
    assert tab.overflow() == 0
    scan(visit.phone(), tab)
    tab.await_shown(tab.badge("Connected"))
    expect(tab.main.locator(".card .mono").first).to_contain_text("••••")
    tab.link("To the number").click()
    expect(tab.main.locator("h1")).to_have_text(name)
    expect(tab.badge("Connected").first).to_be_visible()


def test_a_code_can_be_typed_instead(visit: Visits) -> None:
    """A phone with a broken camera, or a person who cannot see the picture, could not be connected."""
    tab = visit(hurried=True)
    number = connect_page(tab, "Loja sem câmera")
    tab.main.get_by_text(tab.word("Use a code to type instead"), exact=True).click()
    tab.control("Phone of this number").fill("+55 11 98765-4321")
    tab.button("Get a code").click()
    code = tab.main.locator(".pair output").inner_text()
    typed = visit.phone().locator(f"form[data-post*='{number}']")
    typed.locator("input").fill(code)
    typed.locator("button").click()
    tab.await_shown(tab.badge("Connected"))


def test_going_back_makes_no_second_number(visit: Visits, client: Client) -> None:
    """Somebody who goes back to correct the name would find the number twice, and pay for both."""
    before = _numbers(client)
    tab = visit(ADMIN, hurried=True)
    first = connect_page(tab, "Loja que volta")
    tab.page.go_back()
    expect(tab.button("Create and connect")).to_be_visible()
    tab.button("Create and connect").click()
    tab.await_shown(tab.badge("Waiting for a scan"))
    assert tab.path.split("/")[1] == first
    tab.page.go_back()
    tab.page.go_back()
    tab.control("Name").fill("Loja que voltou")
    tab.button("Continue").click()
    tab.button("Create and connect").click()
    tab.await_shown(tab.badge("Waiting for a scan"))
    assert tab.path.split("/")[1] == first
    assert _numbers(client) - before == {(first, "Loja que voltou")}


def test_a_code_that_ran_out_shows_a_way_on(visit: Visits, client: Client) -> None:
    """Whoever went to fetch the phone would come back to a picture that no phone accepts."""
    tab = visit(hurried=True)
    number = connect_page(tab, "Loja que demora")
    tab.await_shown(tab.badge("Waiting for a scan"))
    client.hand(number, "run-out")
    said = tab.word("Nobody scanned the code in time. Connect again and scan it, or use a typed code.")
    tab.await_shown(tab.main.get_by_text(said))
    expect(tab.main.locator(".qr img")).to_have_count(0)
    tab.button("Start again").click()
    tab.await_shown(tab.badge("Waiting for a scan"))
    tab.await_shown(tab.main.locator(".qr img"))


def _numbers(client: Client) -> set[tuple[str, str]]:
    return {(one["id"], one["name"]) for one in client.call("GET", "/instances?limit=200")[1]["data"]}
