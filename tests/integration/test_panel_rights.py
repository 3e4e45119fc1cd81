"""Who may do what with a number in the panel: by role, by organization, and only from our own forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.role import Role
from tests.integration.browser import Browser, Form, member
from tests.integration.number_pages import ACTIONS, TABS, acts, now, place, post

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant


def ban(tenant: Tenant) -> None:
    """WhatsApp bans the first number."""
    one = tenant.instance.became(Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED, tenant.house.clock.now(), "provider")
    assert services().directory.put_instance(replace(one, lifecycle=Lifecycle.BANNED))


def test_only_an_administrator_reinstates(house: House, tenant: Tenant, browser: Browser) -> None:
    """A number that WhatsApp banned would go on as before, and the next ban takes the whole account."""
    ban(tenant)
    browser.open(place(tenant, "settings"))
    assert "WhatsApp banned Vendas" in browser.open(place(tenant)).text
    assert not any("reinstate" in form.action for form in browser.open(place(tenant, "settings")).forms)
    assert post(browser, tenant, "reinstate").answer.status == 403
    admin = Browser(house).sign_in(member(tenant, Role.ADMIN))
    admin.open(place(tenant, "settings")).submit("/reinstate", reinstate_reason="Recurso aceito")
    assert now(tenant).lifecycle is Lifecycle.CREATED


def test_a_viewer_changes_nothing(house: House, tenant: Tenant) -> None:
    """Somebody who may only look could stop the company's messages."""
    browser = Browser(house).sign_in(member(tenant, Role.VIEWER))
    before = tenant.instance
    for action in ACTIONS:
        assert post(browser, tenant, action).answer.status == 403, action
    assert tenant.instance == before


def test_a_viewer_sees_no_buttons(house: House, tenant: Tenant) -> None:
    """A button that always answers no is a trap."""
    browser = Browser(house).sign_in(member(tenant, Role.VIEWER))
    tenant.disconnect()
    for path in ("/instances", *(place(tenant, tab) for tab in TABS)):
        assert browser.open(path).answer.status == 200
        assert acts(browser) == []
        assert "/connect" not in browser.html
        assert "/new" not in browser.html


def test_a_form_of_another_site_does_nothing(tenant: Tenant, browser: Browser) -> None:
    """Any page that an operator visits could stop the company's numbers."""
    before = tenant.instance
    for action, fields in ACTIONS.items():
        form = Form(place(tenant, action), "post")
        assert browser.send(form, {**fields, "csrf": "0" * 64}).answer.status == 403
    assert tenant.instance == before


def test_another_organizations_number_is_not_there(house: House, tenant: Tenant, browser: Browser) -> None:
    """Whoever guesses an id would see, or stop, another company's number."""
    other = house.admit()
    for tab in (*TABS, "connect"):
        assert browser.open(place(other, tab)).answer.status == 404
    before = other.instance
    browser.open("/instances/new")
    for action in ACTIONS:
        expected = 403 if action == "reinstate" else 404
        assert post(browser, other, action).answer.status == expected, action
    assert other.instance == before
    del tenant


def test_what_is_not_possible_is_said(tenant: Tenant, browser: Browser) -> None:
    """Two people who click at the same time: the second must see what is, not an error page."""
    browser.open(place(tenant))
    resume = Form(place(tenant, "resume"), "post")
    browser.send(resume, {"csrf": browser.form("/pause").fields["csrf"]})
    assert browser.path == place(tenant)
    assert "That is not possible in the present state." in browser.text
    assert browser.open(place(tenant, "resume")).path == place(tenant)
    assert post(browser, tenant, "explode").answer.status == 404
