"""Signing in, signing out, and what each role may not do."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.visiting import VIEWER, VISITOR, founded, replace_password

if TYPE_CHECKING:
    from tests.browser.driver import Tab
    from tests.browser.visiting import Visits
    from tests.stack import Running

pytestmark = pytest.mark.e2e

_POST = """async path => (await fetch(path, {
  method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams({ csrf: document.querySelector("[name=csrf]").value, pause_reason: "forged" }),
})).status"""


def test_a_temporary_password_is_replaced_at_the_first_sign_in(visit: Visits, stack: Running) -> None:
    """The password that somebody handed over on paper would stay the password."""
    email = f"{secrets.token_hex(4)}@example.com"
    temporary = founded(stack, "Loja Primeira", email)
    tab = visit(VISITOR)
    tab.troubles.expected.add(422)
    tab.sign_in(email, temporary)
    expect(tab.main.locator("input[name=again]")).to_be_visible()
    assert violations(tab.page) == []
    replace_password(tab, "curta")
    expect(tab.main.locator("[role=alert], .error").first).to_be_visible()
    assert violations(tab.page) == []
    replace_password(tab, "portaria-primeira-2026")
    tab.page.wait_for_url("**/overview")


def test_a_wrong_password_is_refused_in_words(visit: Visits) -> None:
    """Whoever mistypes would not know whether to try again or to call somebody."""
    tab = visit(VISITOR)
    tab.troubles.expected.add(401)
    tab.sign_in("ana@example.com", "not-the-password")
    expect(tab.main.get_by_role("alert")).to_be_visible()
    expect(tab.control("E-mail address")).to_have_value("ana@example.com")
    assert violations(tab.page) == []


def test_signing_out_closes_the_door(visit: Visits, stack: Running) -> None:
    """The next person at the same computer would go on in somebody else's name."""
    tab = visit(VISITOR)
    tab.open("overview")
    tab.control("E-mail address").fill("otavio@example.com")
    tab.control("Password").fill(stack.endpoints["password"])
    tab.button("Sign in").click()
    tab.page.wait_for_url("**/overview")
    tab.page.locator("details.account summary").click()
    tab.page.get_by_role("button", name=tab.word("Sign out")).click()
    tab.page.wait_for_url("**/sign-in?*")
    tab.open("overview")
    assert tab.path.startswith("sign-in?")


def test_a_viewer_finds_nothing_to_press_and_nothing_that_obeys(visit: Visits, ids: dict[str, str]) -> None:
    """Somebody who may only look could stop a number by accident, or on purpose."""
    tab = visit(VIEWER)
    tab.troubles.expected.add(403)
    for path in ("overview", "instances", f"instances/{ids['sales']}/overview", f"instances/{ids['sales']}/settings"):
        tab.open(path)
        assert _pressable(tab) == []
    tab.open(f"messages/{ids['read']}")
    assert _pressable(tab) == []
    number = f"{tab.base}instances/{ids['sales']}"
    for path in ("pause", "connect", "reveal", "retire"):
        assert tab.page.evaluate(_POST, f"{number}/{path}") == 403
    assert tab.page.evaluate(_POST, f"{tab.base}messages/{ids['read']}/recipient") == 403
    assert tab.page.evaluate(_POST, f"{tab.base}messages/new") == 403
    assert tab.page.evaluate(_POST, f"{tab.base}instances/new") == 403
    tab.open(f"instances/{ids['sales']}/overview")
    expect(tab.badge("Connected").first).to_be_visible()
    expect(tab.main.locator(".banner")).to_have_count(0)


def _pressable(tab: Tab) -> list[str]:
    """Buttons and forms of the page's content that change something."""
    return tab.main.locator("form[method=post]").all_inner_texts()
