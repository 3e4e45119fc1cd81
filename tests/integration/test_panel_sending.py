"""All sending stopped and resumed in the panel, by who may, with a reason that everybody reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from tests.integration.browser import Browser, Form, member

if TYPE_CHECKING:
    from chalicelib.domain.organization import Organization
    from tests.integration.house import House, Tenant

OVERVIEW, SENDING = "/overview", "/sending"


def organization(tenant: Tenant) -> Organization:
    """The organization as it is stored now."""
    return services().onboarding.organization(tenant.id)


def pauses(browser: Browser) -> list[str]:
    """What the page's forms do with all sending."""
    return [form.action for form in browser.forms if "sending/" in form.action]


def test_all_sending_is_paused_and_resumed(tenant: Tenant, browser: Browser) -> None:
    """An operator who sees a mistake leave through every number would have to stop each by hand."""
    browser.open(OVERVIEW)
    assert SENDING in browser.links(SENDING)
    assert pauses(browser) == []
    browser.open(SENDING).submit("sending/pause", reason="Texto errado", until="")
    assert browser.path == OVERVIEW
    assert "All sending is paused. Nothing more leaves from any number" in browser.text
    assert "Sending is paused for the whole organization" in browser.text
    assert "just now: Texto errado Until somebody resumes it." in browser.text
    assert SENDING not in browser.links(SENDING)
    assert "next slot" not in browser.text
    stored = organization(tenant).paused
    assert stored is not None
    assert (stored.reason, stored.until) == ("Texto errado", None)
    assert tenant.submit()["decision"]["reason"] == "OPS_PAUSED"
    browser.open(f"/instances/{tenant.instance_ids[0]}/overview")
    assert "Sending is paused for the whole organization" in browser.text
    browser.open(OVERVIEW).submit("sending/resume")
    assert browser.path == OVERVIEW
    assert "Resumed. What waited leaves at the policy's pace." in browser.text
    assert "Sending is paused" not in browser.text
    assert organization(tenant).paused is None


def test_the_page_keeps_who_stopped_it_and_why(house: House, tenant: Tenant) -> None:
    """After the resume nobody could say who stopped the company, and why."""
    address = member(tenant, Role.OPERATOR)
    browser = Browser(house).sign_in(address).open(SENDING)
    browser.submit("sending/pause", reason="Feriado", until="2027-01-15T09:00")
    browser.open(OVERVIEW).submit("sending/resume")
    text = browser.open(SENDING).text
    assert f"Resumed — {address} 05:00:00 Paused Reason: Feriado. Until 09:00:00. {address}" in text
    assert "Sem pausa" in Browser(house, "pt-BR").sign_in(address).open(SENDING).text


def test_what_is_wrong_with_the_form_is_said_where_it_was_filled_in(tenant: Tenant, browser: Browser) -> None:
    """A pause that was not written would be believed, or what was typed be lost."""
    browser.open(SENDING).submit("sending/pause", reason="", until="")
    assert browser.answer.status == 422
    browser.submit("sending/pause", reason="Férias", until="2020-01-01T10:00")
    assert browser.answer.status == 422
    assert "90 days ahead" in browser.text
    assert browser.form("sending/pause").fields["reason"] == "Férias"
    assert organization(tenant).paused is None
    browser.submit("sending/pause", reason="Férias", until="2027-01-16T10:00")
    assert browser.path == OVERVIEW
    stored = organization(tenant).paused
    assert stored is not None
    assert stored.until == tenant.house.clock.now() + 29 * 3_600_000


def test_a_second_click_is_told_the_present_state(tenant: Tenant, browser: Browser) -> None:
    """The second of two operators would see an error, or overwrite the reason of the first."""
    browser.open(SENDING)
    form = browser.form("sending/pause")
    services().operations.pause(tenant.id, "operator usr_1", "Primeiro", None)
    browser.send(form, {**form.fields, "reason": "Segundo"})
    assert "not possible in the present state" in browser.text
    assert "Primeiro" in browser.text
    resume = browser.form("sending/resume")
    services().operations.resume(tenant.id, "operator usr_1")
    browser.send(resume, resume.fields)
    assert "not possible in the present state" in browser.text


def test_a_viewer_sees_it_and_changes_nothing(house: House, tenant: Tenant) -> None:
    """Somebody who may only look could stop the company, or would not learn why nothing leaves."""
    browser = Browser(house).sign_in(member(tenant, Role.VIEWER)).open(OVERVIEW)
    assert SENDING not in browser.links(SENDING)
    assert pauses(browser.open(SENDING)) == []
    csrf = browser.form("preferences").fields["csrf"]
    assert browser.send(Form("/sending/pause", "post"), {"csrf": csrf, "reason": "x"}).answer.status == 403
    assert organization(tenant).paused is None
    services().operations.pause(tenant.id, "operator usr_1", "Feriado", None)
    browser.open(OVERVIEW)
    assert pauses(browser) == []
    assert SENDING in browser.links(SENDING)
    assert "Feriado" in browser.open(SENDING).text
    assert pauses(browser) == []


def test_a_form_of_another_site_does_nothing(tenant: Tenant, browser: Browser) -> None:
    """Any page that an operator visits could stop the company."""
    form = Form("/sending/pause", "post")
    assert browser.send(form, {"reason": "x", "csrf": "0" * 64}).answer.status == 403
    assert organization(tenant).paused is None


def test_an_address_of_a_form_leads_to_its_page(browser: Browser) -> None:
    """Whoever reloads after a mistake would see an error instead of the form."""
    assert browser.open("/sending/pause").path == SENDING
    csrf = browser.form("preferences").fields["csrf"]
    assert browser.send(Form("/sending/destroy", "post"), {"csrf": csrf}).answer.status == 404


def test_a_plan_that_is_used_up_is_told(house: House, tenant: Tenant, browser: Browser) -> None:
    """Everything would wait, and no page would say until when or what to do."""
    services().onboarding.change_organization(tenant.id, lambda one: replace(one, plan=2))
    tenant.submit()
    assert "1 of 2 messages in 24 hours" in browser.open(SENDING).text
    assert "is used up" not in browser.open(OVERVIEW).text
    tenant.submit(target={"kind": "PHONE", "value": "+5511912340001"})
    assert tenant.submit(target={"kind": "PHONE", "value": "+5511912340002"})["reason"] == "PLAN_LIMIT"
    text = browser.open(OVERVIEW).text
    assert "The plan for 24 hours is used up" in text
    assert "2 messages count within 24 hours; the plan allows 2." in text
    [waiting] = [link for link in browser.links("/messages") if "status=QUEUED&reason=PLAN_LIMIT" in link]
    assert "+55" in browser.open(waiting).text
    house.clock.advance(25 * 3_600)
    assert "is used up" not in browser.open(OVERVIEW).text
