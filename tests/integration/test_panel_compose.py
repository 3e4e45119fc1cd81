"""A test message from the panel, and the box that finds everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.role import Role
from tests.integration import hooks
from tests.integration.browser import Browser, member

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

FILLED_IN = {"to": "(11) 98765-4321", "text": "Olá\r\nmundo"}


def test_a_test_message_arrives(house: House, tenant: Tenant, browser: Browser) -> None:
    """The first thing that anybody tries with a new number."""
    browser.open("/messages/new").submit("messages/new", **FILLED_IN)
    assert browser.path.startswith("/messages/int_")
    assert "Accepted operator@example.com written by hand" in browser.text
    house.work()
    hooks.report(tenant, {"id": browser.path.rpartition("/")[2]}, "Read")
    assert "Read" in browser.open(browser.path).text
    assert house.phone.texts() == ["Olá\nmundo"]


def test_a_form_sends_once(house: House, browser: Browser) -> None:
    """A double click, or a reload of an answer that got lost, would send the same message twice."""
    form = browser.open("/messages/new").form("messages/new")
    first = browser.send(form, {**form.fields, **FILLED_IN}).path
    browser.open("/messages/new")
    again = browser.send(form, {**form.fields, **FILLED_IN})
    assert again.path == first
    assert "That had been done already" in again.text
    house.work()
    assert len(house.phone.texts()) == 1


def test_a_form_that_was_sent_and_changed_asks_first(house: House, browser: Browser) -> None:
    """Going back and writing something else is a wish for another message; it must not vanish, nor fail forever."""
    form = browser.open("/messages/new").form("messages/new")
    browser.send(form, {**form.fields, **FILLED_IN})
    browser.send(form, {**form.fields, **FILLED_IN, "text": "another"})
    assert browser.answer.status == 422
    assert "This form has sent a message already" in browser.text
    browser.submit("messages/new", text="another")
    house.work()
    assert sorted(house.phone.texts()) == ["Olá\nmundo", "another"]


def test_a_number_is_chosen_from_its_page(tenant: Tenant, browser: Browser) -> None:
    """A test from a number's page is a test of that number; one that cannot send now says so."""
    number = tenant.instance_ids[0]
    browser.open(f"/messages/new?instance_id={number}")
    assert browser.form("messages/new").fields["instance_id"] == number
    tenant.disconnect()
    browser.open(f"/messages/new?instance_id={number}")
    assert "The message waits until it can send." in browser.text
    browser.submit("messages/new", **FILLED_IN)
    assert "Vendas (pinned by the request)" in browser.text


def test_viewers_write_nothing(house: House, tenant: Tenant, browser: Browser) -> None:
    """A role that may only look must not be able to send, whatever it posts."""
    form = browser.open("/messages/new").form("messages/new")
    viewer = Browser(house).sign_in(member(tenant, Role.VIEWER)).open("/messages/new")
    assert viewer.answer.status == 403
    assert "Only operators send messages" in viewer.text
    csrf = viewer.form("sign-out").fields["csrf"]
    assert viewer.send(form, {**form.fields, **FILLED_IN, "csrf": csrf}).answer.status == 403
    assert house.items() == [item for item in house.items() if not item["pk"]["S"].startswith("INTENT")]


def test_search_leads_to_what_an_id_means(house: House, tenant: Tenant, browser: Browser) -> None:
    """A customer names an order, a log names an id: one box must take them all."""
    intent, twin = tenant.submit(external_id="order 1"), tenant.submit(external_id="order 2")
    second = tenant.submit(external_id="order 2")
    house.work()
    found = f"/messages/{intent['id']}"
    for text in (intent["id"], f"  {intent['id']} ", tenant.show(intent)["provider_id"], "order 1"):
        assert browser.open("/messages").submit("search", q=text).path == found, text
    browser.open("/messages").submit("search", q="order 2")
    assert {f"/messages/{one['id']}" for one in (twin, second)} <= set(browser.links("/messages/int_"))
    browser.submit("search", q=tenant.instance_ids[0])
    assert browser.path == f"/instances/{tenant.instance_ids[0]}/overview"
