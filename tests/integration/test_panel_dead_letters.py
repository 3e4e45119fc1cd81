"""Dead letters in the panel: seen by everybody, redriven and cancelled by who may, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from tests.integration.browser import Browser, Form, member
from tests.integration.dying import dead_letter

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

PLACE, OVERVIEW = "/dead-letters", "/overview"


def forms(browser: Browser) -> list[str]:
    """What the page's forms do about dead letters."""
    return [form.action.rpartition("/")[2] for form in browser.forms if "dead-letters/" in form.action]


def test_dead_letters_are_seen_redriven_and_gone(house: House, tenant: Tenant, browser: Browser) -> None:
    """After an outage an operator would not learn that messages died, or could only send each again by hand."""
    assert "could not be sent" not in browser.open(OVERVIEW).text
    assert "No dead letter" in browser.open(PLACE).text
    assert forms(browser) == []
    dead = dead_letter(tenant)
    browser.open(OVERVIEW)
    assert "1 message could not be sent" in browser.text
    assert PLACE in browser.links(PLACE)
    assert PLACE in browser.open("/messages?exceptions=true").links(PLACE)
    browser.open(PLACE)
    assert "+5511 •••• 321 temporary error 1 Vendas" in browser.text
    assert "Messages to be sent 1 Questions to the Gate 0" in browser.text
    assert f"/messages/{dead['id']}" in browser.links("/messages/int_")
    browser.submit("dead-letters/redrive", reason="", per_minute="0")
    assert (browser.answer.status, browser.path) == (422, f"{PLACE}/redrive")
    assert "2 things to put right" in browser.text
    browser.submit("dead-letters/redrive", reason="O provedor voltou", per_minute="10")
    assert browser.path == PLACE
    assert "The redrive has begun" in browser.text
    assert "O provedor voltou" in browser.text
    assert "10 a minute" in browser.text
    assert forms(browser) == ["cancel"]
    assert 'data-due="15"' in browser.html
    house.sweep()
    browser.part(PLACE)
    assert "Decided anew 1" in browser.text
    assert "data-due" not in browser.html
    assert "No dead letter" in browser.text
    assert "could not be sent" not in browser.open(OVERVIEW).text
    house.work()
    assert tenant.statuses(dead) == ["SENT"]


def test_a_redrive_is_cancelled_and_its_page_says_by_whom(house: House, tenant: Tenant) -> None:
    """An operator who sees that the provider is still down could only watch."""
    dead_letter(tenant)
    address = member(tenant, Role.OPERATOR)
    browser = Browser(house).sign_in(address).open(PLACE)
    begin = browser.form("dead-letters/redrive")
    browser.submit("dead-letters/redrive", reason="Teste", per_minute="1")
    browser.send(begin, {**begin.fields, "reason": "Outra vez"})
    assert "not possible in the present state" in browser.text
    browser.submit("dead-letters/cancel")
    assert "The redrive is cancelled" in browser.text
    assert f"Cancelled by {address}" in browser.text
    assert "data-due" not in browser.html
    assert forms(browser) == ["redrive"]
    assert "Último reprocessamento" in Browser(house, "pt-BR").sign_in(address).open(PLACE).text


def test_a_viewer_sees_it_and_changes_nothing(house: House, tenant: Tenant) -> None:
    """Somebody who may only look could send thousands of messages, or would not learn why theirs did not arrive."""
    dead = dead_letter(tenant)
    browser = Browser(house).sign_in(member(tenant, Role.VIEWER)).open(OVERVIEW)
    assert PLACE in browser.links(PLACE)
    browser.open(PLACE)
    assert "+5511 •••• 321" in browser.text
    assert forms(browser) == []
    csrf = browser.form("preferences").fields["csrf"]
    for act in ("redrive", "cancel"):
        assert browser.send(Form(f"{PLACE}/{act}", "post"), {"csrf": csrf, "reason": "x"}).answer.status == 403
    assert services().dead_letters.redrive(tenant.id) is None
    assert tenant.statuses(dead) == ["FAILED"]


def test_an_address_of_a_form_leads_to_its_page(browser: Browser) -> None:
    """Whoever reloads after a mistake would see an error instead of the form."""
    assert browser.open(f"{PLACE}/redrive").path == PLACE
    csrf = browser.form("preferences").fields["csrf"]
    assert browser.send(Form(f"{PLACE}/burn", "post"), {"csrf": csrf}).answer.status == 404
    assert browser.send(Form(f"{PLACE}/cancel", "post"), {"csrf": csrf}).answer.status == 404
